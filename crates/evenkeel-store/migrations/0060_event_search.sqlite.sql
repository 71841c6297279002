-- Which events have three signs in a row: asked for by a search before it reads any event. The texts are those of
-- `events`, in lower case already; triggers keep it true, whoever writes them.
CREATE VIRTUAL TABLE event_search USING fts5(
    text, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1'
);

INSERT INTO event_search (rowid, text) SELECT n, search || char(10) || words FROM events;

CREATE TRIGGER event_search_insert AFTER INSERT ON events BEGIN
    INSERT INTO event_search (rowid, text) VALUES (new.n, new.search || char(10) || new.words);
END;

CREATE TRIGGER event_search_update AFTER UPDATE OF search, words ON events
WHEN old.search <> new.search OR old.words <> new.words BEGIN
    UPDATE event_search SET text = new.search || char(10) || new.words WHERE rowid = new.n;
END;

CREATE TRIGGER event_search_delete AFTER DELETE ON events BEGIN
    DELETE FROM event_search WHERE rowid = old.n;
END;
