drop index sign_ons_by_invitation;
alter table sign_ons drop column invitation_id;
drop table invitation_links;
drop table invitations;
