alter table campaigns drop column press_pack;
alter table campaigns drop column press_contact;
