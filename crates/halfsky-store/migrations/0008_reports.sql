-- 报告: drafts made from an edition and an evaluation, the words people wrote in them, and every step to publication.

-- A report of a plan and a year. What it says is made from the figures when it is looked at, until it is issued.
-- regional
create table report (
    ref_area text not null,
    report_id text not null,
    kind text not null,
    plan_id text not null,
    plan_version bigint not null,
    year bigint not null,
    -- The edition it was made from; it is made anew only when somebody asks for it.
    edition_period text not null,
    edition_number bigint not null,
    edition_hash text not null,
    -- 成文日期
    dated text not null,
    title text not null,
    -- What only a person knows of it; empty where its kind does not ask for it.
    unit text not null,
    addressee text not null,
    number text not null,
    signed_by text not null,
    contact text not null,
    due text not null,
    -- Whose figures it shows: only what everybody may see can be published.
    reader text not null check (reader in ('internal', 'public')),
    state text not null check (state in ('draft', 'reviewed', 'issued', 'published')),
    revision bigint not null,
    created_at text not null,
    created_by text not null,
    primary key (ref_area, report_id)
);

create index report_by_year on report (ref_area, year, report_id);

-- A paragraph as a person wrote it.
-- regional
create table report_edit (
    ref_area text not null,
    report_id text not null,
    paragraph text not null,
    content text not null,
    -- The made text it stands for: when another one is made, the figures changed.
    replaced text not null,
    changed_at text not null,
    changed_by text not null,
    primary key (ref_area, report_id, paragraph),
    foreign key (ref_area, report_id) references report (ref_area, report_id)
);

-- Every step of a report, with the files as they were then.
-- regional
create table report_step (
    ref_area text not null,
    report_id text not null,
    sequence bigint not null,
    step text not null,
    state text not null,
    reason text not null,
    taken_at text not null,
    taken_by text not null,
    -- Hash of the evaluation the files rest on; empty where the step froze none.
    run_hash text not null,
    -- Kept files; NULL where the step froze none.
    docx_sha256 text,
    pdf_sha256 text,
    html_sha256 text,
    xlsx_sha256 text,
    primary key (ref_area, report_id, sequence),
    foreign key (ref_area, report_id) references report (ref_area, report_id)
);

-- 文稿模板: a standing paragraph as the office of a region writes it. What it replaced stands in the audit chain.
-- regional
create table report_template (
    ref_area text not null,
    template text not null,
    source text not null,
    revision bigint not null,
    changed_at text not null,
    changed_by text not null,
    primary key (ref_area, template)
);
