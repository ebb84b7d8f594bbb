-- The audit chain. Every writing transaction adds one entry to the chain of its region; each entry holds
-- the hash of the one before it, so that an entry cannot be changed or taken out unnoticed.
-- Columns are text, bigint or double precision everywhere; instants are UTC, ISO 8601, six decimals.

-- Where the chain of a region ends. Its row is also the region's place in line: a writing transaction
-- locks it first, so that writers of one region follow one another on every database.
-- regional
create table audit_head (
    ref_area text not null,
    sequence bigint not null,
    hash text not null,
    primary key (ref_area)
);

-- The entries; they are only ever inserted.
-- regional
create table audit_entry (
    ref_area text not null,
    sequence bigint not null,
    at text not null,
    actor text not null,
    action text not null,
    object text not null,
    -- Why, in the person's words; empty where none is asked for.
    reason text not null,
    -- Hash over every value the transaction wrote.
    content_hash text not null,
    previous_hash text not null,
    hash text not null,
    primary key (ref_area, sequence)
);

-- Finds the history of one object.
create index audit_entry_by_object on audit_entry (ref_area, object, sequence);
