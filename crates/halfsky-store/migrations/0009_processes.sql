-- What several server processes must know of one another, besides sessions and jobs.

-- How often something was done in a window of time. What is counted (an address, a login name, an account) is
-- kept as a hash: what strangers type as a name is nobody's business, and may be a password.
-- reference
create table rate_limit (
    counted_hash text not null,
    began_at text not null,
    ends_at text not null,
    counted bigint not null,
    -- Whether the last one was too many.
    refused bigint not null check (refused in (0, 1)),
    primary key (counted_hash)
);

create index rate_limit_by_end on rate_limit (ends_at);

-- A plan file that was uploaded and is being looked at, so that any process can read it again. It becomes a
-- draft when a person starts the review; what nobody started is forgotten after a day.
-- reference
create table plan_upload (
    upload_id text not null,
    ref_area text not null,
    -- Name of the region; empty when the plan's own title names it.
    region text not null,
    file_name text not null,
    sha256 text not null,
    started_at text not null,
    primary key (upload_id)
);

create index plan_upload_by_start on plan_upload (started_at);

-- The start page counts what is due in a year, whatever the region; the tables it asks grow with every region.
create index target_by_deadline on target (deadline, ref_area, plan_id, version);

-- Every sign-in forgets the sessions that have ended.
create index account_session_by_start on account_session (started_at);
create index account_session_by_seen on account_session (seen_at);
