package import Persistence

/// The tables of what all record types share: history, kept files, imports, remembered answers.
package let recordsMigrations: [Migration] = [
    Migration(
        part: "records", number: 1, title: "History",
        """
        CREATE TABLE records_change (
            id {id},
            at BIGINT NOT NULL,
            account_id BIGINT,
            body_id BIGINT,
            origin TEXT NOT NULL,
            type TEXT NOT NULL,
            record_id BIGINT NOT NULL,
            action TEXT NOT NULL,
            before TEXT,
            after TEXT,
            reason TEXT,
            batch_id BIGINT
        );
        CREATE INDEX records_change_of_record ON records_change (type, record_id);
        CREATE INDEX records_change_of_batch ON records_change (batch_id);
        """),
    Migration(
        part: "records", number: 2, title: "Imports",
        """
        CREATE TABLE records_file (
            sha256 TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            content {bytes} NOT NULL,
            kept_at BIGINT NOT NULL
        );
        CREATE TABLE records_import (
            id {id},
            type TEXT NOT NULL,
            sha256 TEXT NOT NULL REFERENCES records_file (sha256),
            as_of TEXT NOT NULL,
            applied_at BIGINT NOT NULL,
            account_id BIGINT,
            added BIGINT NOT NULL,
            changed BIGINT NOT NULL,
            unchanged BIGINT NOT NULL,
            skipped BIGINT NOT NULL,
            refused BIGINT NOT NULL
        );
        CREATE TABLE records_import_row (
            import_id BIGINT NOT NULL REFERENCES records_import (id),
            sheet TEXT NOT NULL,
            row_number BIGINT NOT NULL,
            fate TEXT NOT NULL,
            record_id BIGINT,
            reason TEXT,
            PRIMARY KEY (import_id, sheet, row_number)
        );
        CREATE TABLE records_import_answer (
            type TEXT NOT NULL,
            question TEXT NOT NULL,
            answer TEXT NOT NULL,
            answered_at BIGINT NOT NULL,
            account_id BIGINT,
            PRIMARY KEY (type, question)
        );
        """),
]
