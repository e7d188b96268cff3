"""Seeded randomness, one independent stream a purpose, so that a change in one part leaves the others' bytes alone."""

import zlib

import numpy as np


class Streams:
    """Numbered generators that hang on the region's seed and a name alone, never on the order of calls."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def stream(self, name: str) -> np.random.Generator:
        """A fresh generator for ``name``; the same name gives the same numbers again."""
        return np.random.Generator(
            np.random.PCG64(np.random.SeedSequence([self._seed, zlib.crc32(name.encode())]))
        )
