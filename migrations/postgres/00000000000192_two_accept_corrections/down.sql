alter table corrections drop column first_at;
alter table corrections drop column first_by;
