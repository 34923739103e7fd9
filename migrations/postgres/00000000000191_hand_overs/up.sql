-- A colleague is to speak for an organization: asked by the representative, or by a moderator where that person has left. The id is the one
-- that the colleague has as a contact once they accept; until then what names them is sealed here for it, and goes when it is settled.
create table hand_overs (
  id           uuid not null primary key,
  sign_on_id   uuid not null references sign_ons (id) on delete cascade,
  -- Whose place it is, until that contact is erased.
  from_contact uuid references contacts (id) on delete set null,
  sealed       bytea,
  -- Whether the new address is at another domain than the one before it.
  other_domain boolean not null,
  -- The moderator who asked; nobody where the representative did.
  asked_by     uuid references accounts (id),
  made_at      timestamptz not null,
  -- Until when the newest link to accept works.
  ends_at      timestamptz not null,
  -- Since when it is on hold, because whoever spoke for the organization before objects.
  objected_at  timestamptz,
  outcome      text check (outcome in ('accepted', 'declined', 'taken_back', 'replaced', 'expired')),
  settled_at   timestamptz,
  check ((outcome is null) = (settled_at is null)),
  check ((outcome is null) = (sealed is not null)),
  check (objected_at is null or asked_by is not null)
);
create unique index hand_overs_one_waiting on hand_overs (sign_on_id) where outcome is null;
create index hand_overs_by_sign_on on hand_overs (sign_on_id, made_at);
create index hand_overs_by_contact on hand_overs (from_contact) where from_contact is not null;

-- The secrets in its mails: to the colleague, who accepts, and to whoever spoke before, who objects.
create table hand_over_links (
  digest       bytea not null primary key check (length(digest) = 32),
  hand_over_id uuid not null references hand_overs (id) on delete cascade,
  purpose      text not null check (purpose in ('accept', 'object')),
  made_at      timestamptz not null,
  ends_at      timestamptz not null
);
create index hand_over_links_by_hand_over on hand_over_links (hand_over_id);
