package import Persistence

/// Files that people attach to records. What is in them is kept once, in `records_file`.
package let attachmentMigrations: [Migration] = [
    Migration(
        part: "attachments", number: 1, title: "Attachments",
        """
        CREATE TABLE records_attachment (
            id {id},
            version BIGINT NOT NULL,
            subject_type TEXT NOT NULL,
            subject BIGINT NOT NULL,
            sha256 TEXT NOT NULL REFERENCES records_file (sha256),
            name TEXT NOT NULL CHECK (name <> ''),
            media_type TEXT NOT NULL,
            size BIGINT NOT NULL,
            added_on TEXT NOT NULL,
            added_by_id BIGINT,
            ended_on TEXT
        );
        CREATE INDEX records_attachment_of_record ON records_attachment (subject_type, subject);
        """)
]
