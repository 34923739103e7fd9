-- What shows that an organization agreed whose mailbox nobody proved. What may speak of persons is sealed, and erased with the contacts.
create table attestations (
  sign_on_id uuid not null primary key references sign_ons (id) on delete cascade,
  received   text not null check (received in ('mail', 'paper', 'meeting', 'partner', 'letter')),
  sealed     bytea,
  made_by    uuid not null references accounts (id),
  made_at    timestamptz not null
);
