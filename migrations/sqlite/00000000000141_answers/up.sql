-- What representatives answered to questions. The answer is sealed, and erased with the contacts.
create table answers (
  id          blob not null primary key,
  sign_on_id  blob not null references sign_ons (id) on delete cascade,
  question    text not null check (question <> ''),
  asked_at    integer not null,
  sealed      blob not null,
  answered_at integer not null,
  unique (sign_on_id, asked_at)
) strict;
