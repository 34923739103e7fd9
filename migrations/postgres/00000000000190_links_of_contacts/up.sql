-- A link to the private page is one representative's: it shows what is held about that person, and ends with them. Where nobody is left
-- whom it could be of, it stays without a name, so that the organization can still take its name back.
alter table sign_on_tokens add column contact_id uuid references contacts (id) on delete cascade check (contact_id is null or purpose = 'private');
create index sign_on_tokens_by_contact on sign_on_tokens (contact_id) where contact_id is not null;
update sign_on_tokens set contact_id = (select c.id from contacts c where c.sign_on_id = sign_on_tokens.sign_on_id order by c.id limit 1)
where purpose = 'private';
