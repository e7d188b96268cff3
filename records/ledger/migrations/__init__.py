"""Revisions of the ledger's tables, run by alembic."""
