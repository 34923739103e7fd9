-- An immutable, numbered state of a campaign's list. entries is the compressed JSON that every public form is made from.
create table editions (
  id             uuid not null primary key,
  campaign_id    uuid not null references campaigns (id) on delete cascade,
  number         bigint not null check (number >= 1),
  revision       bigint not null check (revision >= 1),
  letter_version bigint not null check (letter_version >= 1),
  name           text,
  made_at        timestamptz not null,
  count          bigint not null check (count >= 0),
  sha256         text not null check (length(sha256) = 64),
  entries        bytea not null,
  unique (campaign_id, number),
  unique (campaign_id, revision)
);
