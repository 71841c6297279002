-- What is known of the resources that events are about, as each of those who know tells it: the event itself
-- (`said`, a name), the cloud when it was asked (`read_at`, of an id that is nobody's too), the inventory.
CREATE TABLE resources (
    account TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    said TEXT,
    name TEXT,
    zone TEXT,
    status TEXT,
    tags TEXT NOT NULL,
    local_disks TEXT NOT NULL,
    read_at BIGINT,
    PRIMARY KEY (account, resource_id)
);

-- Without an account an entry is for all of them.
CREATE TABLE inventory (
    resource_id TEXT NOT NULL,
    account TEXT NOT NULL,
    name TEXT,
    zone TEXT,
    labels TEXT NOT NULL,
    local_disks TEXT,
    PRIMARY KEY (resource_id, account)
);

-- Resources whose events do not say yet what is known of them.
CREATE TABLE resources_stale (
    resource_id TEXT NOT NULL PRIMARY KEY
);

-- Whoever writes what events say of their resources locks this row first. `group_by` is the label that events
-- are counted by, `inventory` a digest of the whole inventory.
CREATE TABLE resource_state (
    id BIGINT NOT NULL PRIMARY KEY,
    group_by TEXT,
    inventory TEXT
);

INSERT INTO resource_state (id) VALUES (1);

-- The same put together, beside each event: a page reads it there, and sorts and searches by it.
ALTER TABLE event_bodies ADD COLUMN resource TEXT;
ALTER TABLE event_bodies ADD COLUMN read_at BIGINT;
ALTER TABLE events ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN words TEXT NOT NULL DEFAULT '';

CREATE INDEX events_by_name ON events (gone, name, decide_by, n);
CREATE INDEX events_by_label ON events (gone, label, decide_by, n);

CREATE TABLE event_tags (
    tag TEXT NOT NULL,
    value TEXT NOT NULL,
    n BIGINT NOT NULL REFERENCES events (n) ON DELETE CASCADE,
    PRIMARY KEY (tag, value, n)
);

CREATE INDEX event_tags_of ON event_tags (n);

-- The counts, by that label too.
CREATE TABLE event_counts_by_label (
    account TEXT NOT NULL,
    provider TEXT NOT NULL,
    state BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    level TEXT NOT NULL,
    label TEXT NOT NULL,
    gone BIGINT NOT NULL,
    events BIGINT NOT NULL,
    PRIMARY KEY (account, provider, state, kind, level, label, gone)
);

INSERT INTO event_counts_by_label (account, provider, state, kind, level, label, gone, events)
SELECT account, provider, state, kind, level, '', gone, events FROM event_counts;

DROP TABLE event_counts;
ALTER TABLE event_counts_by_label RENAME TO event_counts;
