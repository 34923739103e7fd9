-- The words of a mail as an organizer wrote them, in versions: the highest number stands. One without words is the usual text again.
create table mail_words (
  campaign_id blob not null references campaigns (id) on delete cascade,
  message     text not null check (message in ('verify', 'received', 'approved', 'rejected', 'invited', 'invited-again')),
  number      integer not null check (number >= 1),
  subject     text check (subject <> ''),
  body        text check (body <> ''),
  made_at     integer not null,
  -- Nobody where it came with an imported letter.
  made_by     blob references accounts (id),
  primary key (campaign_id, message, number),
  check ((subject is null) = (body is null))
) strict, without rowid;
