drop table update_texts;
drop table updates;
