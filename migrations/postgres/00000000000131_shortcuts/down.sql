drop table shortcuts;
