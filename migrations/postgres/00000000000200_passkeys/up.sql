-- A passkey (WebAuthn): what is needed to check that somebody has it. It is no secret. What its owner calls it is sealed.
create table passkeys (
  id            uuid not null primary key,
  account_id    uuid not null references accounts (id) on delete cascade,
  -- What the authenticator calls it: no two accounts have the same one.
  credential_id bytea not null unique check (length(credential_id) between 1 and 1023),
  -- The number in the registry of COSE: ES256, EdDSA, RS256.
  algorithm     bigint not null check (algorithm in (-7, -8, -257)),
  -- SubjectPublicKeyInfo (RFC 5280), in DER.
  public_key    bytea not null,
  -- How often the authenticator says that it has signed; 0 where it does not count.
  counter       bigint not null check (counter between 0 and 4294967295),
  sealed        bytea not null,
  made_at       timestamptz not null,
  used_at       timestamptz
);
create index passkeys_by_account on passkeys (account_id);

-- What a passkey is to sign next: good once, for the browser that asked, until it ends.
create table passkey_challenges (
  -- The digest of what that browser holds: its session, or its half-open log-in.
  holder     bytea not null check (length(holder) = 32),
  purpose    text not null check (purpose in ('log_in', 'confirm', 'make')),
  account_id uuid not null references accounts (id) on delete cascade,
  -- The digest of the challenge.
  digest     bytea not null check (length(digest) = 32),
  ends_at    timestamptz not null,
  primary key (holder, purpose)
);
create index passkey_challenges_by_account on passkey_challenges (account_id);
