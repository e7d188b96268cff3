"""Which records are compared, and the weight of each pair."""
