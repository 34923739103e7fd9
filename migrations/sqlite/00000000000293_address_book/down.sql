drop table address_invitations;
drop table address_links;
drop table addresses;
