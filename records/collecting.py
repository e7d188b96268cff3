"""The collector of cycles at rest, while much is made that stays in use."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """Run the body without the collector of cycles, in the whole process; it goes on afterwards if it was on before.

    Millions of small values that stay in use and hardly ever point back at themselves would be looked at over and over.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
