-- The keys of somebody who has chosen any. Whoever has no row has them off.
create table shortcuts (
  account_id blob not null primary key references accounts (id) on delete cascade,
  is_on      integer not null,
  -- `next=j previous=k …`: an act without a key is left out.
  keys       text not null
) strict;
