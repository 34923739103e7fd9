-- What staff write to each other about a sign-on: one text, sealed, because it may name a person.
create table notes (
  sign_on_id uuid not null primary key references sign_ons (id) on delete cascade,
  sealed     bytea not null,
  version    bigint not null check (version > 0),
  changed_at timestamptz not null,
  changed_by uuid not null references accounts (id)
);
