package import Persistence
import Records

/// The tables of accounts, roles, sessions and what guards them.
package let accessMigrations: [Migration] = [
    Migration(
        part: "access", number: 1, title: "Accounts, roles, sessions",
        [
            .both(
                """
                CREATE TABLE access_account (
                    id {id},
                    version BIGINT NOT NULL,
                    name TEXT NOT NULL CHECK (name <> ''),
                    email TEXT UNIQUE,
                    phone TEXT UNIQUE,
                    language TEXT,
                    ended_on TEXT,
                    search_text TEXT NOT NULL,
                    sort_key TEXT NOT NULL
                );
                CREATE TABLE access_role (
                    id {id},
                    version BIGINT NOT NULL,
                    code TEXT NOT NULL UNIQUE CHECK (code <> ''),
                    name TEXT NOT NULL CHECK (name <> ''),
                    permissions TEXT NOT NULL,
                    needs_second_factor BIGINT NOT NULL,
                    search_text TEXT NOT NULL,
                    sort_key TEXT NOT NULL
                );
                CREATE TABLE access_holding (
                    id {id},
                    version BIGINT NOT NULL,
                    account_id BIGINT NOT NULL REFERENCES access_account (id),
                    role_id BIGINT NOT NULL REFERENCES access_role (id),
                    organisation TEXT,
                    valid_from TEXT,
                    valid_to TEXT
                );
                CREATE INDEX access_holding_account ON access_holding (account_id);
                CREATE TABLE access_secret (
                    account_id BIGINT NOT NULL PRIMARY KEY REFERENCES access_account (id),
                    password TEXT,
                    code_key {bytes},
                    code_step BIGINT NOT NULL DEFAULT 0,
                    is_code_confirmed BIGINT NOT NULL DEFAULT 0
                );
                CREATE TABLE access_recovery (
                    account_id BIGINT NOT NULL REFERENCES access_account (id),
                    code_hash {bytes} NOT NULL,
                    PRIMARY KEY (account_id, code_hash)
                );
                CREATE TABLE access_session (
                    id {id},
                    token_hash {bytes} NOT NULL UNIQUE,
                    account_id BIGINT NOT NULL REFERENCES access_account (id),
                    state TEXT NOT NULL,
                    begun_at BIGINT NOT NULL,
                    used_at BIGINT NOT NULL,
                    address TEXT NOT NULL,
                    agent TEXT NOT NULL
                );
                CREATE INDEX access_session_account ON access_session (account_id);
                CREATE TABLE access_link (
                    token_hash {bytes} NOT NULL PRIMARY KEY,
                    account_id BIGINT NOT NULL REFERENCES access_account (id),
                    expires_at BIGINT NOT NULL
                );
                CREATE INDEX access_link_account ON access_link (account_id);
                CREATE TABLE access_device (
                    token_hash {bytes} NOT NULL PRIMARY KEY,
                    account_id BIGINT NOT NULL REFERENCES access_account (id),
                    seen_at BIGINT NOT NULL
                );
                CREATE TABLE access_throttle (
                    key TEXT NOT NULL PRIMARY KEY,
                    tries BIGINT NOT NULL,
                    last_at BIGINT NOT NULL,
                    held_until BIGINT NOT NULL
                );
                """)
        ] + searchIndex("access_account") + orderIndex("access_account") + searchIndex("access_role")
            + orderIndex("access_role")),
    Migration(
        part: "access-proof", number: 1, title: "When the user of a session last showed who they are",
        "ALTER TABLE access_session ADD COLUMN proven_at BIGINT"),
]
