-- What somebody reports about an entry of a list. Until its mailbox is proved it is nobody's word, and goes after its term; from then on
-- it is a case for the moderators. `sealed` holds who reported and in which words, and goes when its time is over, with the keyed hash
-- of the address; that there was a report, and what came of it, stays.
create table reports (
  id           uuid not null primary key,
  campaign_id  uuid not null references campaigns (id) on delete cascade,
  sign_on_id   uuid not null references sign_ons (id) on delete cascade,
  digest       bytea not null unique check (length(digest) = 32),
  kind         text not null check (kind in ('never_agreed', 'wrong', 'twice', 'other')),
  line         text not null check (line <> ''),
  sealed       bytea,
  reporter_key bytea,
  made_at      timestamptz not null,
  ends_at      timestamptz not null,
  confirmed_at timestamptz,
  -- The version of the sign-on that was reported.
  version      bigint,
  -- Whether the address is at the domain of the organization's website.
  own_domain   boolean not null default false,
  -- When it took the entry off the list.
  suspended_at timestamptz,
  outcome      text check (outcome in ('nothing', 'acted')),
  settled_at   timestamptz,
  settled_by   uuid references accounts (id),
  check ((sealed is null) = (reporter_key is null)),
  check ((confirmed_at is null) = (version is null)),
  check (confirmed_at is not null or (suspended_at is null and settled_at is null)),
  check (suspended_at is null or own_domain),
  check ((settled_at is null) = (outcome is null)),
  check ((settled_at is null) = (settled_by is null))
);
create index reports_by_sign_on on reports (sign_on_id);
create index reports_open on reports (campaign_id, sign_on_id, confirmed_at) where confirmed_at is not null and settled_at is null;
create index reports_unconfirmed on reports (ends_at) where confirmed_at is null;
create index reports_settled on reports (settled_at) where sealed is not null;
