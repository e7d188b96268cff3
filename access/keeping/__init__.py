"""How long things are kept, what is held about one person, and who received it."""
