-- A mail that organizers write to many.
create table mailings (
  id          blob not null primary key,
  campaign_id blob not null references campaigns (id) on delete cascade,
  version     integer not null check (version >= 1),
  audience    text not null check (audience in ('signed', 'updates', 'unverified', 'invited')),
  subject     text not null check (subject <> ''),
  body        text not null check (body <> ''),
  state       text not null check (state in ('draft', 'sending', 'sent', 'stopped')),
  made_at     integer not null,
  changed_at  integer not null,
  changed_by  blob not null references accounts (id),
  begun_at    integer,
  begun_by    blob references accounts (id),
  -- How many addresses there were when sending was confirmed.
  counted     integer check (counted >= 1),
  -- The last one that was looked at, in the order of their ids: whoever goes on with it begins behind.
  looked_at   blob,
  mailed      integer not null default 0 check (mailed >= 0),
  left_out    integer not null default 0 check (left_out >= 0),
  ended_at    integer,
  stopped_by  blob references accounts (id),
  check ((state = 'draft') = (begun_at is null)),
  check ((begun_at is null) = (begun_by is null)),
  check ((begun_at is null) = (counted is null)),
  check ((state in ('sent', 'stopped')) = (ended_at is not null)),
  check ((state = 'stopped') = (stopped_by is not null)),
  check (begun_at is not null or (mailed = 0 and left_out = 0 and looked_at is null))
) strict;
create index mailings_by_campaign on mailings (campaign_id, made_at);
create index mailings_sending on mailings (begun_at) where state = 'sending';

-- Whom a mailing was written to: a keyed hash of the address and the mail itself, made together. The key lets nobody be written to twice.
create table mailing_recipients (
  mailing_id    blob not null references mailings (id) on delete cascade,
  recipient_key blob not null check (length(recipient_key) = 32),
  mail_id       blob not null,
  delivered_at  integer,
  refused_at    integer,
  primary key (mailing_id, recipient_key)
) strict, without rowid;
create index mailing_recipients_by_mail on mailing_recipients (mail_id);
create index mailing_recipients_by_key on mailing_recipients (recipient_key);

-- The links by which one press ends the updates of a letter to one address.
create table unsubscribe_links (
  digest        blob not null primary key check (length(digest) = 32),
  campaign_id   blob not null references campaigns (id) on delete cascade,
  recipient_key blob not null check (length(recipient_key) = 32),
  made_at       integer not null
) strict, without rowid;
create index unsubscribe_links_by_key on unsubscribe_links (recipient_key);
