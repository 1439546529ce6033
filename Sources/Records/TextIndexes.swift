package import Persistence

/// The search index of a table: trigrams of the folded text, kept by the engine itself. SQLite needs a table of its own
/// and triggers; PostgreSQL has an index.
package func searchIndex(_ table: String) -> [Migration.Step] {
    [
        .sqlite(
            """
            CREATE VIRTUAL TABLE \(table)_search USING fts5
                (search_text, content='\(table)', content_rowid='id', tokenize='trigram', detail='none', columnsize=0);
            CREATE TRIGGER \(table)_search_added AFTER INSERT ON \(table) BEGIN
                INSERT INTO \(table)_search (rowid, search_text) VALUES (new.id, new.search_text);
            END;
            CREATE TRIGGER \(table)_search_changed AFTER UPDATE OF search_text ON \(table)
            WHEN old.search_text <> new.search_text BEGIN
                INSERT INTO \(table)_search (\(table)_search, rowid, search_text)
                    VALUES ('delete', old.id, old.search_text);
                INSERT INTO \(table)_search (rowid, search_text) VALUES (new.id, new.search_text);
            END;
            CREATE TRIGGER \(table)_search_removed AFTER DELETE ON \(table) BEGIN
                INSERT INTO \(table)_search (\(table)_search, rowid, search_text)
                    VALUES ('delete', old.id, old.search_text);
            END;
            """),
        .postgres(
            """
            CREATE EXTENSION IF NOT EXISTS pg_trgm;
            CREATE INDEX \(table)_search ON \(table) USING gin (search_text gin_trgm_ops);
            """),
    ]
}

/// Alphabetical order is the byte order of `sort_key`, the same on both engines.
package func orderIndex(_ table: String) -> [Migration.Step] {
    [
        .sqlite("CREATE INDEX \(table)_order ON \(table) (sort_key, id);"),
        .postgres("CREATE INDEX \(table)_order ON \(table) (sort_key COLLATE \"C\", id);"),
    ]
}
