"""The tables of the ledger, the same in SQLite and in PostgreSQL."""

from typing import Final

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()
_Number: Final = BigInteger().with_variant(Integer, "sqlite")

# The lasting facts of an entry; sequence counts from 1 without gaps.
ENTRY = Table(
    "ledger_entry",
    metadata,
    Column("sequence", _Number, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("hub", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("purpose", Text),
    Column("outcome", Text, nullable=False),
    Column("payload_digest", Text, nullable=False),
    Index("ledger_entry_act", "act", "sequence"),
    Index("ledger_entry_actor", "actor", "sequence"),
    Index("ledger_entry_actor_act", "actor", "act", "sequence"),
)
# What a logged erasure may blank: salt and body become NULL, erased_by names the erasing entry.
PAYLOAD = Table(
    "ledger_payload",
    metadata,
    Column("sequence", _Number, primary_key=True, autoincrement=False),
    Column("salt", LargeBinary),
    Column("body", Text),
    Column("erased_by", _Number),
)
# Which entries concern a record: an index over the payloads, emptied with them.
SUBJECT = Table(
    "ledger_subject",
    metadata,
    Column("record_id", Text, primary_key=True),
    Column("sequence", _Number, primary_key=True, autoincrement=False),
    Index("ledger_subject_sequence", "sequence"),
)
# Which entries raised an alert: an index over the payloads. It names nobody, so an erasure leaves it.
ALERT = Table(
    "ledger_alert",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("sequence", _Number, primary_key=True, autoincrement=False),
    Index("ledger_alert_sequence", "sequence"),
)
# Hashes of complete subtrees; level 0 holds the leaves, position counts from 0.
NODE = Table(
    "ledger_node",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("position", _Number, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)
# The signed head after each append.
HEAD = Table(
    "ledger_head",
    metadata,
    Column("tree_size", _Number, primary_key=True, autoincrement=False),
    Column("root_hash", LargeBinary, nullable=False),
    Column("signed_at", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)
# Visits to the console, beside the ledger so that every process that serves it knows them: no part of the record.
# key is the digest of the browser's cookie; times are seconds since 1970; subject is the worker's lasting id.
SESSION = Table(
    "console_session",
    metadata,
    Column("key", Text, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("began", Float, nullable=False),
    Column("seen", Float, nullable=False),
    Column("body", Text, nullable=False),
    Index("console_session_subject", "subject"),
)
# Sign-ins on their way to the provider and back.
SIGN_IN_ATTEMPT = Table(
    "console_sign_in_attempt",
    metadata,
    Column("key", Text, primary_key=True),
    Column("began", Float, nullable=False),
    Column("body", Text, nullable=False),
)

FACTS: Final = ("actor", "role", "hub", "act", "purpose", "outcome")
