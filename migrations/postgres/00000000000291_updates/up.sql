-- What organizers write about a letter after it was published.
create table updates (
  id            uuid not null primary key,
  campaign_id   uuid not null references campaigns (id) on delete cascade,
  version       bigint not null default 1 check (version >= 1),
  made_at       timestamptz not null,
  -- Since when everybody reads it; a draft until then.
  published_at  timestamptz,
  -- Since when nobody does any more, because it was taken back.
  taken_back_at timestamptz,
  check (taken_back_at is null or published_at is not null)
);
create index updates_by_campaign on updates (campaign_id, made_at);

-- What it says. A draft has one text; each change of one that is published is another, so that everybody can read what was corrected.
create table update_texts (
  update_id uuid not null references updates (id) on delete cascade,
  number    bigint not null check (number >= 1),
  title     text not null check (title <> ''),
  body      text not null check (body <> ''),
  made_at   timestamptz not null,
  made_by   uuid not null references accounts (id),
  primary key (update_id, number)
);
