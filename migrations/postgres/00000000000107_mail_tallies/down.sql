drop table mail_tallies;
