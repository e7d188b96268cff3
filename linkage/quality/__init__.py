"""What can be said of a snapshot's linkage without knowing the truth."""
