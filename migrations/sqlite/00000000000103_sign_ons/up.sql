create table sign_ons (
  id                  blob not null primary key,
  campaign_id         blob not null references campaigns (id) on delete cascade,
  version             integer not null check (version >= 1),
  state               text not null check (state in ('awaiting_verification', 'awaiting_moderation', 'on_hold', 'approved',
                        'rejected', 'withdrawn', 'removed')),
  origin              text not null check (origin in ('form', 'import', 'elsewhere')),
  letter_version      integer not null check (letter_version >= 1),

  -- What the organization is called, and how it prints.
  organization        text not null check (organization <> ''),
  acronym             text,
  native_name         text,
  sort_as             text,
  website             text,
  country             text check (country is null or length(country) = 2),
  line                text not null check (line <> ''),
  pin                 integer check (pin >= 1),

  -- By what it is found to be the same: computed by us, because the engines fold and compare differently.
  folded              text not null check (folded <> ''),
  skeleton            text not null,
  acronym_key         text,
  website_host        text,
  -- The folded name, or that and the id where a moderator said that it is another organization of that name.
  identity            text not null check (identity <> ''),

  -- Authority: the statement word for word, and when it was ticked.
  basis               text check (basis in ('head', 'delegated', 'decision')),
  authority_statement text,
  authority_at        integer,

  -- The keyed hash of the submitter's address while the mailbox is not proved; personal data is in contacts.
  contact_key         blob check (length(contact_key) = 32),
  code_handle         text,
  code_digest         blob check (length(code_digest) = 32),
  code_tries          integer not null default 0 check (code_tries >= 0),

  submitted_at        integer not null,
  verify_until        integer,
  verified_at         integer,
  joined_at           integer,
  joined              integer check (joined >= 1),
  decided_at          integer,
  decided_by          blob references accounts (id),
  question            text,
  reason              text,
  reason_text         text,
  withdrawn_at        integer,
  was_listed          integer,
  undeliverable_at    integer,
  -- The entry that took over the contacts of this one, because they are the same organization.
  merged_into         blob references sign_ons (id),
  -- When a moderator wrote down what shows that the organization agreed, for a mailbox that nobody proved.
  attested_at         integer,
  -- Where two moderators approve: the first of them.
  first_by            blob references accounts (id),
  first_at            integer,
  -- Whether something about it needs a look: told from what was typed, or because mail came back.
  flagged             integer not null default 0,

  check (origin <> 'form' or (basis is not null and authority_statement is not null and authority_at is not null)),
  check (state <> 'awaiting_verification' or (verify_until is not null and verified_at is null)),
  check (state not in ('awaiting_moderation', 'on_hold', 'approved', 'rejected') or origin = 'import' or verified_at is not null or attested_at is not null),
  check (state <> 'on_hold' or decided_at is not null),
  check (state <> 'approved' or (joined_at is not null and (origin = 'import' or decided_by is not null))),
  check (state not in ('rejected', 'removed') or (reason is not null and decided_at is not null and decided_by is not null)),
  check (state <> 'withdrawn' or (withdrawn_at is not null and was_listed is not null)),
  check (merged_into is null or state = 'rejected'),
  check ((first_by is null) = (first_at is null)),
  check (first_by is null or state = 'awaiting_moderation'),
  check ((state = 'awaiting_verification') = (contact_key is not null)),
  check ((state = 'approved') = (joined is not null)),
  check ((code_handle is null) = (code_digest is null))
) strict;

-- One submission of one organization from one mailbox waits for verification at a time; sending it again is the same sign-on.
-- Conditions of indexes here say whether a column is null, never which word it holds: beside a condition on a word, SQLite plans each
-- statement that compares that column anew at every run.
create unique index sign_ons_one_waiting on sign_ons (campaign_id, contact_key, folded) where contact_key is not null;
-- Uniqueness is enforced at approval, never at submission: else a stranger could squat a name.
create unique index sign_ons_one_approved on sign_ons (campaign_id, identity) where joined is not null;
create unique index sign_ons_by_code on sign_ons (code_handle) where code_handle is not null;
create unique index sign_ons_by_joined on sign_ons (campaign_id, joined) where joined is not null;
create index sign_ons_by_pin on sign_ons (campaign_id, pin) where pin is not null;
create index sign_ons_queue on sign_ons (campaign_id, state, verified_at, id);
create index sign_ons_flagged on sign_ons (campaign_id, state, verified_at, id) where flagged;
-- What nobody verified is like nothing: most of it never comes before a moderator.
create index sign_ons_by_folded on sign_ons (campaign_id, folded) where contact_key is null;
create index sign_ons_by_skeleton on sign_ons (campaign_id, skeleton) where contact_key is null;
create index sign_ons_by_acronym on sign_ons (campaign_id, acronym_key) where contact_key is null;
create index sign_ons_by_website on sign_ons (campaign_id, website_host) where contact_key is null;
create index sign_ons_by_term on sign_ons (verify_until) where verify_until is not null;

-- Personal data of a representative, sealed for this row. Keyed hashes find an address or a domain without storing it.
create table contacts (
  id          blob not null primary key,
  sign_on_id  blob not null references sign_ons (id) on delete cascade,
  sealed      blob not null,
  email_key   blob not null check (length(email_key) = 32),
  domain_key  blob not null check (length(domain_key) = 32),
  updates     integer not null,
  made_at     integer not null
) strict, without rowid;
create index contacts_by_sign_on on contacts (sign_on_id);
create index contacts_by_email on contacts (email_key);
create index contacts_by_domain on contacts (domain_key);

-- Secrets in mailed links: one purpose each.
create table sign_on_tokens (
  digest     blob not null primary key check (length(digest) = 32),
  sign_on_id blob not null references sign_ons (id) on delete cascade,
  purpose    text not null check (purpose in ('verify', 'private', 'confirm')),
  made_at    integer not null,
  ends_at    integer
) strict, without rowid;
create index sign_on_tokens_by_sign_on on sign_on_tokens (sign_on_id);
