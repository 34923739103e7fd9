-- What representatives answered to questions. The answer is sealed, and erased with the contacts.
create table answers (
  id          uuid not null primary key,
  sign_on_id  uuid not null references sign_ons (id) on delete cascade,
  question    text not null check (question <> ''),
  asked_at    timestamptz not null,
  sealed      bytea not null,
  answered_at timestamptz not null,
  unique (sign_on_id, asked_at)
);
