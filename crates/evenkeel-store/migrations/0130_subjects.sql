-- Whoever logged in at a provider of identities: what it said that they are in, as JSON, and what that lets them do by the
-- configuration of the proxy that started last. `id` is the issuer and the subject, as JSON.
CREATE TABLE subjects (
    id TEXT NOT NULL PRIMARY KEY,
    in_groups TEXT NOT NULL,
    grants TEXT NOT NULL,
    -- When the provider said so.
    said_at BIGINT NOT NULL
);

-- Whose session it is, if they logged in there.
ALTER TABLE sessions ADD COLUMN subject TEXT;

-- Logins there that came back, which are good once. Of what the browser keeps, only the SHA-256 is kept.
CREATE TABLE spent_round_trips (
    hash TEXT NOT NULL PRIMARY KEY,
    ends_at BIGINT NOT NULL
);
