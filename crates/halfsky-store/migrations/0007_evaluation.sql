-- Evaluation and action: immutable runs, warnings as steps with frozen evidence, parameters, judgements of people,
-- supervision cases with their steps and letters, inspection visits.

-- An evaluation as it was computed. Nothing in it ever changes.
-- regional
create table evaluation_run (
    ref_area text not null,
    plan_id text not null,
    -- From 1 within a plan.
    number bigint not null,
    plan_version bigint not null,
    -- 评估年度.
    year bigint not null,
    -- Its editions as period/number, newest first.
    release text not null,
    -- Version of the methods.
    method text not null,
    -- The record as canonical JSON: editions, parameters, results.
    results text not null,
    -- Lower-case hexadecimal SHA-256 of the record.
    hash text not null,
    -- Whether the warnings were followed through it: once for each release.
    followed bigint not null check (followed in (0, 1)),
    made_at text not null,
    made_by text not null,
    primary key (ref_area, plan_id, number),
    foreign key (ref_area, plan_id, plan_version) references plan_version (ref_area, plan_id, version)
);

create index evaluation_run_by_time on evaluation_run (ref_area, made_at, plan_id, number);

-- 预警与评估参数 of a plan; a plan without a row has those the methods propose.
-- regional
create table plan_parameter (
    ref_area text not null,
    plan_id text not null,
    -- Whole per cents.
    hopeless bigint not null,
    doubtful bigint not null,
    expected bigint not null,
    moved bigint not null,
    -- Level of a gap that widens.
    gap text not null check (gap in ('blue', 'yellow', 'orange', 'red')),
    -- Tenths of a per cent; 0 is off.
    tolerance bigint not null,
    nearly_counts bigint not null check (nearly_counts in (0, 1)),
    -- Grows with every change.
    revision bigint not null,
    changed_at text not null,
    changed_by text not null,
    primary key (ref_area, plan_id),
    foreign key (ref_area, plan_id) references plan (ref_area, plan_id)
);

-- How every rule stands for every target after the last release that was followed.
-- regional
create table warning_state (
    ref_area text not null,
    plan_id text not null,
    target_key text not null,
    rule text not null,
    -- The level that was told; NULL: no warning.
    level text,
    -- A higher level that must be seen again.
    pending text,
    -- As printed, so that it reads back exactly; NULL without one.
    probability text,
    provisional bigint not null check (provisional in (0, 1)),
    primary key (ref_area, plan_id, target_key, rule),
    foreign key (ref_area, plan_id) references plan (ref_area, plan_id)
);

-- 预警: every step of a warning from one level to another, with the evidence of its release. Never changed.
-- regional
create table warning_step (
    ref_area text not null,
    plan_id text not null,
    -- From 1 within a plan.
    number bigint not null,
    target_key text not null,
    rule text not null,
    indicator text not null,
    demand text not null,
    -- NULL: there was no warning before, or there is none any more.
    from_level text,
    to_level text,
    provisional bigint not null check (provisional in (0, 1)),
    release text not null,
    run_number bigint not null,
    -- As canonical JSON; NULL where nothing is found any more.
    evidence text,
    raised_at text not null,
    primary key (ref_area, plan_id, number),
    -- The same state never warns twice.
    unique (ref_area, plan_id, target_key, rule, release),
    foreign key (ref_area, plan_id, run_number) references evaluation_run (ref_area, plan_id, number)
);

create index warning_step_by_time on warning_step (ref_area, raised_at, plan_id, number);

-- Units that lead the target of a warning, as the plan words them.
-- regional
create table warning_unit (
    ref_area text not null,
    plan_id text not null,
    number bigint not null,
    position bigint not null,
    name text not null,
    primary key (ref_area, plan_id, number, position),
    foreign key (ref_area, plan_id, number) references warning_step (ref_area, plan_id, number)
);

-- What a person decided about a warning: taken up, or set aside with the reason.
-- regional
create table warning_decision (
    ref_area text not null,
    plan_id text not null,
    number bigint not null,
    decision text not null check (decision in ('confirmed', 'rejected')),
    reason text not null,
    decided_at text not null,
    decided_by text not null,
    primary key (ref_area, plan_id, number),
    foreign key (ref_area, plan_id, number) references warning_step (ref_area, plan_id, number)
);

-- 定性目标认定: what a person said of a qualitative target; the newest holds.
-- regional
create table target_judgement (
    ref_area text not null,
    plan_id text not null,
    target_key text not null,
    -- From 1.
    sequence bigint not null,
    year bigint not null,
    progress text not null check (progress in ('done', 'in_progress', 'not_started')),
    reason text not null,
    judged_at text not null,
    judged_by text not null,
    primary key (ref_area, plan_id, target_key, sequence),
    foreign key (ref_area, plan_id) references plan (ref_area, plan_id)
);

-- Its evidence, by the hash of the files.
-- regional
create table target_evidence (
    ref_area text not null,
    plan_id text not null,
    target_key text not null,
    sequence bigint not null,
    position bigint not null,
    name text not null,
    sha256 text not null,
    size bigint not null,
    primary key (ref_area, plan_id, target_key, sequence, position),
    foreign key (ref_area, plan_id, target_key, sequence) references target_judgement (ref_area, plan_id, target_key, sequence)
);

-- 督导检查: a visit with who went and what was seen.
-- regional
create table inspection_visit (
    ref_area text not null references ref_area (code),
    visit_id text not null,
    visited_on text not null,
    unit_id text not null,
    visitors text not null,
    summary text not null,
    made_at text not null,
    made_by text not null,
    primary key (ref_area, visit_id),
    foreign key (ref_area, unit_id) references organisation_unit (ref_area, unit_id)
);

-- The checklist of a visit by target, with what was found.
-- regional
create table inspection_item (
    ref_area text not null,
    visit_id text not null,
    position bigint not null,
    plan_id text not null,
    target_key text not null,
    indicator text not null,
    outcome text not null check (outcome in ('in_order', 'problem')),
    finding text not null,
    primary key (ref_area, visit_id, position),
    foreign key (ref_area, visit_id) references inspection_visit (ref_area, visit_id)
);

-- Photos and papers of a visit, by their hash.
-- regional
create table inspection_file (
    ref_area text not null,
    visit_id text not null,
    position bigint not null,
    name text not null,
    sha256 text not null,
    size bigint not null,
    primary key (ref_area, visit_id, position),
    foreign key (ref_area, visit_id) references inspection_visit (ref_area, visit_id)
);

-- 督办件: a case as it was opened. Where it stands follows from its steps.
-- regional
create table supervision_case (
    ref_area text not null references ref_area (code),
    case_id text not null,
    -- 编号, from 1 within the year it was opened in.
    year bigint not null,
    number bigint not null,
    plan_id text not null,
    target_key text not null,
    indicator text not null,
    demand text not null,
    level text not null check (level in ('blue', 'yellow', 'orange', 'red')),
    -- The warning that led to it; NULL when a person or a visit did.
    warning_number bigint,
    visit_id text,
    -- 立项理由.
    reason text not null,
    opened_on text not null,
    opened_at text not null,
    opened_by text not null,
    primary key (ref_area, case_id),
    unique (ref_area, year, number),
    foreign key (ref_area, plan_id) references plan (ref_area, plan_id),
    foreign key (ref_area, visit_id) references inspection_visit (ref_area, visit_id)
);

-- Every step a person took. Which columns are filled depends on the kind.
-- regional
create table supervision_step (
    ref_area text not null,
    case_id text not null,
    -- From 1, without gaps: two people cannot both take the next step.
    sequence bigint not null,
    kind text not null,
    -- The unit that acted; NULL: the office.
    unit_id text,
    person text not null,
    taken_on text not null,
    -- 牵头单位 of a dispatch.
    lead_unit text,
    -- Plan due, or the deadline of a rectification plan.
    due text,
    -- Report, evidence, measures or remark.
    content text not null,
    causes text not null,
    -- 责任人, leader, or where to a case is escalated.
    who text not null,
    reason text not null,
    -- 复核 passed or not; NULL for other kinds.
    passed bigint check (passed in (0, 1)),
    recorded_at text not null,
    primary key (ref_area, case_id, sequence),
    foreign key (ref_area, case_id) references supervision_case (ref_area, case_id)
);

-- 配合单位 of a dispatch.
-- regional
create table supervision_support (
    ref_area text not null,
    case_id text not null,
    sequence bigint not null,
    position bigint not null,
    unit_id text not null,
    primary key (ref_area, case_id, sequence, position),
    foreign key (ref_area, case_id, sequence) references supervision_step (ref_area, case_id, sequence)
);

-- Files a step carries, by their hash.
-- regional
create table supervision_file (
    ref_area text not null,
    case_id text not null,
    sequence bigint not null,
    position bigint not null,
    name text not null,
    sha256 text not null,
    size bigint not null,
    primary key (ref_area, case_id, sequence, position),
    foreign key (ref_area, case_id, sequence) references supervision_step (ref_area, case_id, sequence)
);

-- 提示函, 预警函, 督办函 as it was signed and sent. Never changed.
-- regional
create table supervision_letter (
    ref_area text not null,
    case_id text not null,
    -- From 1 within a case.
    position bigint not null,
    kind text not null,
    -- 发文字号; may be empty.
    document_number text not null,
    title text not null,
    recipient text not null,
    -- One paragraph a line.
    paragraphs text not null,
    signatory text not null,
    dated text not null,
    signed_by text not null,
    sent_at text not null,
    primary key (ref_area, case_id, position),
    foreign key (ref_area, case_id) references supervision_case (ref_area, case_id)
);
