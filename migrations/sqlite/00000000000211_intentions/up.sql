-- An organization that means to sign once one of its bodies has decided, on a day that it names. It is private, never counted and never
-- listed. What names anybody is sealed, and goes when it is settled; the row goes some days after the day.
create table intentions (
  id            blob not null primary key,
  campaign_id   blob not null references campaigns (id) on delete cascade,
  -- The invitation that it came by: of a private letter there is no other way in.
  invitation_id blob references invitations (id) on delete cascade,
  organization  text not null check (organization <> ''),
  country       text not null,
  sealed        blob,
  email_key     blob not null,
  -- When the body decides, and so when the mail goes that reminds.
  decides_at    integer not null,
  made_at       integer not null,
  -- Until when the mailbox can be proved.
  ends_at       integer not null,
  confirmed_at  integer,
  outcome       text check (outcome in ('signed', 'withdrawn')),
  settled_at    integer,
  -- What it became.
  sign_on_id    blob references sign_ons (id) on delete set null,
  check ((outcome is null) = (settled_at is null)),
  check ((outcome is null) = (sealed is not null)),
  check (sign_on_id is null or (outcome is not null and outcome = 'signed'))
) strict;
create index intentions_by_campaign on intentions (campaign_id, decides_at);
create index intentions_of_one on intentions (campaign_id, email_key);
create index intentions_by_invitation on intentions (invitation_id) where invitation_id is not null;
create index intentions_by_sign_on on intentions (sign_on_id) where sign_on_id is not null;
create index intentions_by_day on intentions (decides_at);
create index intentions_unconfirmed on intentions (ends_at) where confirmed_at is null;

-- The secrets in its mails.
create table intention_links (
  digest       blob not null primary key check (length(digest) = 32),
  intention_id blob not null references intentions (id) on delete cascade,
  made_at      integer not null
) strict;
create index intention_links_by_intention on intention_links (intention_id);
