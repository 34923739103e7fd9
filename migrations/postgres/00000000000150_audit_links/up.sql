-- The chain over the history: each link's digest covers its entry and the digest before. One chain for each campaign, and one (sixteen zero
-- bytes) for what belongs to none. Links are added after the entries, by upkeep, so that no act waits for another (docs/decisions/0026).
create table audit_links (
  chain_id uuid not null,
  number   bigint not null check (number > 0),
  entry_id uuid not null unique references audit_entries (id),
  salt     text check (length(salt) = 32),
  words    text check (length(words) = 64),
  digest   text not null check (length(digest) = 64),
  primary key (chain_id, number),
  check (salt is null or words is not null)
);
create trigger audit_links_keep before update on audit_links for each row
when (new.salt is not null
  or (new.chain_id, new.number, new.entry_id, new.words, new.digest) is distinct from (old.chain_id, old.number, old.entry_id, old.words, old.digest))
execute function history_is_never_changed();
create trigger audit_links_stay before delete on audit_links for each row execute function history_is_never_changed();
create trigger audit_links_all before truncate on audit_links for each statement execute function history_is_never_changed();
