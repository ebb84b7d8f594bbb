-- Who there is and who may act for whom: accounts with their sessions, invitations and former passwords;
-- units, organs and appointments of the regions, all dated; and the names regions had in the past.
-- Days are ISO 8601 dates of Asia/Shanghai; the last day counts, NULL means that no end is known.
-- What is sealed is encrypted with the key of the installation, which is not in the database.

-- Names and parents a region had until a day. What holds now stands in ref_area; a figure of an earlier
-- year is printed with the name of its year.
-- reference
create table ref_area_past (
    code text not null references ref_area (code),
    valid_from text not null,
    valid_until text not null,
    name text not null,
    parent text,
    -- The decision that changed it, as people cite it.
    basis text not null,
    primary key (code, valid_from)
);

-- A person who may sign in.
-- reference
create table account (
    account_id text not null,
    -- In lower case; never given to another person.
    login text not null,
    name text not null,
    state text not null check (state in ('active', 'disabled')),
    -- argon2id, with its parameters and salt; NULL until the first password is chosen.
    password_hash text,
    password_at text,
    -- A password somebody else chose must be replaced at the next sign-in.
    password_is_temporary bigint not null check (password_is_temporary in (0, 1)),
    -- Wrong passwords in a row, and until when the account is closed because of them.
    failures bigint not null,
    locked_until text,
    last_login_at text,
    last_login_from text,
    phone_sealed text,
    email_sealed text,
    -- Secret of the second factor; NULL without one. The step is that of the last code that was used.
    totp_sealed text,
    totp_step bigint not null,
    -- What the single sign-on calls this person; NULL without it.
    external_subject text,
    created_at text not null,
    created_by text not null,
    -- Grows with every change to name, state or contact.
    revision bigint not null,
    primary key (account_id),
    unique (login),
    unique (external_subject)
);

-- The hashes of the passwords an account had, newest first from 1.
-- reference
create table password_history (
    account_id text not null references account (account_id),
    set_at text not null,
    password_hash text not null,
    primary key (account_id, set_at)
);

-- A browser that is signed in. Only the hash of its token is kept.
-- reference
create table account_session (
    token_hash text not null,
    account_id text not null references account (account_id),
    started_at text not null,
    seen_at text not null,
    -- Network address and browser, so that a person recognises it in the list.
    origin text not null,
    agent text not null,
    -- How the person showed who it is: password, password_totp, single_sign_on.
    method text not null,
    primary key (token_hash)
);

create index account_session_by_account on account_session (account_id, started_at);

-- A link that lets a person choose a password, once. Only the hash of its token is kept.
-- reference
create table invitation (
    token_hash text not null,
    account_id text not null references account (account_id),
    created_at text not null,
    created_by text not null,
    expires_at text not null,
    used_at text,
    primary key (token_hash)
);

create index invitation_by_account on invitation (account_id, created_at);

-- Codes that replace the second factor when the telephone is lost, each once.
-- reference
create table recovery_code (
    account_id text not null references account (account_id),
    code_hash text not null,
    used_at text,
    primary key (account_id, code_hash)
);

-- 责任单位: units by the name they have, which is not the wording of a plan (responsible_unit).
-- regional
create table organisation_unit (
    ref_area text not null references ref_area (code),
    unit_id text not null,
    name text not null,
    -- Empty where the full name is used in lists, too.
    short_name text not null,
    kind text not null,
    parent_id text,
    valid_from text not null,
    valid_until text,
    -- Grows with every change.
    revision bigint not null,
    primary key (ref_area, unit_id),
    foreign key (ref_area, parent_id) references organisation_unit (ref_area, unit_id)
);

-- Who coordinates the plans, keeps the office, leads monitoring and evaluation.
-- regional
create table organ (
    ref_area text not null references ref_area (code),
    -- coordination, office, monitoring_lead or evaluation_lead.
    kind text not null,
    -- women, children, or empty for both.
    beneficiary text not null,
    valid_from text not null,
    valid_until text,
    printed_name text not null,
    unit_id text,
    primary key (ref_area, kind, beneficiary, valid_from),
    foreign key (ref_area, unit_id) references organisation_unit (ref_area, unit_id)
);

-- 任职: who holds which role where. Roles of the whole installation stand under the code 000000.
-- regional
create table appointment (
    ref_area text not null,
    appointment_id text not null,
    account_id text not null references account (account_id),
    role text not null,
    unit_id text,
    valid_from text not null,
    valid_until text,
    granted_at text not null,
    granted_by text not null,
    primary key (ref_area, appointment_id),
    foreign key (ref_area, unit_id) references organisation_unit (ref_area, unit_id)
);

create index appointment_by_account on appointment (account_id, ref_area, appointment_id);
