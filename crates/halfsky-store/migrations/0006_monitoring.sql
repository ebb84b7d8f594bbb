-- 监测: from a duty to a published figure. Definitions, forms and duties; rounds, what units fill in, submit and
-- get back; observations with every value they ever had; editions; and the jobs and messages around them.
-- Figures are kept as printed; number is the same figure for sorting and comparing, never for printing.
-- Periods are SDMX codes (2025, 2025-A1, 2025-S1, 2025-Q1, 2025-03), which sort by year.
-- Days are ISO 8601 dates of Asia/Shanghai. Units are organisation_unit.unit_id.

-- 指标解释: one version of the definition card of an indicator. Versions are added, never changed.
-- reference
create table definition (
    code text not null,
    version bigint not null,
    -- First year it holds for; the last is the year before the next version.
    valid_from bigint not null,
    name_zh text not null,
    name_en text not null,
    domain text not null,
    unit text not null,
    decimals bigint not null,
    direction text not null,
    content text not null,
    numerator text not null,
    denominator text not null,
    multiplier text not null,
    -- In the formula language; empty when the figure is reported as it is.
    formula text not null,
    gross bigint not null check (gross in (0, 1)),
    sex_split text not null,
    residence_split bigint not null check (residence_split in (0, 1)),
    source_form text not null,
    source_variant text not null,
    source_responsible text not null,
    period_rule text not null,
    valid_level text not null,
    -- Bounds as printed; NULL is open.
    possible_low text,
    possible_high text,
    likely_low text,
    likely_high text,
    hide_below bigint not null,
    unreliable_below bigint not null,
    -- How it stands to the version before: comparable, break, or bridge with the factor for older figures.
    continuity text not null check (continuity in ('comparable', 'break', 'bridge')),
    bridge_factor text,
    continuity_reason text not null,
    replaces text,
    replaced_by text,
    recorded_at text not null,
    recorded_by text not null,
    primary key (code, version)
);

-- Lists of a definition: departments the figures come from, age groups, groups.
-- reference
create table definition_list (
    code text not null,
    version bigint not null,
    kind text not null check (kind in ('department', 'age', 'group')),
    position bigint not null,
    content text not null,
    primary key (code, version, kind, position),
    foreign key (code, version) references definition (code, version)
);

-- 数据项: numerators and denominators under the indicators, each counted once.
-- reference
create table reported_item (
    code text not null,
    name text not null,
    unit text not null,
    primary key (code),
    unique (name)
);

-- 报表: a version of a form. What was submitted keeps pointing to the version it was filled in on.
-- regional
create table data_set (
    ref_area text not null references ref_area (code),
    code text not null,
    version bigint not null,
    name text not null,
    -- statistical: all five below are filled; worksheet: all are empty.
    header text not null check (header in ('statistical', 'worksheet')),
    form_number text not null,
    issuer text not null,
    approver text not null,
    approval_number text not null,
    valid_until text not null,
    recorded_at text not null,
    recorded_by text not null,
    primary key (ref_area, code, version)
);

-- The rows of a form.
-- regional
create table data_set_row (
    ref_area text not null,
    code text not null,
    version bigint not null,
    position bigint not null,
    row_code text not null,
    name text not null,
    unit text not null,
    decimals bigint not null,
    -- NULL for a row that is reported; otherwise how it is worked out.
    formula text,
    -- Codes of the columns with a figure, in their order, separated by blanks.
    cell_columns text not null,
    part_of text,
    numerator text,
    denominator text,
    gross bigint not null check (gross in (0, 1)),
    possible_low text,
    possible_high text,
    likely_low text,
    likely_high text,
    source text not null,
    variant text not null,
    period_rule text not null,
    definition_version bigint not null,
    primary key (ref_area, code, version, position),
    unique (ref_area, code, version, row_code),
    foreign key (ref_area, code, version) references data_set (ref_area, code, version)
);

-- 填报任务: which unit reports which indicator, from when to when. A duty ends; it is never deleted.
-- regional
create table reporting_duty (
    ref_area text not null references ref_area (code),
    indicator text not null,
    unit_id text not null,
    valid_from text not null,
    valid_until text,
    role text not null check (role in ('lead', 'support')),
    basis text not null check (basis in ('allocation', 'source', 'set')),
    primary key (ref_area, indicator, unit_id, valid_from)
);

create index reporting_duty_by_unit on reporting_duty (ref_area, unit_id, indicator);

-- 一轮报送: one thing to be reported by several units inside a window.
-- regional
create table reporting_round (
    ref_area text not null references ref_area (code),
    round_id text not null,
    subject text not null check (subject in ('figures', 'text')),
    -- The period of figures; the year of texts.
    period text not null,
    -- Kind of text; empty for figures.
    text_kind text not null,
    title text not null,
    opens text not null,
    due text not null,
    late text not null check (late in ('needs_extension', 'mark_late')),
    to_whom text not null,
    -- The words of the plan it comes from; empty when the office made it.
    basis text not null,
    -- The last day the calendar of a plan gave, so that no process opens the same round again; NULL when the
    -- office made it.
    calendar_due text,
    -- The region above that handed it down; NULL for a round of its own.
    handed_down_by text,
    -- Grows with every change.
    revision bigint not null,
    created_at text not null,
    created_by text not null,
    primary key (ref_area, round_id),
    unique (ref_area, subject, text_kind, period, calendar_due)
);

create index reporting_round_by_due on reporting_round (ref_area, due, round_id);

-- Days before the last day on which reminders go out.
-- regional
create table round_reminder_day (
    ref_area text not null,
    round_id text not null,
    days bigint not null,
    primary key (ref_area, round_id, days),
    foreign key (ref_area, round_id) references reporting_round (ref_area, round_id)
);

-- More time for one unit, with the reason.
-- regional
create table round_extension (
    ref_area text not null,
    round_id text not null,
    unit_id text not null,
    -- The new last day.
    until text not null,
    reason text not null,
    granted_at text not null,
    granted_by text not null,
    primary key (ref_area, round_id, unit_id, until),
    foreign key (ref_area, round_id) references reporting_round (ref_area, round_id)
);

-- What one unit has to do in one round, and how far it is.
-- regional
create table reporting_task (
    ref_area text not null,
    round_id text not null,
    unit_id text not null,
    -- The form; empty for texts.
    data_set text not null,
    data_set_version bigint not null,
    state text not null,
    -- How often it was submitted; the number of the last submission.
    version bigint not null,
    -- Day of the first submission, which tells whether it was on time.
    first_submitted text,
    -- Number of the last edition it went into.
    edition bigint,
    -- Whether it may be corrected although the window is over: it came back or was opened again.
    correcting bigint not null check (correcting in (0, 1)),
    -- Grows with every step.
    revision bigint not null,
    changed_at text not null,
    changed_by text not null,
    primary key (ref_area, round_id, unit_id),
    foreign key (ref_area, round_id) references reporting_round (ref_area, round_id)
);

create index reporting_task_by_unit on reporting_task (ref_area, unit_id, round_id);

-- What a unit has filled in, cell by cell, saved while it is typed. Each cell counts its own changes, so that
-- of two people who edit one form neither overwrites the other unseen.
-- regional
create table entry_cell (
    ref_area text not null,
    round_id text not null,
    unit_id text not null,
    row_code text not null,
    -- A column of the form, or missing, missing_note, missing_owner, substitute, remark.
    field text not null,
    -- As typed; empty when it was emptied.
    content text not null,
    revision bigint not null,
    changed_at text not null,
    changed_by text not null,
    primary key (ref_area, round_id, unit_id, row_code, field),
    foreign key (ref_area, round_id, unit_id) references reporting_task (ref_area, round_id, unit_id)
);

-- The unit's words on a value that a check found unusual; they travel with the figure.
-- regional
create table entry_explanation (
    ref_area text not null,
    round_id text not null,
    unit_id text not null,
    row_code text not null,
    cell_column text not null,
    rule text not null,
    content text not null,
    changed_at text not null,
    changed_by text not null,
    primary key (ref_area, round_id, unit_id, row_code, cell_column, rule),
    foreign key (ref_area, round_id, unit_id) references reporting_task (ref_area, round_id, unit_id)
);

-- What the last check found.
-- regional
create table entry_finding (
    ref_area text not null,
    round_id text not null,
    unit_id text not null,
    position bigint not null,
    rule text not null,
    severity text not null check (severity in ('error', 'warning')),
    row_code text not null,
    cell_column text not null,
    message text not null,
    what_to_do text not null,
    primary key (ref_area, round_id, unit_id, position),
    foreign key (ref_area, round_id, unit_id) references reporting_task (ref_area, round_id, unit_id)
);

-- 报送: what was handed in, numbered from 1, never changed afterwards.
-- regional
create table submission (
    ref_area text not null,
    round_id text not null,
    unit_id text not null,
    number bigint not null,
    submitted_at text not null,
    submitted_by text not null,
    -- Stands on the signed page, so that paper and figures can be held together.
    content_hash text not null,
    -- Handed in although checks found unusual values (强制报送).
    forced bigint not null check (forced in (0, 1)),
    late bigint not null check (late in (0, 1)),
    primary key (ref_area, round_id, unit_id, number),
    foreign key (ref_area, round_id, unit_id) references reporting_task (ref_area, round_id, unit_id)
);

-- The filled cells of a submission.
-- regional
create table submission_cell (
    ref_area text not null,
    round_id text not null,
    unit_id text not null,
    number bigint not null,
    row_code text not null,
    field text not null,
    content text not null,
    primary key (ref_area, round_id, unit_id, number, row_code, field),
    foreign key (ref_area, round_id, unit_id, number) references submission (ref_area, round_id, unit_id, number)
);

-- The explanations that were handed in with it.
-- regional
create table submission_explanation (
    ref_area text not null,
    round_id text not null,
    unit_id text not null,
    number bigint not null,
    row_code text not null,
    cell_column text not null,
    rule text not null,
    content text not null,
    primary key (ref_area, round_id, unit_id, number, row_code, cell_column, rule),
    foreign key (ref_area, round_id, unit_id, number) references submission (ref_area, round_id, unit_id, number)
);

-- 盖章页: the signed and scanned page of a submission, a file by its hash. Scans are added, never replaced.
-- regional
create table submission_scan (
    ref_area text not null,
    round_id text not null,
    unit_id text not null,
    number bigint not null,
    position bigint not null,
    name text not null,
    sha256 text not null,
    size bigint not null,
    added_at text not null,
    added_by text not null,
    primary key (ref_area, round_id, unit_id, number, position),
    foreign key (ref_area, round_id, unit_id, number) references submission (ref_area, round_id, unit_id, number)
);

-- What a reviewer decided about cells of a submission; an empty row code is the whole submission.
-- regional
create table submission_review (
    ref_area text not null,
    round_id text not null,
    unit_id text not null,
    number bigint not null,
    row_code text not null,
    cell_column text not null,
    verdict text not null check (verdict in ('accepted', 'returned')),
    -- Why it was returned; empty when it was accepted.
    reason text not null,
    decided_at text not null,
    decided_by text not null,
    primary key (ref_area, round_id, unit_id, number, row_code, cell_column),
    foreign key (ref_area, round_id, unit_id, number) references submission (ref_area, round_id, unit_id, number)
);

-- 文字材料: one version of a text; the newest is the one being written while the task is open.
-- regional
create table text_report (
    ref_area text not null,
    round_id text not null,
    unit_id text not null,
    version bigint not null,
    kind text not null,
    -- Grows with every change.
    revision bigint not null,
    changed_at text not null,
    changed_by text not null,
    -- NULL until it is handed in; then it never changes.
    submitted_at text,
    -- 归档号, given when the office accepts it; empty before.
    filing_number text not null,
    primary key (ref_area, round_id, unit_id, version),
    foreign key (ref_area, round_id, unit_id) references reporting_task (ref_area, round_id, unit_id)
);

-- The fields of its form.
-- regional
create table text_field (
    ref_area text not null,
    round_id text not null,
    unit_id text not null,
    version bigint not null,
    position bigint not null,
    code text not null,
    content text not null,
    primary key (ref_area, round_id, unit_id, version, position),
    foreign key (ref_area, round_id, unit_id, version) references text_report (ref_area, round_id, unit_id, version)
);

-- Its files, by their hash.
-- regional
create table text_attachment (
    ref_area text not null,
    round_id text not null,
    unit_id text not null,
    version bigint not null,
    position bigint not null,
    name text not null,
    sha256 text not null,
    size bigint not null,
    primary key (ref_area, round_id, unit_id, version, position),
    foreign key (ref_area, round_id, unit_id, version) references text_report (ref_area, round_id, unit_id, version)
);

-- 数据项: the value in force of every observation. The words around it stand with its revision.
-- regional
create table observation (
    ref_area text not null,
    indicator text not null,
    period text not null,
    sex text not null,
    residence text not null,
    age text not null,
    group_code text not null,
    source text not null,
    -- As printed; NULL when there is none, and then the reason is told.
    figure text,
    number double precision,
    missing text,
    definition_version bigint not null,
    status text not null,
    confidentiality text not null,
    revision bigint not null,
    primary key (ref_area, indicator, period, sex, residence, age, group_code, source)
);

-- Compares one indicator across regions.
create index observation_by_indicator on observation (indicator, period, sex, residence, ref_area);

-- Every value an observation ever had, from 1; only ever inserted.
-- regional
create table observation_revision (
    ref_area text not null,
    indicator text not null,
    period text not null,
    sex text not null,
    residence text not null,
    age text not null,
    group_code text not null,
    source text not null,
    revision bigint not null,
    figure text,
    missing text,
    missing_note text not null,
    missing_owner text not null,
    substitute text not null,
    definition_version bigint not null,
    status text not null,
    confidentiality text not null,
    unit_mult bigint not null,
    explanation text not null,
    recorded_at text not null,
    recorded_by text not null,
    -- Why a value that was already there was changed.
    reason text not null,
    -- The submission it comes from; all NULL when it was entered otherwise.
    round_id text,
    unit_id text,
    submission bigint,
    primary key (ref_area, indicator, period, sex, residence, age, group_code, source, revision)
);

-- 版: a frozen, numbered, hashed set of published figures of a period. A correction is a new edition.
-- regional
create table edition (
    ref_area text not null references ref_area (code),
    period text not null,
    -- From 1; the one before is the predecessor.
    number bigint not null,
    -- What readers should know; for a correction, what was corrected and why.
    notes text not null,
    figures bigint not null,
    published_at text not null,
    published_by text not null,
    -- Hash of the predecessor; empty for the first.
    previous_hash text not null,
    -- Over everything above and every figure in key order.
    hash text not null,
    primary key (ref_area, period, number)
);

-- The figures of an edition; only ever inserted.
-- regional
create table edition_figure (
    ref_area text not null,
    edition_period text not null,
    edition_number bigint not null,
    indicator text not null,
    period text not null,
    sex text not null,
    residence text not null,
    age text not null,
    group_code text not null,
    source text not null,
    figure text,
    number double precision,
    missing text,
    missing_note text not null,
    missing_owner text not null,
    substitute text not null,
    definition_version bigint not null,
    status text not null,
    confidentiality text not null,
    unit_mult bigint not null,
    explanation text not null,
    primary key (ref_area, indicator, period, sex, residence, age, group_code, source, edition_period, edition_number),
    foreign key (ref_area, edition_period, edition_number) references edition (ref_area, period, number)
);

create index edition_figure_by_edition on edition_figure (ref_area, edition_period, edition_number, indicator);
create index edition_figure_by_indicator on edition_figure (indicator, period, sex, residence, ref_area);

-- 缺项登记: what has no figure, why, who owns it, what stands in for it, which survey is planned.
-- regional
create table missing_item (
    ref_area text not null references ref_area (code),
    indicator text not null,
    -- First year without a figure.
    since bigint not null,
    -- First year with one again; NULL while it is missing.
    resolved bigint,
    reason text not null,
    note text not null,
    owner text not null,
    substitute text not null,
    -- 专项调查: what is planned, and by when; empty and NULL when nothing is.
    survey text not null,
    survey_due text,
    -- Grows with every change.
    revision bigint not null,
    changed_at text not null,
    changed_by text not null,
    primary key (ref_area, indicator, since)
);

-- Foreign layouts of workbooks and tables, mapped once and remembered.
-- regional
create table form_mapping (
    ref_area text not null references ref_area (code),
    unit_id text not null,
    data_set text not null,
    -- The name people gave it.
    name text not null,
    -- As `Mapping::to_text` writes it.
    content text not null,
    changed_at text not null,
    changed_by text not null,
    primary key (ref_area, unit_id, data_set, name)
);

-- 催报: every reminder that went out.
-- regional
create table reminder (
    ref_area text not null,
    round_id text not null,
    unit_id text not null,
    sequence bigint not null,
    -- The day of the schedule it belongs to, so that no process sends it again; NULL when a person sent it.
    scheduled_for text,
    sent_at text not null,
    sent_by text not null,
    content text not null,
    primary key (ref_area, round_id, unit_id, sequence),
    unique (ref_area, round_id, unit_id, scheduled_for),
    foreign key (ref_area, round_id, unit_id) references reporting_task (ref_area, round_id, unit_id)
);

-- 站内消息, to one account, to everybody of a unit, or to everybody with a role.
-- regional
create table notification (
    ref_area text not null,
    notification_id text not null,
    -- account:ID, unit:ID or role:CODE.
    recipient text not null,
    -- What it is about, as a code (reminder, returned, submitted, accepted, published, job).
    kind text not null,
    title text not null,
    content text not null,
    -- Path of the page it leads to.
    link text not null,
    created_at text not null,
    -- Whether it also leaves by e-mail: none, waiting (for its addresses) or spread (over mail_delivery).
    mail text not null check (mail in ('none', 'waiting', 'spread')),
    primary key (ref_area, notification_id)
);

create index notification_by_recipient on notification (ref_area, recipient, created_at);
create index notification_by_mail on notification (mail, ref_area, notification_id);

-- Who has read what.
-- regional
create table notification_read (
    ref_area text not null,
    notification_id text not null,
    account_id text not null,
    read_at text not null,
    primary key (ref_area, notification_id, account_id),
    foreign key (ref_area, notification_id) references notification (ref_area, notification_id)
);

-- One e-mail to one account. The address is looked up when it is sent and never kept here.
-- regional
create table mail_delivery (
    ref_area text not null,
    notification_id text not null,
    account_id text not null,
    state text not null check (state in ('waiting', 'sending', 'sent', 'failed')),
    attempts bigint not null,
    -- Not before this instant; while it is being sent: until when the sender holds it.
    due_at text not null,
    -- What the mail server said last, without addresses; empty at first.
    message text not null,
    sent_at text,
    primary key (ref_area, notification_id, account_id),
    foreign key (ref_area, notification_id) references notification (ref_area, notification_id)
);

create index mail_delivery_by_state on mail_delivery (state, due_at, ref_area, notification_id);

-- Keys of other programs. Only the hash of a token is kept.
-- reference
create table api_token (
    token_hash text not null,
    name text not null,
    account_id text not null,
    -- The region it may read; with all below it where those are told.
    ref_area text not null,
    created_at text not null,
    created_by text not null,
    expires_at text,
    last_used_at text,
    revoked_at text,
    primary key (token_hash)
);

-- Long work: what it is, how far it is, who does it now. It survives a reload and a restart, can be cancelled,
-- and is shared by several processes: who holds the lease does it.
-- regional
create table job (
    ref_area text not null,
    job_id text not null,
    kind text not null,
    -- Jobs of one kind with the same key are the same job; NULL: never the same.
    dedup_key text,
    state text not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
    arguments text not null,
    progress_done bigint not null,
    progress_total bigint not null,
    progress_content text not null,
    attempts bigint not null,
    -- Not before this instant.
    due_at text not null,
    -- While it runs: which process, and until when the others leave it alone.
    holder text not null,
    lease_until text not null,
    cancel_asked bigint not null check (cancel_asked in (0, 1)),
    created_at text not null,
    created_by text not null,
    finished_at text,
    -- The outcome in plain words, or why it failed; empty before.
    outcome text not null,
    primary key (ref_area, job_id),
    unique (ref_area, kind, dedup_key)
);

create index job_by_state on job (state, due_at, ref_area, job_id);
