-- What becomes of entries of organizations that signed in another way, until they confirm by a link.
alter table campaigns add column unconfirmed text not null default 'marked' check (unconfirmed in ('print', 'marked', 'hide'));

-- What is known beside the sign-on of an organization that signed in another way: the mailbox that may confirm it, sealed and found by its
-- keyed hash until it does, and how it was asked.
create table elsewhere (
  sign_on_id  uuid not null primary key references sign_ons (id) on delete cascade,
  sealed      bytea,
  email_key   bytea check (length(email_key) = 32),
  asked_at    timestamptz,
  asks        bigint not null default 0 check (asks between 0 and 2),
  answer      text check (answer in ('confirmed', 'refused')),
  answered_at timestamptz,
  check ((sealed is null) = (email_key is null)),
  check ((asks = 0) = (asked_at is null)),
  check ((answer is null) = (answered_at is null))
);

-- A list of them that was pasted: looked at, then worked off in pieces. What is common to its lines is sealed, as each of them is.
create table elsewhere_imports (
  id           uuid not null primary key,
  campaign_id  uuid not null references campaigns (id) on delete cascade,
  version      bigint not null default 1 check (version >= 1),
  made_at      timestamptz not null,
  made_by      uuid not null references accounts (id),
  confirmed_at timestamptz,
  done_at      timestamptz,
  check (done_at is null or confirmed_at is not null)
);
create index elsewhere_by_email on elsewhere (email_key) where email_key is not null;
create index elsewhere_imports_by_campaign on elsewhere_imports (campaign_id, made_at);

create table elsewhere_lines (
  import_id  uuid not null references elsewhere_imports (id) on delete cascade,
  number     bigint not null check (number >= 1),
  sealed     bytea not null,
  fate       text not null check (fate in ('add', 'alike', 'refused', 'twice', 'added', 'taken')),
  -- Whether it is added though it is like another one.
  is_another boolean not null default false,
  other_id   uuid,
  primary key (import_id, number)
);
create index elsewhere_lines_by_fate on elsewhere_lines (import_id, fate, number);
