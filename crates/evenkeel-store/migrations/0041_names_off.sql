-- Why the names of an account's resources are not read, as JSON; NULL where they are.
ALTER TABLE collecting ADD COLUMN names_off TEXT;
