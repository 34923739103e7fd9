drop table known_devices;
drop table recovery_codes;
drop table code_apps;
drop table half_log_ins;
drop table sessions;
drop table account_tokens;
drop table accounts;
