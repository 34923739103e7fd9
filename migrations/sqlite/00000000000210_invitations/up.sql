-- An organization that organizers ask to sign. What names the mailbox is sealed, and found by its keyed hash; both go with the contacts of the
-- letter. What stands here is what the organizers' tracker says: nothing in it is changed by a page that is only read.
create table invitations (
  id           blob not null primary key,
  campaign_id  blob not null references campaigns (id) on delete cascade,
  version      integer not null default 1 check (version > 0),
  organization text not null check (organization <> ''),
  folded       text not null check (folded <> ''),
  website      text,
  language     text,
  sealed       blob,
  email_key    blob,
  -- Until when it may be used after the deadline.
  late_until   integer,
  made_at      integer not null,
  made_by      blob not null references accounts (id),
  -- When the newest mail was written, and how many were.
  mailed_at    integer not null,
  mails        integer not null default 1 check (mails > 0),
  -- What became of the newest mail, as far as the mail server can tell.
  delivered_at integer,
  bounced_at   integer,
  -- When somebody first pressed a button on its page.
  opened_at    integer,
  declined_at  integer,
  -- Why, in their words, sealed.
  reason       blob,
  -- When they asked for no more reminders.
  quiet_at     integer,
  revoked_at   integer,
  revoked_by   blob references accounts (id),
  check ((sealed is null) = (email_key is null)),
  check (declined_at is null or opened_at is not null),
  check (quiet_at is null or opened_at is not null),
  check (reason is null or declined_at is not null),
  check ((revoked_at is null) = (revoked_by is null))
) strict;
-- One for each organization at each address, whoever invites at the same moment.
create unique index invitations_once on invitations (campaign_id, email_key, folded) where revoked_at is null;
create index invitations_by_campaign on invitations (campaign_id, made_at);

-- The secrets in its mails. They end when it is revoked, or goes to another address.
create table invitation_links (
  digest        blob not null primary key check (length(digest) = 32),
  invitation_id blob not null references invitations (id) on delete cascade,
  made_at       integer not null
) strict;
create index invitation_links_by_invitation on invitation_links (invitation_id);

-- The invitation that a sign-on came by.
alter table sign_ons add column invitation_id blob references invitations (id) on delete set null;
create index sign_ons_by_invitation on sign_ons (invitation_id) where invitation_id is not null;
