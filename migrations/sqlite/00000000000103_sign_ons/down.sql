drop table sign_on_tokens;
drop table contacts;
drop table sign_ons;
