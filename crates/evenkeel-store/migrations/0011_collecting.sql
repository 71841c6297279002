-- How each account's collecting goes; every proxy shows it from here.
CREATE TABLE collecting (
    account TEXT NOT NULL PRIMARY KEY,
    phase TEXT NOT NULL,
    -- The last walk that ended, that lacked nothing, and that lacked nothing in one go.
    updated_at BIGINT,
    swept_at BIGINT,
    whole_at BIGINT,
    next_at BIGINT,
    walk_since BIGINT,
    walk_events BIGINT,
    walk_total BIGINT,
    error_code TEXT,
    error_detail TEXT,
    error_at BIGINT,
    error_provider_code TEXT,
    error_request_id TEXT,
    failures BIGINT NOT NULL,
    -- Somebody asked for an early walk; walks come more often until then.
    asked_at BIGINT,
    quick_until BIGINT
);
