-- What becomes of entries of organizations that signed in another way, until they confirm by a link.
alter table campaigns add column unconfirmed text not null default 'marked' check (unconfirmed in ('print', 'marked', 'hide'));

-- What is known beside the sign-on of an organization that signed in another way: the mailbox that may confirm it, sealed and found by its
-- keyed hash until it does, and how it was asked.
create table elsewhere (
  sign_on_id  blob not null primary key references sign_ons (id) on delete cascade,
  sealed      blob,
  email_key   blob check (length(email_key) = 32),
  asked_at    integer,
  asks        integer not null default 0 check (asks between 0 and 2),
  answer      text check (answer in ('confirmed', 'refused')),
  answered_at integer,
  check ((sealed is null) = (email_key is null)),
  check ((asks = 0) = (asked_at is null)),
  check ((answer is null) = (answered_at is null))
) strict;

-- A list of them that was pasted: looked at, then worked off in pieces. What is common to its lines is sealed, as each of them is.
create table elsewhere_imports (
  id           blob not null primary key,
  campaign_id  blob not null references campaigns (id) on delete cascade,
  version      integer not null default 1 check (version >= 1),
  made_at      integer not null,
  made_by      blob not null references accounts (id),
  confirmed_at integer,
  done_at      integer,
  check (done_at is null or confirmed_at is not null)
) strict;
create index elsewhere_by_email on elsewhere (email_key) where email_key is not null;
create index elsewhere_imports_by_campaign on elsewhere_imports (campaign_id, made_at);

create table elsewhere_lines (
  import_id  blob not null references elsewhere_imports (id) on delete cascade,
  number     integer not null check (number >= 1),
  sealed     blob not null,
  fate       text not null check (fate in ('add', 'alike', 'refused', 'twice', 'added', 'taken')),
  -- Whether it is added though it is like another one.
  is_another integer not null default 0,
  other_id   blob,
  primary key (import_id, number)
) strict;
create index elsewhere_lines_by_fate on elsewhere_lines (import_id, fate, number);
