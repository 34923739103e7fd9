drop table attestations;
