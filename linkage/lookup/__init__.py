"""Who is this? Descriptions against the snapshot."""
