"""Builds that link anew only what changed."""
