-- People who run the instance. Name and address are sealed; email_key finds an account by its address.
create table accounts (
  id            blob not null primary key,
  sealed        blob not null,
  email_key     blob not null unique check (length(email_key) = 32),
  password_hash text,
  administrator integer not null default 0,
  made_at       integer not null,
  disabled_at   integer
) strict;

-- A link that lets somebody set a password or log in, once.
create table account_tokens (
  digest     blob not null primary key check (length(digest) = 32),
  account_id blob not null references accounts (id) on delete cascade,
  purpose    text not null check (purpose in ('invitation', 'reset', 'log_in')),
  made_at    integer not null,
  ends_at    integer not null,
  used_at    integer
) strict;
create index account_tokens_by_account on account_tokens (account_id);

create table sessions (
  digest     blob not null primary key check (length(digest) = 32),
  account_id blob not null references accounts (id) on delete cascade,
  made_at    integer not null,
  seen_at    integer not null,
  ends_at    integer not null
) strict;
create index sessions_by_account on sessions (account_id);

-- A browser that has logged in to this account before: it is let through while strangers guess passwords.
create table known_devices (
  digest     blob not null primary key check (length(digest) = 32),
  account_id blob not null references accounts (id) on delete cascade,
  made_at    integer not null
) strict;
create index known_devices_by_account on known_devices (account_id);
