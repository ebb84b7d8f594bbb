-- What every region uses: regions, settings and the catalogue of indicators. Small tables, the same
-- everywhere; nothing here points to a regional table.

-- Regions by their GB/T 2260 code.
-- reference
create table ref_area (
    code text not null,
    name text not null,
    -- The region above; a province has none.
    parent text,
    -- province, city, county, town or village.
    level text not null,
    primary key (code)
);

-- Settings of the whole installation, by name.
-- reference
create table setting (
    name text not null,
    content text not null,
    primary key (name)
);

-- Definition cards of indicators. What a card leaves open is empty text.
-- reference
create table indicator (
    code text not null,
    name_zh text not null,
    name_en text not null,
    beneficiary text not null,
    unit text not null,
    direction text not null,
    sex text not null,
    numerator text not null,
    denominator text not null,
    multiplier text not null,
    domain text not null,
    county_value text not null,
    evidence text not null,
    primary key (code)
);

-- Other wordings of an indicator found in plans.
-- reference
create table indicator_alias (
    code text not null references indicator (code),
    position bigint not null,
    alias text not null,
    primary key (code, position)
);

-- Departments the figures of an indicator come from.
-- reference
create table indicator_department (
    code text not null references indicator (code),
    position bigint not null,
    department text not null,
    primary key (code, position)
);
