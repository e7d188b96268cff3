"""``python -m mashlink`` is the command line."""

from mashlink.cli import main

main()
