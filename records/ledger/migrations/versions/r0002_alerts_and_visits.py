"""An index of alerts, filled from the entries that are there, and visits to the console kept beside the ledger."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_ALERT = sa.table("ledger_alert", sa.column("kind", sa.Text), sa.column("sequence", _NUMBER))
_PAYLOAD = sa.table("ledger_payload", sa.column("sequence", _NUMBER), sa.column("body", sa.Text))


def upgrade() -> None:
    """Create the three tables and index the alerts of the entries so far."""
    op.create_table(
        "ledger_alert",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("sequence", _NUMBER, primary_key=True, autoincrement=False),
    )
    op.create_index("ledger_alert_sequence", "ledger_alert", ["sequence"])
    op.create_table(
        "console_session",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("began", sa.Float, nullable=False),
        sa.Column("seen", sa.Float, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("console_session_subject", "console_session", ["subject"])
    op.create_table(
        "console_sign_in_attempt",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("began", sa.Float, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    _index_alerts(op.get_bind())


def downgrade() -> None:
    """Remove the three tables; whoever is signed in signs in again."""
    for table in ("console_sign_in_attempt", "console_session", "ledger_alert"):
        op.drop_table(table)


def _index_alerts(connection: sa.Connection) -> None:
    with_alerts = sa.select(_PAYLOAD).where(_PAYLOAD.c.body.contains('"alerts":['))
    found = [
        {"kind": alert["kind"], "sequence": sequence}
        for sequence, body in connection.execute(with_alerts).all()
        for alert in json.loads(body)["details"].get("alerts", ())
    ]
    if found:
        unique = sorted({(row["kind"], row["sequence"]) for row in found})
        connection.execute(_ALERT.insert(), [{"kind": kind, "sequence": number} for kind, number in unique])
