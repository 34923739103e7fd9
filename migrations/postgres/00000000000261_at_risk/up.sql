-- Whether the form asks if an organization can be named in public.
alter table campaigns add column at_risk boolean not null default false;
-- How much of an entry everybody sees.
alter table sign_ons add column shown text not null default 'full' check (shown in ('full', 'country', 'counted'));
create index sign_ons_unnamed on sign_ons (campaign_id) where shown <> 'full';

-- Who of the staff may see the names of a campaign that everybody may not see.
create table at_risk_readers (
  campaign_id uuid not null references campaigns (id) on delete cascade,
  account_id  uuid not null references accounts (id) on delete cascade,
  made_by     uuid not null references accounts (id),
  made_at     timestamptz not null,
  primary key (campaign_id, account_id)
);
