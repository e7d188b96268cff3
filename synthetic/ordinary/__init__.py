"""Ordinary life at its base rates: what happens in a region without any planted pattern."""
