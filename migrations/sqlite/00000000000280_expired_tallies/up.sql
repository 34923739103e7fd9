-- How many sign-ons were erased because nobody verified them: by the day in the letter's zone on which they were sent, where the organization
-- is, and whether it was invited. Nothing here names an organization or a person.
create table expired_tallies (
  campaign_id blob not null references campaigns (id) on delete cascade,
  day         text not null check (length(day) = 10),
  -- Empty where none was given.
  country     text not null,
  invited     integer not null,
  erased      integer not null check (erased >= 1),
  primary key (campaign_id, day, country, invited)
) strict, without rowid;
