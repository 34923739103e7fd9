drop table known_devices;
drop table sessions;
drop table account_tokens;
drop table accounts;
