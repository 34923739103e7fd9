drop table expired_tallies;
