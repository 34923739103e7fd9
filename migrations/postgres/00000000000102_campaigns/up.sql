create table campaigns (
  id             uuid not null primary key,
  slug           text not null unique check (length(slug) between 1 and 64),
  version        bigint not null check (version >= 1),
  status         text not null check (status in ('draft', 'open', 'closed', 'archived')),
  access         text not null check (access in ('public', 'link', 'invitation')),
  ordering       text not null check (ordering in ('alphabetical', 'joining')),
  title          text not null check (title <> ''),
  language       text not null check (language <> ''),
  recipient      text not null,
  salutation     text not null,
  closing        text not null,
  letter_date    text check (letter_date is null or length(letter_date) = 10),
  host           text not null,
  contact        text not null,
  authority      text not null check (authority <> ''),
  articles       text not null,
  line           text not null check (line <> ''),
  opens_at       timestamptz,
  closes_at      timestamptz,
  published_at   timestamptz,
  -- When it was closed by its button; empty again when it is opened again.
  closed_at      timestamptz,
  -- After how many days a sign-on that waits for a decision is due, and overdue.
  amber_days     bigint not null default 3 check (amber_days >= 1),
  red_days       bigint not null default 6 check (red_days >= 1),
  -- Whether two moderators must approve.
  four_eyes      boolean not null default false,
  -- What moderators read about judgment calls, and the reasons they choose from; empty for the usual ones.
  guide          text not null default '',
  reasons        text not null default '',
  -- Raised in the transaction of whatever changes who is on the list, or how it shows.
  list_revision  bigint not null check (list_revision >= 1),
  -- How many have ever joined: the order of approval, never a number on the list.
  joined_count   bigint not null default 0 check (joined_count >= 0),
  made_at        timestamptz not null,
  check (red_days > amber_days),
  check (opens_at is null or closes_at is null or opens_at < closes_at)
);

create table letter_versions (
  id          uuid not null primary key,
  campaign_id uuid not null references campaigns (id) on delete cascade,
  number      bigint not null check (number >= 1),
  body        text not null,
  sha256      text not null check (length(sha256) = 64),
  made_at     timestamptz not null,
  made_by     uuid references accounts (id),
  unique (campaign_id, number)
);

create table campaign_roles (
  account_id  uuid not null references accounts (id) on delete cascade,
  campaign_id uuid not null references campaigns (id) on delete cascade,
  role        text not null check (role in ('moderator', 'organizer')),
  primary key (account_id, campaign_id)
);
create index campaign_roles_by_campaign on campaign_roles (campaign_id);
