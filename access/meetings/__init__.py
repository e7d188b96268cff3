"""MARAC meetings and their cases, in a reader's scope."""
