-- How many mails strangers have caused to one mailbox, of those that the outbox has forgotten: the cap holds for the campaign's
-- life.
create table mail_tallies (
  campaign_id   blob not null references campaigns (id) on delete cascade,
  recipient_key blob not null check (length(recipient_key) = 32),
  written       integer not null check (written >= 1),
  primary key (campaign_id, recipient_key)
) strict, without rowid;
