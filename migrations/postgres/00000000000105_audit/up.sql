-- Who did what to what, when and why. No personal data, and no row is ever changed.
create table audit_entries (
  id           uuid not null primary key,
  at           timestamptz not null,
  campaign_id  uuid,
  subject_kind text not null check (subject_kind in ('account', 'campaign', 'sign_on', 'instance')),
  subject_id   uuid,
  act          text not null check (act <> ''),
  actor_kind   text not null check (actor_kind in ('representative', 'staff', 'command', 'system')),
  actor_id     uuid,
  old_value    text,
  new_value    text,
  reason       text,
  check ((actor_kind = 'staff') = (actor_id is not null))
);
create index audit_by_subject on audit_entries (subject_id, at);
create index audit_by_campaign on audit_entries (campaign_id, at);
create function history_is_never_changed() returns trigger language plpgsql as $$
begin raise exception 'the history is never changed'; end $$;
create trigger audit_entries_keep before update or delete on audit_entries for each row execute function history_is_never_changed();
