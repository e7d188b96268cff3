"""The first tables of the ledger: entries, payloads, subjects, tree and heads."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the five tables."""
    op.create_table(
        "ledger_entry",
        sa.Column("sequence", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("hub", sa.Text, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("payload_digest", sa.Text, nullable=False),
    )
    op.create_index("ledger_entry_act", "ledger_entry", ["act", "sequence"])
    op.create_index("ledger_entry_actor", "ledger_entry", ["actor", "sequence"])
    op.create_table(
        "ledger_payload",
        sa.Column("sequence", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("body", sa.Text),
        sa.Column("erased_by", _NUMBER),
    )
    op.create_table(
        "ledger_subject",
        sa.Column("record_id", sa.Text, primary_key=True),
        sa.Column("sequence", _NUMBER, primary_key=True, autoincrement=False),
    )
    op.create_index("ledger_subject_sequence", "ledger_subject", ["sequence"])
    op.create_table(
        "ledger_node",
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "ledger_head",
        sa.Column("tree_size", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("root_hash", sa.LargeBinary, nullable=False),
        sa.Column("signed_at", sa.Text, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Remove the five tables with all they hold."""
    for table in ("ledger_head", "ledger_node", "ledger_subject", "ledger_payload", "ledger_entry"):
        op.drop_table(table)
