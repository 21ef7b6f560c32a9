"""Writes docs/performance.md: what the benchmarks print, and where they ran.

python tests/bench/report.py --output docs/performance.md
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from pathlib import Path

HEAD = """# How fast

Written by `make performance`; every row comes from `make bench`, which asserts bars and counts and fails where a
bar is missed. Ratios are to one bare automaton pass over the same texts in the same run (tests/bench), because times on
shared machines say little; a row ends with its ratio.

Python {python}, {cores} cores, texts: {texts}.

```
{rows}
```
"""
_ROWS = ("scan", "suspicion", "100,000", "assess", "standing", "per event", "reader", "compliance", "flashtext",
         "afternoon", "phonenumbers", "presidio", "ledger", "insert", "cost", "FAILED", "PASSED")  # fmt: skip


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--output", type=Path, required=True)
    output = options.parse_args().output
    command = [sys.executable, "-m", "pytest", "tests/bench", "-m", "bench", "-s", "-q", "-rfp", "--tb=no"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    rows = [line for line in run.stdout.splitlines() if line.startswith(_ROWS)]
    texts = "the benign corpora" if os.environ.get("BENIGN") else "made up by tests/bench/texts.py"
    text = HEAD.format(python=platform.python_version(), cores=os.cpu_count(), texts=texts, rows="\n".join(rows))
    output.write_text(text, encoding="utf-8")
    print(text)
    return run.returncode


if __name__ == "__main__":
    sys.exit(main())
