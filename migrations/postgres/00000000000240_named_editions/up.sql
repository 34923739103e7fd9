-- A name makes an edition citable for ever. Its key is the name as it is compared: no two of one letter are called alike.
alter table editions add column name_key text check ((name_key is null) = (name is null));
-- What is named does not end.
alter table editions add column named_at timestamptz check ((named_at is null) = (name is null) and (named_at is null or ended_at is null));
-- Whether it keeps the lines of those who have left since and were told so when they signed.
alter table editions add column keeps_names boolean not null default false;
create unique index editions_by_name on editions (campaign_id, name_key) where name_key is not null;
-- What editions that are named show of those who leave later.
alter table campaigns add column leavers text not null default 'dropped' check (leavers in ('kept', 'dropped'));
-- Where those stand who join after an edition was named.
alter table campaigns add column late text not null default 'live' check (late in ('live', 'after'));
-- Whether the form said, when it was signed, that editions which are named keep the line.
alter table sign_ons add column keeps_name boolean not null default false;
