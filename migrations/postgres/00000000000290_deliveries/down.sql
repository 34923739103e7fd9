drop table deliveries;
drop table told_later;
drop table told_addresses;
drop table tellings;
