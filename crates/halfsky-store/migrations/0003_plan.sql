-- A plan and its versions. A version holds the plan as it was read, which never changes, and beside it
-- the targets that count, which people correct while the version is a draft.
-- Spans are byte ranges of the version's source text. Positions count from 0 in document order,
-- numbers and sequences from 1.

-- A plan; all its versions share it.
-- regional
create table plan (
    ref_area text not null references ref_area (code),
    plan_id text not null,
    created_at text not null,
    primary key (ref_area, plan_id)
);

-- One version: title and period as read, the source file by its hash, and its state.
-- regional
create table plan_version (
    ref_area text not null,
    plan_id text not null,
    version bigint not null,
    title text not null,
    -- Name of the region, as in the title.
    region text not null,
    beneficiary text not null,
    start_year bigint not null,
    end_year bigint not null,
    status text not null check (status in ('draft', 'confirmed', 'superseded', 'discarded')),
    -- Grows with every change, so that a person who saw an older state is told.
    revision bigint not null,
    source_name text not null,
    source_sha256 text not null,
    source_size bigint not null,
    source_format text not null,
    source_text text not null,
    span_start bigint not null,
    span_end bigint not null,
    example bigint not null check (example in (0, 1)),
    imported_at text not null,
    imported_by text not null,
    -- When and by whom the draft was confirmed or discarded.
    decided_at text,
    decided_by text,
    primary key (ref_area, plan_id, version),
    foreign key (ref_area, plan_id) references plan (ref_area, plan_id)
);

-- 发展领域
-- regional
create table domain (
    ref_area text not null,
    plan_id text not null,
    version bigint not null,
    position bigint not null,
    name text not null,
    span_start bigint not null,
    span_end bigint not null,
    primary key (ref_area, plan_id, version, position),
    foreign key (ref_area, plan_id, version) references plan_version (ref_area, plan_id, version)
);

-- 条: objectives and measures of a domain; clauses of implementation and monitoring stand in domain 0.
-- regional
create table clause (
    ref_area text not null,
    plan_id text not null,
    version bigint not null,
    section text not null,
    domain bigint not null,
    position bigint not null,
    number bigint not null,
    content text not null,
    span_start bigint not null,
    span_end bigint not null,
    primary key (ref_area, plan_id, version, section, domain, position),
    foreign key (ref_area, plan_id, version) references plan_version (ref_area, plan_id, version)
);

-- Targets as they were read from a clause. What counts stands in target.
-- The columns from indicator to span_end are the same in the three tables of targets: indicator as the
-- plan words it, value and baseline as printed, deadline the year it is due. NULL means that the plan does
-- not say; baseline_value NULL means no baseline at all.
-- regional
create table read_target (
    ref_area text not null,
    plan_id text not null,
    version bigint not null,
    section text not null,
    domain bigint not null,
    clause bigint not null,
    position bigint not null,
    indicator text not null,
    comparator text,
    target_value text,
    unit text,
    deadline bigint not null,
    base_year bigint,
    kind text not null,
    direction text,
    reference text,
    scope text,
    soft bigint not null check (soft in (0, 1)),
    keep bigint not null check (keep in (0, 1)),
    baseline_value text,
    baseline_year bigint,
    baseline_span_start bigint,
    baseline_span_end bigint,
    binding text,
    quote text not null,
    span_start bigint not null,
    span_end bigint not null,
    primary key (ref_area, plan_id, version, section, domain, clause, position),
    foreign key (ref_area, plan_id, version) references plan_version (ref_area, plan_id, version)
);

-- Targets as they were read from a line of an annexed table that completes no clause.
-- regional
create table table_target (
    ref_area text not null,
    plan_id text not null,
    version bigint not null,
    position bigint not null,
    indicator text not null,
    comparator text,
    target_value text,
    unit text,
    deadline bigint not null,
    base_year bigint,
    kind text not null,
    direction text,
    reference text,
    scope text,
    soft bigint not null check (soft in (0, 1)),
    keep bigint not null check (keep in (0, 1)),
    baseline_value text,
    baseline_year bigint,
    baseline_span_start bigint,
    baseline_span_end bigint,
    binding text,
    quote text not null,
    span_start bigint not null,
    span_end bigint not null,
    primary key (ref_area, plan_id, version, position),
    foreign key (ref_area, plan_id, version) references plan_version (ref_area, plan_id, version)
);

-- 目标: the targets that count, with what people decided about them.
-- regional
create table target (
    ref_area text not null,
    plan_id text not null,
    version bigint not null,
    number bigint not null,
    -- The clause it was read from; all NULL for a target of an annexed table.
    section text,
    domain bigint,
    clause bigint,
    indicator text not null,
    comparator text,
    target_value text,
    unit text,
    deadline bigint not null,
    base_year bigint,
    kind text not null,
    direction text,
    reference text,
    scope text,
    soft bigint not null check (soft in (0, 1)),
    keep bigint not null check (keep in (0, 1)),
    baseline_value text,
    baseline_year bigint,
    baseline_span_start bigint,
    baseline_span_end bigint,
    binding text,
    quote text not null,
    span_start bigint not null,
    span_end bigint not null,
    -- The catalogue indicator, not a foreign key: a plan keeps its link when a card is renamed away.
    indicator_code text,
    match_score bigint,
    review text not null check (review in ('unchecked', 'pending', 'confirmed', 'left_out')),
    doubt text not null,
    -- Revision of the version at which this target last changed.
    changed_in bigint not null,
    primary key (ref_area, plan_id, version, number),
    foreign key (ref_area, plan_id, version) references plan_version (ref_area, plan_id, version)
);

-- 责任单位: the units of a target, of a table target or of an assignment, in the order the plan names them.
-- regional
create table responsible_unit (
    ref_area text not null,
    plan_id text not null,
    version bigint not null,
    -- target, table_target or assignment, and its number or position.
    owner text not null check (owner in ('target', 'table_target', 'assignment')),
    owner_number bigint not null,
    -- lead or support.
    role text not null check (role in ('lead', 'support')),
    position bigint not null,
    name text not null,
    primary key (ref_area, plan_id, version, owner, owner_number, role, position),
    foreign key (ref_area, plan_id, version) references plan_version (ref_area, plan_id, version)
);

-- Changes people made to targets of a draft. A change that was taken back is marked, not removed.
-- regional
create table correction (
    ref_area text not null,
    plan_id text not null,
    version bigint not null,
    sequence bigint not null,
    number bigint not null,
    -- The whole target before and after, as JSON.
    before_json text not null,
    after_json text not null,
    undone bigint not null check (undone in (0, 1)),
    primary key (ref_area, plan_id, version, sequence),
    foreign key (ref_area, plan_id, version) references plan_version (ref_area, plan_id, version)
);

-- What the reader did not understand.
-- regional
create table note (
    ref_area text not null,
    plan_id text not null,
    version bigint not null,
    position bigint not null,
    severity text not null,
    message text not null,
    hint text not null,
    span_start bigint not null,
    span_end bigint not null,
    primary key (ref_area, plan_id, version, position),
    foreign key (ref_area, plan_id, version) references plan_version (ref_area, plan_id, version)
);

-- Duties with a date, read from implementation and monitoring.
-- regional
create table duty (
    ref_area text not null,
    plan_id text not null,
    version bigint not null,
    position bigint not null,
    -- every_year_by (month, perhaps day), times_per_year, after_promulgation (months), in_year, every_years,
    -- every_year.
    due text not null,
    due_number bigint,
    due_day bigint,
    who text not null,
    what text not null,
    to_whom text,
    quote text not null,
    span_start bigint not null,
    span_end bigint not null,
    primary key (ref_area, plan_id, version, position),
    foreign key (ref_area, plan_id, version) references plan_version (ref_area, plan_id, version)
);

-- Past figures told in the preamble: never targets.
-- regional
create table baseline_fact (
    ref_area text not null,
    plan_id text not null,
    version bigint not null,
    position bigint not null,
    indicator text not null,
    fact_value text not null,
    unit text,
    fact_year bigint,
    quote text not null,
    span_start bigint not null,
    span_end bigint not null,
    primary key (ref_area, plan_id, version, position),
    foreign key (ref_area, plan_id, version) references plan_version (ref_area, plan_id, version)
);

-- Plans named as the basis of this one.
-- regional
create table parent_plan (
    ref_area text not null,
    plan_id text not null,
    version bigint not null,
    position bigint not null,
    title text not null,
    span_start bigint not null,
    span_end bigint not null,
    primary key (ref_area, plan_id, version, position),
    foreign key (ref_area, plan_id, version) references plan_version (ref_area, plan_id, version)
);

-- Who is responsible for a clause, a target or a line of a table; the units stand in responsible_unit.
-- regional
create table assignment (
    ref_area text not null,
    plan_id text not null,
    version bigint not null,
    position bigint not null,
    -- clause, target or row.
    assigned text not null check (assigned in ('clause', 'target', 'row')),
    section text,
    domain bigint,
    clause bigint,
    target bigint,
    -- The words of a line that matches no clause.
    row_words text,
    span_start bigint not null,
    span_end bigint not null,
    primary key (ref_area, plan_id, version, position),
    foreign key (ref_area, plan_id, version) references plan_version (ref_area, plan_id, version)
);
