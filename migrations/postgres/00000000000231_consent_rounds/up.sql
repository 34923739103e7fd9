-- Everybody who signed is asked, until a date, whether they agree to another text; or to the same one still.
create table consent_rounds (
  id             uuid not null primary key,
  campaign_id    uuid not null references campaigns (id) on delete cascade,
  from_number    bigint not null check (from_number >= 1),
  -- The same as before, where they are asked whether they still agree.
  to_number      bigint not null check (to_number >= from_number),
  silence_counts boolean not null,
  made_at        timestamptz not null,
  made_by        uuid not null references accounts (id),
  ends_at        timestamptz not null,
  settled_at     timestamptz,
  -- Whether an organizer stopped it, so that nothing came of it.
  stopped        boolean not null default false,
  check (ends_at > made_at)
);
-- One at a time.
create unique index consent_rounds_one_open on consent_rounds (campaign_id) where settled_at is null;
create index consent_rounds_by_campaign on consent_rounds (campaign_id, made_at);

-- Who was asked in a round, and what they answered. The row is made with its mails, so that nobody is asked twice and nobody is left out.
create table consent_answers (
  round_id    uuid not null references consent_rounds (id) on delete cascade,
  sign_on_id  uuid not null references sign_ons (id) on delete cascade,
  -- How many were mailed; none where nobody can be.
  mailed      bigint not null check (mailed >= 0),
  asked_at    timestamptz not null,
  -- When the relay first took over a mail that asks it; before that nobody's silence says anything.
  delivered_at timestamptz,
  reminded_at timestamptz,
  reminders   bigint not null default 0 check (reminders >= 0),
  question_at timestamptz,
  answer      text check (answer in ('kept', 'withdrawn', 'carried')),
  answered_at timestamptz,
  primary key (round_id, sign_on_id),
  check ((answer is null) = (answered_at is null))
);
create index consent_answers_by_sign_on on consent_answers (sign_on_id);

-- The links in those mails, each one representative's.
create table consent_links (
  digest     bytea not null primary key check (length(digest) = 32),
  -- None where an entry is off the list without having been asked in a round.
  round_id   uuid references consent_rounds (id) on delete cascade,
  sign_on_id uuid not null references sign_ons (id) on delete cascade,
  contact_id uuid not null references contacts (id) on delete cascade,
  made_at    timestamptz not null
);
create index consent_links_by_sign_on on consent_links (sign_on_id);
create index consent_links_by_contact on consent_links (contact_id);
