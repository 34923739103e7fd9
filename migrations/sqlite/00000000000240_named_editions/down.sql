alter table sign_ons drop column keeps_name;
alter table campaigns drop column late;
alter table campaigns drop column leavers;
drop index editions_by_name;
alter table editions drop column keeps_names;
alter table editions drop column named_at;
alter table editions drop column name_key;
