drop table audit_entries;
drop function history_is_never_changed();
