-- What changed, in the order in which it became visible. The one row of `change_head` is locked
-- until the commit, so a lower number is never seen after a higher one, on any database.
CREATE TABLE change_head (
    id BIGINT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    pruned BIGINT NOT NULL
);

INSERT INTO change_head (id, seq, pruned) VALUES (1, 0, 0);

CREATE TABLE changes (
    seq BIGINT NOT NULL PRIMARY KEY,
    topic TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT
);
