create table campaigns (
  id             blob not null primary key,
  slug           text not null unique check (length(slug) between 1 and 64),
  version        integer not null check (version >= 1),
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
  opens_at       integer,
  closes_at      integer,
  published_at   integer,
  -- When it was closed by its button; empty again when it is opened again.
  closed_at      integer,
  -- After how many days a sign-on that waits for a decision is due, and overdue.
  amber_days     integer not null default 3 check (amber_days >= 1),
  red_days       integer not null default 6 check (red_days >= 1),
  -- Whether two moderators must approve.
  four_eyes      integer not null default 0,
  -- What moderators read about judgment calls, and the reasons they choose from; empty for the usual ones.
  guide          text not null default '',
  reasons        text not null default '',
  -- Raised in the transaction of whatever changes who is on the list, or how it shows.
  list_revision  integer not null check (list_revision >= 1),
  -- How many have ever joined: the order of approval, never a number on the list.
  joined_count   integer not null default 0 check (joined_count >= 0),
  made_at        integer not null,
  check (red_days > amber_days),
  check (opens_at is null or closes_at is null or opens_at < closes_at)
) strict;

create table letter_versions (
  id          blob not null primary key,
  campaign_id blob not null references campaigns (id) on delete cascade,
  number      integer not null check (number >= 1),
  body        text not null,
  sha256      text not null check (length(sha256) = 64),
  made_at     integer not null,
  made_by     blob references accounts (id),
  unique (campaign_id, number)
) strict;

create table campaign_roles (
  account_id  blob not null references accounts (id) on delete cascade,
  campaign_id blob not null references campaigns (id) on delete cascade,
  role        text not null check (role in ('moderator', 'organizer')),
  primary key (account_id, campaign_id)
) strict;
create index campaign_roles_by_campaign on campaign_roles (campaign_id);
