drop index sign_ons_by_merged_into;
