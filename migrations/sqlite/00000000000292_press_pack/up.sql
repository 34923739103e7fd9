-- Whom the press can ask, as it stands in the press pack; and who can fetch the pack.
alter table campaigns add column press_contact text not null default '';
alter table campaigns add column press_pack text not null default 'staff' check (press_pack in ('staff', 'published', 'previews'));
