-- Who did what to what, when and why. No personal data, and no row is ever changed.
create table audit_entries (
  id           blob not null primary key,
  at           integer not null,
  campaign_id  blob,
  subject_kind text not null check (subject_kind in ('account', 'campaign', 'sign_on', 'instance')),
  subject_id   blob,
  act          text not null check (act <> ''),
  actor_kind   text not null check (actor_kind in ('representative', 'staff', 'command', 'system')),
  actor_id     blob,
  old_value    text,
  new_value    text,
  reason       text,
  check ((actor_kind = 'staff') = (actor_id is not null))
) strict;
create index audit_by_subject on audit_entries (subject_id, at);
create index audit_by_campaign on audit_entries (campaign_id, at);
create trigger audit_entries_keep before update on audit_entries begin select raise(abort, 'the history is never changed'); end;
create trigger audit_entries_stay before delete on audit_entries begin select raise(abort, 'the history is never changed'); end;
