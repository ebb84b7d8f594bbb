-- 公众意见: what anybody sends through the public portal; shown there only after a person of the office decided so.
-- regional
create table opinion (
    ref_area text not null,
    opinion_id text not null,
    topic text not null check (topic in ('plan', 'figures', 'service', 'portal', 'other')),
    content text not null,
    -- How to reach the sender, sealed; NULL where nothing was given.
    contact_sealed text,
    received_at text not null,
    state text not null check (state in ('received', 'shown', 'closed')),
    -- What the office answers; empty while it has not.
    answer text not null,
    decided_at text,
    decided_by text,
    revision bigint not null,
    primary key (ref_area, opinion_id)
);

create index opinion_by_time on opinion (ref_area, received_at, opinion_id);
