alter table campaigns drop column paused;
alter table campaigns drop column keep_months;
alter table campaigns drop column eligibility;
alter table campaigns drop column zone;
