drop table intention_links;
drop table intentions;
