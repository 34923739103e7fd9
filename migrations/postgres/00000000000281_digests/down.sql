drop table digests;
