-- People who run the instance. Name and address are sealed; email_key finds an account by its address.
create table accounts (
  id            uuid not null primary key,
  sealed        bytea not null,
  email_key     bytea not null unique check (length(email_key) = 32),
  password_hash text,
  administrator boolean not null default false,
  made_at       timestamptz not null,
  disabled_at   timestamptz
);

-- A link that lets somebody set a password or log in, once.
create table account_tokens (
  digest     bytea not null primary key check (length(digest) = 32),
  account_id uuid not null references accounts (id) on delete cascade,
  purpose    text not null check (purpose in ('invitation', 'reset', 'log_in')),
  made_at    timestamptz not null,
  ends_at    timestamptz not null,
  used_at    timestamptz
);
create index account_tokens_by_account on account_tokens (account_id);

create table sessions (
  digest     bytea not null primary key check (length(digest) = 32),
  account_id uuid not null references accounts (id) on delete cascade,
  made_at    timestamptz not null,
  seen_at    timestamptz not null,
  ends_at    timestamptz not null
);
create index sessions_by_account on sessions (account_id);

-- A browser that has logged in to this account before: it is let through while strangers guess passwords.
create table known_devices (
  digest     bytea not null primary key check (length(digest) = 32),
  account_id uuid not null references accounts (id) on delete cascade,
  made_at    timestamptz not null
);
create index known_devices_by_account on known_devices (account_id);
