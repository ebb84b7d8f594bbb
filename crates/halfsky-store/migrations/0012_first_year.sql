-- Every page offers the years from the first plan on.
create index plan_version_by_start on plan_version (start_year);
