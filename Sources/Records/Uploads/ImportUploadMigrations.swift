package import Persistence

/// The tables of workbooks that people bring in from the page: what was read, what a person said of it, what became of it.
package let importUploadMigrations: [Migration] = [
    Migration(
        part: "imports", number: 1, title: "Uploads",
        """
        CREATE TABLE records_upload (
            id {id},
            type TEXT NOT NULL,
            name TEXT NOT NULL,
            sha256 TEXT NOT NULL REFERENCES records_file (sha256),
            account_id BIGINT NOT NULL,
            organisation TEXT NOT NULL,
            made_at BIGINT NOT NULL,
            as_of TEXT,
            mapping TEXT NOT NULL,
            skipped TEXT NOT NULL,
            stage TEXT NOT NULL,
            job_id BIGINT NOT NULL,
            read_as_of TEXT,
            counts TEXT,
            promise TEXT,
            sheets TEXT,
            batch_id BIGINT,
            applied_at BIGINT,
            undone_at BIGINT,
            reason TEXT
        );
        CREATE INDEX records_upload_account ON records_upload (account_id, id);
        CREATE TABLE records_upload_row (
            upload_id BIGINT NOT NULL REFERENCES records_upload (id),
            place BIGINT NOT NULL,
            sheet TEXT NOT NULL,
            row_number BIGINT NOT NULL,
            title TEXT NOT NULL,
            fate TEXT NOT NULL,
            record_id BIGINT,
            PRIMARY KEY (upload_id, place)
        );
        CREATE TABLE records_upload_finding (
            upload_id BIGINT NOT NULL REFERENCES records_upload (id),
            place BIGINT NOT NULL,
            sheet TEXT,
            row_number BIGINT,
            column_number BIGINT,
            severity TEXT NOT NULL,
            code TEXT NOT NULL,
            details TEXT NOT NULL,
            PRIMARY KEY (upload_id, place)
        );
        CREATE TABLE records_import_profile (
            organisation TEXT NOT NULL,
            type TEXT NOT NULL,
            heading TEXT NOT NULL,
            target TEXT NOT NULL,
            PRIMARY KEY (organisation, type, heading)
        );
        """)
]
