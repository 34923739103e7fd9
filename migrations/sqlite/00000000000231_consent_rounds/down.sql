drop table consent_links;
drop table consent_answers;
drop table consent_rounds;
