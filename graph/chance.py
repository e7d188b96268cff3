"""The one source of chance that igraph has, held by one question at a time."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import igraph

# igraph knows one generator for the whole process; two questions that drew from it in turns would answer by luck.
_ONE_AT_A_TIME = Lock()


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let igraph draw from a generator that starts at ``seed``, so that the same question has the same answer."""
    with _ONE_AT_A_TIME:
        igraph.set_random_number_generator(random.Random(seed))  # noqa: S311 - a repeatable order, not a secret
        try:
            yield
        finally:
            igraph.set_random_number_generator(random)
