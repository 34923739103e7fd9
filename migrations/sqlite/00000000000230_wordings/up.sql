-- A version of the letter is its text and the host's words above it. Versions that say the same, because only a slip was mended, carry the
-- number of the first of them: consent to one is consent to all.
alter table letter_versions add column introduction text not null default '';
alter table letter_versions add column meaning integer not null default 1 check (meaning >= 1);
-- Since when it is, or was, the text that stands; never for one that was asked about and not agreed to.
alter table letter_versions add column stands_since integer;
update letter_versions set stands_since = made_at, meaning = number;
-- The version that stands, under which the public list is made.
alter table campaigns add column text_number integer not null default 1 check (text_number >= 1);
update campaigns set text_number = coalesce((select max(v.number) from letter_versions v where v.campaign_id = campaigns.id), 1);
-- Whether the form announces that silence counts as consent to a later change of the text.
alter table campaigns add column silence_counts integer not null default 0;

-- A change of meaning that nobody has been asked about yet: one for each letter.
create table letter_drafts (
  campaign_id  blob not null primary key references campaigns (id) on delete cascade,
  version      integer not null check (version >= 1),
  introduction text not null,
  body         text not null,
  changed_at   integer not null,
  changed_by   blob not null references accounts (id)
) strict;

-- Whether the form said so when this was signed; when consent was last given anew; and since when the entry is off the list because it was not.
alter table sign_ons add column silence_counts integer not null default 0;
alter table sign_ons add column renewed_at integer;
alter table sign_ons add column lapsed_at integer;
alter table sign_ons add column lapse_told integer not null default 0;
create index sign_ons_by_lapse on sign_ons (campaign_id, id) where lapsed_at is not null;
