drop table audit_links;
