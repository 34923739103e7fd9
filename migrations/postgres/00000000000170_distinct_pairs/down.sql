drop table distinct_pairs;
