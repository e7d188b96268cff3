"""What two hubs compare in place of names and numbers."""
