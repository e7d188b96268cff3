"""Who meets a pattern's definition in the truth itself, planted or not: an implementation of its own, before any error."""
