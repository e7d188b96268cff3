"""Findings as readers see them, with what people decided of them."""
