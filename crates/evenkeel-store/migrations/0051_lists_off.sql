-- Why lists of an account are not read that the rest is read without, as JSON; NULL where all are.
ALTER TABLE collecting ADD COLUMN lists_off TEXT;
