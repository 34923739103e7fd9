drop table deliveries;
drop table told_addresses;
drop table tellings;
