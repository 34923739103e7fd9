-- Where two moderators approve, two accept a correction of what is on the list: the first of them.
alter table corrections add column first_by blob references accounts (id);
alter table corrections add column first_at integer check ((first_by is null) = (first_at is null));
