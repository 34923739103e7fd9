drop table at_risk_readers;
drop index sign_ons_unnamed;
alter table sign_ons drop column shown;
alter table campaigns drop column at_risk;
