-- Everybody who signed is asked, until a date, whether they agree to another text; or to the same one still.
create table consent_rounds (
  id             blob not null primary key,
  campaign_id    blob not null references campaigns (id) on delete cascade,
  from_number    integer not null check (from_number >= 1),
  -- The same as before, where they are asked whether they still agree.
  to_number      integer not null check (to_number >= from_number),
  silence_counts integer not null,
  made_at        integer not null,
  made_by        blob not null references accounts (id),
  ends_at        integer not null,
  settled_at     integer,
  -- Whether an organizer stopped it, so that nothing came of it.
  stopped        integer not null default 0,
  check (ends_at > made_at)
) strict;
-- One at a time.
create unique index consent_rounds_one_open on consent_rounds (campaign_id) where settled_at is null;
create index consent_rounds_by_campaign on consent_rounds (campaign_id, made_at);

-- Who was asked in a round, and what they answered. The row is made with its mails, so that nobody is asked twice and nobody is left out.
create table consent_answers (
  round_id    blob not null references consent_rounds (id) on delete cascade,
  sign_on_id  blob not null references sign_ons (id) on delete cascade,
  -- How many were mailed; none where nobody can be.
  mailed      integer not null check (mailed >= 0),
  asked_at    integer not null,
  -- When the relay first took over a mail that asks it; before that nobody's silence says anything.
  delivered_at integer,
  reminded_at integer,
  reminders   integer not null default 0 check (reminders >= 0),
  question_at integer,
  answer      text check (answer in ('kept', 'withdrawn', 'carried')),
  answered_at integer,
  primary key (round_id, sign_on_id),
  check ((answer is null) = (answered_at is null))
) strict, without rowid;
create index consent_answers_by_sign_on on consent_answers (sign_on_id);

-- The links in those mails, each one representative's.
create table consent_links (
  digest     blob not null primary key check (length(digest) = 32),
  -- None where an entry is off the list without having been asked in a round.
  round_id   blob references consent_rounds (id) on delete cascade,
  sign_on_id blob not null references sign_ons (id) on delete cascade,
  contact_id blob not null references contacts (id) on delete cascade,
  made_at    integer not null
) strict, without rowid;
create index consent_links_by_sign_on on consent_links (sign_on_id);
create index consent_links_by_contact on consent_links (contact_id);
