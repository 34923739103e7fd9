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
  -- The highest place in the order of joining that is on it: whoever joined later is not.
  joined_through bigint not null check (joined_through >= 0),
  -- When somebody who is on it left the list; an unnamed edition is not shown from then on.
  ended_at       timestamptz,
  entries        bytea not null,
  unique (campaign_id, number),
  unique (campaign_id, revision)
);
