drop table stood_before;
