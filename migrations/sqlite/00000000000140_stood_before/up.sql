-- What stood before a decision: to undo it, and for what the representative sees until the decision is told.
create table stood_before (
  sign_on_id   blob not null references sign_ons (id) on delete cascade,
  -- The version of the sign-on that the decision made: of any other version this says nothing.
  version      integer not null check (version >= 2),
  made_at      integer not null,
  -- From when those outside are told.
  told_at      integer not null,
  -- The version that an earlier decision made, where that had not been told yet.
  over_version integer,
  -- Whether the decision has a mail.
  mailed       integer not null,
  -- What acts change of a sign-on, as it stood.
  state        text not null check (state in ('awaiting_verification', 'awaiting_moderation', 'on_hold', 'approved', 'rejected', 'removed')),
  is_distinct  integer not null,
  contact_key  blob check (length(contact_key) = 32),
  verify_until integer,
  verified_at  integer,
  joined_at    integer,
  joined       integer check (joined >= 1),
  decided_at   integer,
  decided_by   blob references accounts (id),
  question     text,
  reason       text,
  reason_text  text,
  merged_into  blob references sign_ons (id) on delete cascade,
  attested_at  integer,
  first_by     blob references accounts (id),
  first_at     integer,
  primary key (sign_on_id, version),
  check (told_at > made_at),
  check (over_version < version)
) strict;
