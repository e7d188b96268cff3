"""An index of each actor's acts, so that a worker's last sign-in is found however much they did since."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index."""
    op.create_index("ledger_entry_actor_act", "ledger_entry", ["actor", "act", "sequence"])


def downgrade() -> None:
    """Remove the index."""
    op.drop_index("ledger_entry_actor_act", "ledger_entry")
