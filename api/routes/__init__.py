"""The JSON views under /v1, and the two that say whether the hub is up."""
