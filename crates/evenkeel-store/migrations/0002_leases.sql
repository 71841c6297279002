-- The proxies that are alive, and which of them does what only one may do at a time. A token grows
-- with every change of hands, so that who lost it can tell.
CREATE TABLE proxies (
    id TEXT NOT NULL PRIMARY KEY,
    alive_until BIGINT NOT NULL
);

CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    owner TEXT,
    token BIGINT NOT NULL,
    wanted_by TEXT
);
