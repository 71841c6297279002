-- Who did what, as JSON (`Actor` of `evenkeel-api`); NULL of what was done before this was kept, and of what the
-- proxy did to an item by itself.
ALTER TABLE batches ADD COLUMN ordered_by TEXT;
ALTER TABLE item_steps ADD COLUMN done_by TEXT;

-- What was done about a batch as a whole: paused, resumed, cancelled, retried, held, released.
CREATE TABLE batch_steps (
    batch_id TEXT NOT NULL REFERENCES batches (id),
    step BIGINT NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    done_by TEXT NOT NULL,
    detail TEXT,
    PRIMARY KEY (batch_id, step)
);
