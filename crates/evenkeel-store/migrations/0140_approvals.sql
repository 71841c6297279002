-- How the approval of a batch stands: waiting, approved, refused, expired, cancelled, broken_glass; NULL where none is
-- needed. Its items are `unapproved` while it waits.
ALTER TABLE batches ADD COLUMN approval TEXT;

CREATE TABLE batch_approvals (
    batch_id TEXT NOT NULL PRIMARY KEY REFERENCES batches (id),
    -- The SHA-256 of what will be sent.
    plan TEXT NOT NULL,
    -- The rules that ask for it, as JSON.
    rules TEXT NOT NULL,
    asks_password BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- When something of it was sent first.
    used_at BIGINT,
    decided_by TEXT,
    decided_at BIGINT,
    reason TEXT
);

CREATE INDEX unused_approvals ON batch_approvals (expires_at) WHERE used_at IS NULL;

-- The policy of the proxy that was started last, by its hash.
CREATE TABLE approval_policy (
    id BIGINT NOT NULL PRIMARY KEY,
    version TEXT
);
INSERT INTO approval_policy (id, version) VALUES (1, NULL);
