-- Who has a sign-on before them. A claim ends with the session that it was made in, so no log-out can forget it.
create table claims (
  sign_on_id uuid not null primary key references sign_ons (id) on delete cascade,
  -- Changes with whoever holds it: taking over names the claim that was seen.
  id         uuid not null unique,
  account_id uuid not null references accounts (id) on delete cascade,
  session    bytea not null references sessions (digest) on delete cascade,
  made_at    timestamptz not null,
  seen_at    timestamptz not null check (seen_at >= made_at)
);
create index claims_by_account on claims (account_id);
create index claims_by_session on claims (session);
create index claims_by_sight on claims (seen_at);
