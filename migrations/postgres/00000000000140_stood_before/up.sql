-- What stood before a decision: to undo it, and for what the representative sees until the decision is told.
create table stood_before (
  sign_on_id   uuid not null references sign_ons (id) on delete cascade,
  -- The version of the sign-on that the decision made: of any other version this says nothing.
  version      bigint not null check (version >= 2),
  made_at      timestamptz not null,
  -- From when those outside are told.
  told_at      timestamptz not null,
  -- The version that an earlier decision made, where that had not been told yet.
  over_version bigint,
  -- Whether the decision has a mail.
  mailed       boolean not null,
  -- What acts change of a sign-on, as it stood.
  state        text not null check (state in ('awaiting_verification', 'awaiting_moderation', 'on_hold', 'approved', 'rejected', 'removed')),
  is_distinct  boolean not null,
  contact_key  bytea check (length(contact_key) = 32),
  verify_until timestamptz,
  verified_at  timestamptz,
  joined_at    timestamptz,
  joined       bigint check (joined >= 1),
  decided_at   timestamptz,
  decided_by   uuid references accounts (id),
  question     text,
  reason       text,
  reason_text  text,
  merged_into  uuid references sign_ons (id) on delete cascade,
  attested_at  timestamptz,
  first_by     uuid references accounts (id),
  first_at     timestamptz,
  primary key (sign_on_id, version),
  check (told_at > made_at),
  check (over_version < version)
);
