-- Why the proxy holds a batch, the cloud's code for it, and since when (NULL where a person holds it), and when
-- a person last let it go on.
ALTER TABLE batches ADD COLUMN held TEXT;
ALTER TABLE batches ADD COLUMN held_code TEXT;
ALTER TABLE batches ADD COLUMN held_at BIGINT;
ALTER TABLE batches ADD COLUMN resumed_at BIGINT;

-- Each account's queue.
CREATE TABLE queues (
    account TEXT NOT NULL PRIMARY KEY,
    -- When an item of it was last sent.
    sent_at BIGINT,
    -- A digest of the id of the key it is sent with; since when it is another one than before; and when
    -- a complete read with this one ended that had begun after that.
    key_digest TEXT,
    key_since BIGINT,
    read_at BIGINT
);
