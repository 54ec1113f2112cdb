"""Entry point of the ``tierwise`` command and of ``python -m simulation``."""

from __future__ import annotations

import gc
import os
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line and end the process with its exit code."""
    # The program should answer at once. Imports make many objects and no rubbish, so looking for rubbish can wait,
    # and no schema here has a plugin, for which the metadata of every installed package would be read.
    gc.set_threshold(50_000, 20, 20)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        from simulation.commands.app import application

        application()(prog_name="tierwise")
    except KeyboardInterrupt:  # before the commands could take care of it
        sys.exit(130)


if __name__ == "__main__":
    main()
