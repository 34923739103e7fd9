-- The mail in which somebody hears what is new in a letter, as they chose it. Whoever has no row gets none.
create table digests (
  account_id  blob not null references accounts (id) on delete cascade,
  campaign_id blob not null references campaigns (id) on delete cascade,
  cadence     text not null check (cadence in ('hourly', 'daily', 'weekly')),
  -- The hour of the day in the letter's zone.
  hour        integer not null check (hour between 0 and 23),
  -- Until when they were told. Moved on by the transaction that owes the mail, or that finds nothing to tell: so each period is told once.
  told_until  integer not null,
  primary key (account_id, campaign_id)
) strict, without rowid;
create index digests_by_campaign on digests (campaign_id);
