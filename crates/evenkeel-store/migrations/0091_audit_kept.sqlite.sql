-- Records are added, and nothing else, by whatever mistake.
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'a record of the audit is never changed');
END;

CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'a record of the audit is never deleted');
END;
