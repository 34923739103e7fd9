drop table hand_over_links;
drop table hand_overs;
