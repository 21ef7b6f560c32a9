"""`scanner` and `python -m scanner`."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper

from scanner.batch.pool import stay_lean
from scanner.cli import cli


def main() -> None:
    """Run the command line; characters that a stream cannot encode are escaped, never an error."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    stay_lean()
    cli(prog_name="scanner")


if __name__ == "__main__":
    main()
