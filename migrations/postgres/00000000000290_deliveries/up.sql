-- That everybody who signed is told, once, what happened with the letter. The mails are written in pieces.
create table tellings (
  id          uuid not null primary key,
  campaign_id uuid not null references campaigns (id) on delete cascade,
  event       text not null check (event in ('delivered', 'replied')),
  made_at     timestamptz not null,
  made_by     uuid not null references accounts (id),
  -- The last entry whose representatives were mailed; none before the first. What comes after it in the order of ids is still to be done.
  reached     uuid,
  mailed      bigint not null default 0 check (mailed >= 0),
  done_at     timestamptz
);
create index tellings_by_campaign on tellings (campaign_id, made_at);

-- Which mailboxes had the mail, by their keyed hashes, until everybody has: written with the mail, so that nobody gets two.
create table told_addresses (
  telling_id uuid not null references tellings (id) on delete cascade,
  email_key  bytea not null check (length(email_key) = 32),
  primary key (telling_id, email_key)
);

-- Entries that were passed over: a decision about them had not been told yet, or their mail could not be written. They come last, once it can be.
create table told_later (
  telling_id uuid not null references tellings (id) on delete cascade,
  sign_on_id uuid not null references sign_ons (id) on delete cascade,
  -- When they are looked at again.
  next_at    timestamptz not null,
  primary key (telling_id, sign_on_id)
);

-- That the letter was handed to somebody whom it addresses, and what came back. Who carried it is sealed: it may name a person.
create table deliveries (
  id             uuid not null primary key,
  campaign_id    uuid not null references campaigns (id) on delete cascade,
  version        bigint not null default 1 check (version >= 1),
  recipient      text not null check (recipient <> ''),
  sealed         bytea,
  means          text not null check (means in ('mail', 'post', 'person', 'form', 'other')),
  -- A day, or a moment.
  on_day         text check (length(on_day) = 10),
  at             timestamptz,
  -- What was delivered, written down because an edition without a name does not stay.
  edition_number bigint check (edition_number >= 1),
  edition_sha256 text check (length(edition_sha256) = 64),
  edition_count  bigint check (edition_count >= 0),
  receipt        text check (receipt <> ''),
  replied_on     text check (length(replied_on) = 10),
  reply          text check (reply <> ''),
  reply_link     text check (reply_link <> ''),
  -- Whether it stands on the letter's page.
  shown          boolean not null,
  made_at        timestamptz not null,
  made_by        uuid not null references accounts (id),
  changed_at     timestamptz not null,
  -- By which mails those who signed were told of it, and of the reply.
  told_by        uuid references tellings (id),
  reply_told_by  uuid references tellings (id),
  check ((on_day is null) <> (at is null)),
  check ((edition_number is null) = (edition_sha256 is null)),
  check ((edition_number is null) = (edition_count is null)),
  check (replied_on is not null or (reply is null and reply_link is null)),
  check (reply_told_by is null or replied_on is not null)
);
create index deliveries_by_campaign on deliveries (campaign_id, made_at);
