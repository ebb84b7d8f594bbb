-- The audit chain tells more than the bare fact, can use another hash, is anchored every day and may be
-- shortened after its retention time; and the backups that were made.

-- Account behind the name of the actor, and the unit it acted for; empty for commands.
alter table audit_entry add column account text not null default '';
alter table audit_entry add column unit text not null default '';
-- Network address, or the word for the command line.
alter table audit_entry add column origin text not null default '';
-- What was acted on, in the words people use for it.
alter table audit_entry add column subject text not null default '';
-- JSON list of [field, before, after]; empty where nothing had a value before.
alter table audit_entry add column changes text not null default '';
-- How the hashes of this entry were made. Entries from before this migration keep the first rule.
alter table audit_entry add column hash_rule text not null default 'sha256-1';

-- Lists entries of all regions by time.
create index audit_entry_by_time on audit_entry (at, ref_area, sequence);

-- The heads of all chains at one moment, meant to be printed or sent elsewhere. Anchors form a chain of
-- their own, so that one that was kept elsewhere vouches for all before it.
-- reference
create table audit_anchor (
    -- From 1, without gaps.
    number bigint not null,
    at text not null,
    -- One line for each chain: region, sequence, hash; in region order.
    heads text not null,
    hash_rule text not null,
    -- Hash of the anchor before; empty for the first.
    previous_hash text not null,
    hash text not null,
    primary key (number)
);

-- Where the chain of a region begins after its oldest entries were removed at the end of their retention.
-- regional
create table audit_start (
    ref_area text not null,
    -- Number and hash of the last entry that was removed; an anchor holds the same.
    sequence bigint not null,
    hash text not null,
    anchor bigint not null,
    primary key (ref_area)
);

-- Backups that were begun, with how they ended.
-- reference
create table backup_run (
    started_at text not null,
    -- daily or manual.
    cause text not null check (cause in ('daily', 'manual')),
    -- NULL while it runs.
    finished_at text,
    -- running, done or failed.
    outcome text not null check (outcome in ('running', 'done', 'failed')),
    -- File name and size; empty and 0 until it is done.
    file text not null,
    size bigint not null,
    encrypted bigint not null check (encrypted in (0, 1)),
    -- Why it failed, in plain words; empty otherwise.
    message text not null,
    primary key (started_at)
);
