-- The card of an indicator asks for the targets linked to it, whatever the region.
create index target_by_indicator on target (indicator_code, ref_area, plan_id, version);
