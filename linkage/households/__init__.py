"""Who lived with whom when."""
