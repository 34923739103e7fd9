-- The letter in other languages than the binding one, which is the campaign's: one row for each language. What is retired is offered no more.
create table translations (
  id          blob not null primary key,
  campaign_id blob not null references campaigns (id) on delete cascade,
  language    text not null check (language <> ''),
  made_at     integer not null,
  retired_at  integer,
  unique (campaign_id, language)
) strict;

-- Each names the version of the binding text that it translates. Number 0 is of a text about which nobody has been asked yet: there is one of it,
-- it is changed until everybody is asked, and it is named by what is known of that text. Versions that say the same carry the number of the
-- first of them.
create table translation_versions (
  id             blob not null primary key,
  translation_id blob not null references translations (id) on delete cascade,
  number         integer not null check (number >= 0),
  meaning        integer not null check (meaning >= 0),
  of_number      integer not null check (of_number >= 0),
  of_draft       text not null,
  title          text not null check (title <> ''),
  recipient      text not null,
  salutation     text not null,
  closing        text not null,
  host           text not null,
  authority      text not null check (authority <> ''),
  introduction   text not null,
  body           text not null check (body <> ''),
  sha256         text not null check (length(sha256) = 64),
  made_at        integer not null,
  made_by        blob references accounts (id),
  unique (translation_id, number),
  check ((number = 0) = (of_number = 0)),
  check ((number = 0) = (of_draft <> '')),
  check ((number = 0) = (meaning = 0)),
  check (meaning <= number)
) strict;

-- Which text somebody was shown when they agreed to it, where that was a translation; and what they were shown when they agreed anew. A
-- translation that is named here cannot be deleted.
create table texts_shown (
  id             blob not null primary key,
  sign_on_id     blob not null references sign_ons (id) on delete cascade,
  number         integer not null check (number >= 1),
  translation_id blob references translation_versions (id),
  shown_at       integer not null
) strict;
create index texts_shown_by_sign_on on texts_shown (sign_on_id, shown_at);
create index texts_shown_by_translation on texts_shown (translation_id);
