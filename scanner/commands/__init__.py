"""The commands of `scanner`, one module each; `scanner.cli` puts them together."""

import sys

# sqlite-utils imports pandas and numpy where they are installed (Spark's extra brings them): a second, 100 MB and
# threads, which nothing here uses and which keep the workers of a batch from being forked.
_HIDDEN = [name for name in ("pandas", "numpy") if name not in sys.modules]
sys.modules.update(dict.fromkeys(_HIDDEN))  # type: ignore[arg-type]
try:
    import sqlite_utils  # noqa: F401
finally:
    for _name in _HIDDEN:
        del sys.modules[_name]
