drop table at_risk_readers;
alter table sign_ons drop column shown;
alter table campaigns drop column at_risk;
