drop index sign_on_tokens_by_contact;
alter table sign_on_tokens drop column contact_id;
