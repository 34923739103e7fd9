-- The zone in which an organizer sets and reads the moments of a campaign, by its name in the IANA database.
alter table campaigns add column zone text not null default 'UTC' check (zone <> '');
-- Who may sign: a rule on each line.
alter table campaigns add column eligibility text not null default '';
-- How many months after it closed the contacts are kept.
alter table campaigns add column keep_months integer not null default 6 check (keep_months between 1 and 36);
-- What the form says instead of taking sign-ons; empty while they are not paused.
alter table campaigns add column paused text not null default '';
