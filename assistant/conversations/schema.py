"""The tables of kept conversations, by version: `PRAGMA user_version` tells which a file has."""

# Entry n holds the statements that bring a file of version n to version n + 1; 0 is a new file.
# An exchange's `record` is JSON, compressed, that forgives (see `codec`): a new field of an answer
# needs no new version.
UPGRADES: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE conversations (
            conversation_id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL,
            folded_title TEXT NOT NULL,
            is_renamed INTEGER NOT NULL DEFAULT 0, filters TEXT NOT NULL,
            created_at TEXT NOT NULL, updated_at TEXT NOT NULL
        ) WITHOUT ROWID""",
        "CREATE INDEX conversations_by_owner ON conversations (owner, updated_at)",
        """CREATE TABLE exchanges (
            exchange_id INTEGER PRIMARY KEY AUTOINCREMENT, conversation_id TEXT NOT NULL
                REFERENCES conversations ON DELETE CASCADE,
            position INTEGER NOT NULL, record BLOB NOT NULL, UNIQUE (conversation_id, position)
        )""",
        # Trigrams find parts of words, and words in scripts that put no space between them.
        "CREATE VIRTUAL TABLE searched USING fts5 (question, answer, tokenize = 'trigram')",
        """CREATE TRIGGER forget_searched AFTER DELETE ON exchanges BEGIN
            DELETE FROM searched WHERE rowid = old.exchange_id;
        END""",
        """CREATE TABLE links (
            token TEXT PRIMARY KEY, exchange_id INTEGER NOT NULL UNIQUE
                REFERENCES exchanges ON DELETE CASCADE
        ) WITHOUT ROWID""",
        # It outlives its exchange, which a reader may well ask again after a thumb down.
        """CREATE TABLE feedback (
            exchange_id INTEGER PRIMARY KEY, conversation_id TEXT NOT NULL, thumb TEXT NOT NULL,
            comment TEXT NOT NULL, rated_at TEXT NOT NULL, record BLOB NOT NULL
        )""",
        "CREATE INDEX feedback_by_conversation ON feedback (conversation_id)",
        "CREATE INDEX feedback_by_time ON feedback (rated_at)",
    ),
)
