-- Who did what to what, when and why. No row is ever changed, but for this: the words that staff wrote as a reason can be taken away,
-- because they may name a person (docs/decisions/0026).
create table audit_entries (
  id           uuid not null primary key,
  at           timestamptz not null,
  campaign_id  uuid,
  subject_kind text not null check (subject_kind in ('account', 'campaign', 'sign_on', 'instance')),
  subject_id   uuid,
  act          text not null check (act <> ''),
  actor_kind   text not null check (actor_kind in ('representative', 'visitor', 'staff', 'command', 'system')),
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
create trigger audit_entries_keep before update on audit_entries for each row
when (new.reason is not null
  or (new.id, new.at, new.campaign_id, new.subject_kind, new.subject_id, new.act, new.actor_kind, new.actor_id, new.old_value, new.new_value)
    is distinct from
     (old.id, old.at, old.campaign_id, old.subject_kind, old.subject_id, old.act, old.actor_kind, old.actor_id, old.old_value, old.new_value))
execute function history_is_never_changed();
create trigger audit_entries_stay before delete on audit_entries for each row execute function history_is_never_changed();
create trigger audit_entries_all before truncate on audit_entries for each statement execute function history_is_never_changed();
