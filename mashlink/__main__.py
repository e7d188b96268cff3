"""``python -m mashlink`` is the command line."""

from mashlink.cli import main

# Processes that a service starts import this module under another name.
if __name__ == "__main__":
    main()
