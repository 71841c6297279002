-- Who logs in by a name and a password. A name is never taken away: what its owner did stays theirs.
CREATE TABLE users (
    name TEXT NOT NULL PRIMARY KEY,
    -- Argon2id, with its parameters and its salt.
    password TEXT NOT NULL,
    grants TEXT NOT NULL,
    -- NULL: they may log in.
    disabled_at BIGINT,
    made_at BIGINT NOT NULL,
    password_at BIGINT NOT NULL,
    -- NULL: never.
    logged_in_at BIGINT
);

-- Whose rights count, as they are at each request, in place of those that the session began with.
ALTER TABLE sessions ADD COLUMN user_name TEXT REFERENCES users (name);
