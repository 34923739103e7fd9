create table outbox (
  id            uuid not null primary key,
  kind          text not null check (kind <> ''),
  state         text not null check (state in ('waiting', 'leased', 'sent', 'failed', 'quarantined', 'cancelled')),
  campaign_id   uuid references campaigns (id) on delete cascade,
  -- What the message is about, for the feature that wrote it; mail does not know what it is.
  subject_id    uuid,
  recipient_key bytea not null check (length(recipient_key) = 32),
  sealed_to     bytea not null,
  -- The finished message; scrubbed once it is delivered.
  sealed        bytea,
  message_id    text not null,
  -- Whether strangers can cause such a mail: these are capped for each address.
  by_stranger   boolean not null,
  attempts      bigint not null default 0 check (attempts >= 0),
  strikes       bigint not null default 0 check (strikes >= 0),
  next_at       timestamptz not null,
  lease_until   timestamptz,
  -- The fencing token: raised by each claim, so that a late settlement of an older claim is refused.
  fence         bigint not null default 0 check (fence >= 0),
  made_at       timestamptz not null,
  settled_at    timestamptz,
  last_error    text,
  check ((state = 'leased') = (lease_until is not null)),
  check ((state in ('sent', 'failed', 'quarantined', 'cancelled')) = (settled_at is not null)),
  check (state not in ('waiting', 'leased') or sealed is not null)
);
-- What is taken up and put down changes its state, and not its place here.
create index outbox_due on outbox (next_at) where settled_at is null;
create index outbox_leased on outbox (lease_until) where lease_until is not null;
create index outbox_by_recipient on outbox (recipient_key, made_at);
create index outbox_by_subject on outbox (subject_id, kind);
create index outbox_by_end on outbox (settled_at) where settled_at is not null;
