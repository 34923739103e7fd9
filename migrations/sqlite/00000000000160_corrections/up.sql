-- What an entry is to say instead: asked for by a representative, made by staff, or an objection to what staff made. The entry itself
-- stays as it is until a moderator accepts.
create table corrections (
  id               blob not null primary key,
  sign_on_id       blob not null references sign_ons (id) on delete cascade,
  kind             text not null check (kind in ('asked', 'made', 'objected')),
  at               integer not null,
  organization     text not null check (organization <> ''),
  acronym          text,
  native_name      text,
  sort_as          text,
  website          text,
  country          text check (country is null or length(country) = 2),
  line             text not null check (line <> ''),
  old_organization text not null check (old_organization <> ''),
  old_line         text not null check (old_line <> ''),
  -- What the representative wrote to the moderators, sealed for this row.
  note             blob,
  outcome          text check (outcome in ('accepted', 'declined', 'replaced')),
  settled_at       integer,
  settled_by       blob references accounts (id),
  check ((outcome is null) = (settled_at is null)),
  check (outcome is null or outcome = 'replaced' or settled_by is not null),
  check (kind <> 'made' or outcome = 'accepted')
) strict;
create unique index corrections_one_waiting on corrections (sign_on_id) where outcome is null;
create index corrections_by_sign_on on corrections (sign_on_id, at);
