-- What of a call outlives the item's state: it may arrive for as long as its signature can be taken,
-- whoever has said meanwhile what became of the item. `docs/adr/0001-item-life.md`

-- Until when a call made for the item may still arrive, ms since the Unix epoch; NULL where none can.
ALTER TABLE items ADD COLUMN alive_until BIGINT;

UPDATE items SET alive_until = signed_at + 960000
WHERE signed_at IS NOT NULL AND (state IN ('sending', 'unknown') OR settled_by IS NOT NULL);

-- The batch that sends it again: an item is sent again once, and then that one is.
ALTER TABLE items ADD COLUMN retried_in TEXT;

UPDATE items SET retried_in = (
    SELECT MIN(r.id) FROM batches r JOIN items x ON x.batch_id = r.id
    WHERE r.retry_of = items.batch_id AND x.event_id = items.event_id
    AND x.resource_id = items.resource_id
)
WHERE state IN ('rejected', 'not_sent');

-- Where the batch's calls go: the provider with its endpoint and project, and the region. NULL of batches
-- from before this was kept.
ALTER TABLE batches ADD COLUMN cloud TEXT;
ALTER TABLE batches ADD COLUMN region TEXT;

-- Since when it is held, ms since the Unix epoch.
ALTER TABLE batches ADD COLUMN paused_at BIGINT;

-- One event may be in two accounts.
DROP INDEX items_by_event;
CREATE INDEX items_by_event ON items (event_id, account);

-- After a restore nothing is sent until then, ms since the Unix epoch: of what was sent since the backup,
-- nothing is known, and it may still arrive.
CREATE TABLE journal_rest (
    id BIGINT NOT NULL PRIMARY KEY,
    until BIGINT NOT NULL
);

INSERT INTO journal_rest (id, until) VALUES (1, 0);
