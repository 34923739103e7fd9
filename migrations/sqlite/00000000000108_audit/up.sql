-- Who did what to what, when and why. No row is ever changed, but for this: the words that staff wrote as a reason can be taken away,
-- because they may name a person (docs/decisions/0026).
create table audit_entries (
  id           blob not null primary key,
  at           integer not null,
  campaign_id  blob,
  subject_kind text not null check (subject_kind in ('account', 'campaign', 'sign_on', 'instance')),
  subject_id   blob,
  act          text not null check (act <> ''),
  actor_kind   text not null check (actor_kind in ('representative', 'visitor', 'staff', 'command', 'system')),
  actor_id     blob,
  old_value    text,
  new_value    text,
  reason       text,
  check ((actor_kind = 'staff') = (actor_id is not null))
) strict, without rowid;
create index audit_by_subject on audit_entries (subject_id, at);
create index audit_by_campaign on audit_entries (campaign_id, at);
create trigger audit_entries_keep before update on audit_entries
when new.reason is not null or new.id is not old.id or new.at is not old.at or new.campaign_id is not old.campaign_id
  or new.subject_kind is not old.subject_kind or new.subject_id is not old.subject_id or new.act is not old.act
  or new.actor_kind is not old.actor_kind or new.actor_id is not old.actor_id
  or new.old_value is not old.old_value or new.new_value is not old.new_value
begin select raise(abort, 'the history is never changed'); end;
create trigger audit_entries_stay before delete on audit_entries begin select raise(abort, 'the history is never changed'); end;
