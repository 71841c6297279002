-- Who is logged in. Of what its owner has to show, only the SHA-256 is kept.
CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    principal TEXT NOT NULL,
    began_at BIGINT NOT NULL,
    -- When it was last used, to within a minute.
    seen_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);

-- What a tool shows instead.
CREATE TABLE api_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    hash TEXT NOT NULL UNIQUE,
    principal TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    -- When it was last used, to within a minute; NULL: never.
    used_at BIGINT
);

-- What a session begins with, once. Wrong tries count against every code that is open.
CREATE TABLE login_codes (
    hash TEXT NOT NULL PRIMARY KEY,
    ends_at BIGINT NOT NULL,
    wrong BIGINT NOT NULL
);
