-- What whoever shows it may do, as JSON: a list of roles, each with its accounts. What was there before may do all that
-- it could; what comes without a word of it may do nothing.
ALTER TABLE api_tokens ADD COLUMN grants TEXT NOT NULL DEFAULT '[]';
UPDATE api_tokens SET grants = '[{"role":"admin","accounts":"all"}]';
ALTER TABLE sessions ADD COLUMN grants TEXT NOT NULL DEFAULT '[]';
UPDATE sessions SET grants = '[{"role":"admin","accounts":"all"}]';
ALTER TABLE login_codes ADD COLUMN grants TEXT NOT NULL DEFAULT '[]';
UPDATE login_codes SET grants = '[{"role":"admin","accounts":"all"}]';
