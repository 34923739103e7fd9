-- Links by which a letter is read before it is public. Whom one is for is sealed for its row: it may name a person.
create table preview_links (
  id          uuid not null primary key,
  campaign_id uuid not null references campaigns (id) on delete cascade,
  digest      bytea not null unique check (length(digest) = 32),
  sealed      bytea not null,
  made_at     timestamptz not null,
  made_by     uuid not null references accounts (id),
  -- Until when it works.
  ends_at     timestamptz not null,
  -- Since when it does not, because somebody ended it; empty again when it is to work again.
  ended_at    timestamptz,
  ended_by    uuid references accounts (id),
  check (ends_at > made_at),
  check ((ended_at is null) = (ended_by is null))
);
create index preview_links_by_campaign on preview_links (campaign_id, made_at);
