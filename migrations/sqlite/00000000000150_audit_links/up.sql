-- The chain over the history: each link's digest covers its entry and the digest before. One chain for each campaign, and one (sixteen zero
-- bytes) for what belongs to none. Links are added after the entries, by upkeep, so that no act waits for another (docs/decisions/0026).
create table audit_links (
  chain_id blob not null,
  number   integer not null check (number > 0),
  entry_id blob not null unique references audit_entries (id),
  salt     text check (length(salt) = 32),
  words    text check (length(words) = 64),
  digest   text not null check (length(digest) = 64),
  primary key (chain_id, number),
  check (salt is null or words is not null)
) strict;
create trigger audit_links_keep before update on audit_links
when new.salt is not null or new.chain_id is not old.chain_id or new.number is not old.number or new.entry_id is not old.entry_id
  or new.words is not old.words or new.digest is not old.digest
begin select raise(abort, 'the history is never changed'); end;
create trigger audit_links_stay before delete on audit_links begin select raise(abort, 'the history is never changed'); end;
