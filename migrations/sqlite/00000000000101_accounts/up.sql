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
  digest           blob not null primary key check (length(digest) = 32),
  id               blob not null unique,
  account_id       blob not null references accounts (id) on delete cascade,
  -- What the browser says it is, in our words: "Firefox on Linux".
  browser          text not null,
  made_at          integer not null,
  seen_at          integer not null,
  ends_at          integer not null,
  -- Until when the second factor counts as just shown; null: the account had none to show.
  stepped_up_until integer,
  wrong_codes      integer not null default 0
) strict;
create index sessions_by_account on sessions (account_id);

-- A log-in whose password was right and whose second factor is still to be shown.
create table half_log_ins (
  digest      blob not null primary key check (length(digest) = 32),
  account_id  blob not null references accounts (id) on delete cascade,
  made_at     integer not null,
  ends_at     integer not null,
  wrong_codes integer not null default 0
) strict;
create index half_log_ins_by_account on half_log_ins (account_id);

-- The app that shows somebody codes (RFC 6238). Its secret is sealed. No code of last_step or before is taken.
create table code_apps (
  account_id blob not null primary key references accounts (id) on delete cascade,
  sealed     blob not null,
  last_step  integer not null,
  made_at    integer not null
) strict;

-- What lets somebody in who has lost the app or the key: each once.
create table recovery_codes (
  account_id blob not null references accounts (id) on delete cascade,
  number     integer not null check (number between 0 and 9),
  hash       text not null,
  made_at    integer not null,
  used_at    integer,
  primary key (account_id, number)
) strict;

-- A browser that has logged in to this account before: it is let through while strangers guess passwords.
create table known_devices (
  digest     blob not null primary key check (length(digest) = 32),
  account_id blob not null references accounts (id) on delete cascade,
  made_at    integer not null
) strict;
create index known_devices_by_account on known_devices (account_id);
