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
  digest           bytea not null primary key check (length(digest) = 32),
  id               uuid not null unique,
  account_id       uuid not null references accounts (id) on delete cascade,
  -- What the browser says it is, in our words: "Firefox on Linux".
  browser          text not null,
  made_at          timestamptz not null,
  seen_at          timestamptz not null,
  ends_at          timestamptz not null,
  -- Until when the second factor counts as just shown; null: the account had none to show.
  stepped_up_until timestamptz,
  wrong_codes      bigint not null default 0
);
create index sessions_by_account on sessions (account_id);

-- A log-in whose password was right and whose second factor is still to be shown.
create table half_log_ins (
  digest      bytea not null primary key check (length(digest) = 32),
  account_id  uuid not null references accounts (id) on delete cascade,
  made_at     timestamptz not null,
  ends_at     timestamptz not null,
  wrong_codes bigint not null default 0
);
create index half_log_ins_by_account on half_log_ins (account_id);

-- The app that shows somebody codes (RFC 6238). Its secret is sealed. No code of last_step or before is taken.
create table code_apps (
  account_id uuid not null primary key references accounts (id) on delete cascade,
  sealed     bytea not null,
  last_step  bigint not null,
  made_at    timestamptz not null
);

-- What lets somebody in who has lost the app or the key: each once.
create table recovery_codes (
  account_id uuid not null references accounts (id) on delete cascade,
  number     bigint not null check (number between 0 and 9),
  hash       text not null,
  made_at    timestamptz not null,
  used_at    timestamptz,
  primary key (account_id, number)
);

-- A browser that has logged in to this account before: it is let through while strangers guess passwords.
create table known_devices (
  digest     bytea not null primary key check (length(digest) = 32),
  account_id uuid not null references accounts (id) on delete cascade,
  made_at    timestamptz not null
);
create index known_devices_by_account on known_devices (account_id);
