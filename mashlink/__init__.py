"""The composition root: settings, the build top to bottom, evaluation against truth, the command line."""

from typing import Final

__version__: Final = "0.1.0"
