-- Which entries were merged into one is asked wherever its representatives are.
create index sign_ons_by_merged_into on sign_ons (merged_into) where merged_into is not null;
