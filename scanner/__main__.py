"""`scanner` and `python -m scanner`."""

from __future__ import annotations

import sys
from io import TextIOWrapper

from scanner.cli import cli


def main() -> None:
    """Run the command line; characters that a stream cannot encode are escaped, never an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    cli(prog_name="scanner")


if __name__ == "__main__":
    main()
