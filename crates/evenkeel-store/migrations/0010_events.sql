-- What the clouds list and listed: one row an event, what is searched and sorted apart from the JSON
-- that is shown, so that a search reads little.
CREATE TABLE events (
    n BIGINT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    event_id TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    -- Ranks of kinds, see `rank.rs`; the cloud's own name of the type; '' is no level.
    state BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    type_name TEXT NOT NULL,
    level TEXT NOT NULL,
    -- Where there is none: the largest number there is, which sorts last.
    decide_by BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    search TEXT NOT NULL,
    -- Digests of what is shown; a difference is a change.
    mark TEXT NOT NULL,
    moments BIGINT NOT NULL,
    first_seen_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    -- When a whole walk lacked it first; the second one that lacks it makes it gone.
    missing_at BIGINT,
    gone_at BIGINT,
    gone BIGINT NOT NULL
);

CREATE UNIQUE INDEX events_identity ON events (account, event_id, resource_id);
CREATE INDEX events_by_decide_by ON events (gone, decide_by, n);
CREATE INDEX events_by_published_at ON events (gone, published_at, decide_by, n);
CREATE INDEX events_by_not_before ON events (gone, not_before, decide_by, n);
CREATE INDEX events_by_state ON events (gone, state, decide_by, n);
CREATE INDEX events_by_kind ON events (gone, kind, decide_by, n);
CREATE INDEX events_by_level ON events (gone, level, decide_by, n);
CREATE INDEX events_by_account ON events (gone, account, decide_by, n);
CREATE INDEX events_by_id ON events (gone, event_id, decide_by, n);
CREATE INDEX events_by_resource ON events (gone, resource_id, decide_by, n);
CREATE INDEX events_gone_at ON events (gone_at);

CREATE TABLE event_bodies (
    n BIGINT NOT NULL PRIMARY KEY REFERENCES events (n) ON DELETE CASCADE,
    body TEXT NOT NULL
);

-- The life of each event: its state and its times, whenever one of them was seen to be another.
CREATE TABLE event_moments (
    n BIGINT NOT NULL REFERENCES events (n) ON DELETE CASCADE,
    step BIGINT NOT NULL,
    at BIGINT NOT NULL,
    state TEXT NOT NULL,
    not_before BIGINT,
    not_after BIGINT,
    started_at BIGINT,
    finished_at BIGINT,
    PRIMARY KEY (n, step)
);

-- The last number given to an event.
CREATE TABLE event_numbers (
    id BIGINT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);

INSERT INTO event_numbers (id, last) VALUES (1, 0);

-- How many events there are of each sort: kept with every write, so that no count reads them all.
CREATE TABLE event_counts (
    account TEXT NOT NULL,
    provider TEXT NOT NULL,
    state BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    level TEXT NOT NULL,
    gone BIGINT NOT NULL,
    events BIGINT NOT NULL,
    PRIMARY KEY (account, provider, state, kind, level, gone)
);
