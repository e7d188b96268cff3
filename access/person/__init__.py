"""One person, or a search for one, as a reader sees them."""
