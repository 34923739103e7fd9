drop table instance_facts;
