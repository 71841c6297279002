-- How whoever has the session had logged in, as JSON (`Login` of `evenkeel-api`). There was one way before.
ALTER TABLE sessions ADD COLUMN login TEXT NOT NULL DEFAULT '{"login":"code"}';
