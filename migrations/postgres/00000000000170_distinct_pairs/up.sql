-- Two entries that are alike, and that a moderator said to be two organizations. The pair is one row, whichever of them was looked at:
-- `lower_id` is the one whose id comes first. `reason` holds staff's words, and goes with the representatives' data.
create table distinct_pairs (
  lower_id uuid not null references sign_ons (id) on delete cascade,
  upper_id uuid not null references sign_ons (id) on delete cascade,
  reason   text check (reason <> ''),
  made_by  uuid not null references accounts (id),
  made_at  timestamptz not null,
  primary key (lower_id, upper_id),
  check (lower_id < upper_id)
);
create index distinct_pairs_by_upper on distinct_pairs (upper_id);
