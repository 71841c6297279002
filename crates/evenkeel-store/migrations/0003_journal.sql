-- The journal: what is to be sent, what left, and what became of it. `docs/adr/0001-item-life.md`
CREATE TABLE batches (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    action TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    retry_of TEXT,
    idempotency_key TEXT NOT NULL,
    -- Of the body without the password.
    body_digest TEXT NOT NULL,
    paused BIGINT NOT NULL,
    cancelled BIGINT NOT NULL,
    -- The warnings it was taken with, as JSON.
    issues TEXT NOT NULL,
    total BIGINT NOT NULL
);

CREATE UNIQUE INDEX batches_by_key ON batches (idempotency_key);
CREATE INDEX batches_by_account ON batches (account, id);
CREATE INDEX batches_by_retry_of ON batches (retry_of);

CREATE TABLE items (
    batch_id TEXT NOT NULL REFERENCES batches (id),
    place BIGINT NOT NULL,
    account TEXT NOT NULL,
    event_id TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    -- NULL is now.
    plan_at BIGINT,
    data_policy TEXT,
    -- The proxy that has the password in its memory, where one is needed.
    password_at TEXT,
    state TEXT NOT NULL,
    reason TEXT,
    code TEXT,
    message TEXT,
    request_id TEXT,
    settled_by TEXT,
    updated_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    steps BIGINT NOT NULL,
    -- The last call, and the time its signature bears.
    call_id TEXT,
    signed_at BIGINT,
    -- Queued items: not before this, and since when they are tried in vain.
    due_at BIGINT NOT NULL,
    tried_at BIGINT,
    -- How the event stood when the intent was written.
    before_state TEXT,
    before_at BIGINT,
    PRIMARY KEY (batch_id, place)
);

CREATE INDEX items_by_state ON items (account, state, batch_id, place);
CREATE INDEX items_by_event ON items (account, event_id);
CREATE INDEX items_of_batch ON items (batch_id, state);
CREATE INDEX items_in_flight ON items (state, account) WHERE state IN ('queued', 'sending');

CREATE TABLE calls (
    id TEXT NOT NULL PRIMARY KEY,
    batch_id TEXT NOT NULL REFERENCES batches (id),
    signed_at BIGINT NOT NULL,
    answered_at BIGINT,
    status BIGINT,
    request_id TEXT,
    answer TEXT
);

CREATE TABLE item_steps (
    batch_id TEXT NOT NULL,
    place BIGINT NOT NULL,
    step BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    state TEXT NOT NULL,
    at BIGINT NOT NULL,
    call_id TEXT,
    detail TEXT,
    PRIMARY KEY (batch_id, place, step),
    FOREIGN KEY (batch_id, place) REFERENCES items (batch_id, place)
);
