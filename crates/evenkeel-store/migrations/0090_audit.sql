-- What was done, by whom: a chain (`docs/audit.md`). `record` is JSON, and `hash` the SHA-256 of its very bytes. A
-- record is never changed; the one row of `audit_head` is locked until the commit, so that there is one order whoever
-- writes. `store` is the store's id.
CREATE TABLE audit (
    seq BIGINT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL,
    record TEXT NOT NULL
);

CREATE TABLE audit_head (
    id BIGINT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    store TEXT
);

INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
