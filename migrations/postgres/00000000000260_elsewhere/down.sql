drop table elsewhere_lines;
drop table elsewhere_imports;
drop table elsewhere;
alter table campaigns drop column unconfirmed;
