-- Counter-notices: an organization is asked, at an address that it published, whether it signed. `sealed` holds the address and where it
-- was published, and goes with the representative's data; what was answered stays.
create table notices (
  id          uuid not null primary key,
  sign_on_id  uuid not null references sign_ons (id) on delete cascade,
  digest      bytea not null unique check (length(digest) = 32),
  line        text not null,
  sealed      bytea,
  made_at     timestamptz not null,
  made_by     uuid not null references accounts (id),
  ends_at     timestamptz not null,
  answer      text check (answer in ('confirmed', 'objected')),
  answered_at timestamptz,
  check ((answer is null) = (answered_at is null))
);
create index notices_by_sign_on on notices (sign_on_id);
