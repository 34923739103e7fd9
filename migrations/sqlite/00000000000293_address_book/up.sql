-- Organizations that agreed to be invited to later letters. What names the mailbox is sealed, and found by its keyed hash.
create table addresses (
  id           blob not null primary key,
  sealed       blob not null,
  email_key    blob not null check (length(email_key) = 32),
  organization text not null check (organization <> ''),
  folded       text not null check (folded <> ''),
  acronym      text,
  native_name  text,
  sort_as      text,
  website      text,
  country      text,
  language     text not null check (language <> ''),
  -- The entry by which it signed last, and its letter, as long as there are such.
  sign_on_id   blob references sign_ons (id) on delete set null,
  campaign_id  blob references campaigns (id) on delete set null,
  -- When it joined the list of the letter that it signed last: the term is counted from there.
  signed_at    integer not null,
  agreed_at    integer not null
) strict;
-- One for each organization at each address.
create unique index addresses_once on addresses (email_key, folded);
create index addresses_by_sign_on on addresses (sign_on_id);

-- The links by which it ends, one in each mail. They outlive it, so that whoever presses once more gets the same answer.
create table address_links (
  digest     blob not null primary key check (length(digest) = 32),
  address_id blob references addresses (id) on delete set null,
  made_at    integer not null
) strict, without rowid;
create index address_links_by_address on address_links (address_id);

-- Which invitations came from it.
create table address_invitations (
  invitation_id blob not null primary key references invitations (id) on delete cascade,
  address_id    blob not null references addresses (id) on delete cascade
) strict, without rowid;
create index address_invitations_by_address on address_invitations (address_id);
