"""Where the shipped data lies: inside the wheel, or beside the package in a checkout."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def data_root() -> Traversable:
    """The `lexicons` folder, wherever the package was installed from."""
    packed = files("scanner").joinpath("_lexicons")
    if packed.is_dir():
        return packed
    return Path(__file__).resolve().parents[2] / "lexicons"


def data_file(*parts: str) -> Traversable:
    """One shipped file, by its path below `lexicons`."""
    return data_root().joinpath(*parts)
