"""Processes that answer on standard output."""

import os
import sys
from typing import BinaryIO


def take_standard_output() -> BinaryIO:
    """The stream that this process answers on, from now on for the answer alone.

    What any library writes to standard output goes to standard error instead, from Python or from below it, so that it
    cannot get into the middle of an answer.
    """
    sys.stdout.flush()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers
