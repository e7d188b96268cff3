"""The ledger as auditors and privacy officers read it."""
