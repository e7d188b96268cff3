"""What was handed in, and the two stores: snapshot and ledger."""
