drop table campaign_roles;
drop table letter_versions;
drop table campaigns;
