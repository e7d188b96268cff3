"""Links for people to look at, and why they are or are not."""
