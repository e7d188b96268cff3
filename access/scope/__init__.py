"""What a reader may use: from policy, ledger and labels to rows and fields."""
