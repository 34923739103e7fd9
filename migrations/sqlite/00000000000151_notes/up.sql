-- What staff write to each other about a sign-on: one text, sealed, because it may name a person.
create table notes (
  sign_on_id blob not null primary key references sign_ons (id) on delete cascade,
  sealed     blob not null,
  version    integer not null check (version > 0),
  changed_at integer not null,
  changed_by blob not null references accounts (id)
) strict;
