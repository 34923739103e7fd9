drop table unsubscribe_links;
drop table mailing_recipients;
drop table mailings;
