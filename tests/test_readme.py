"""The README's examples are run: what they show is what they print.

`README_WRITE=1 pytest tests/test_readme.py` writes the real output into the README.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

from click.testing import CliRunner

from scanner.cli import cli

README = Path(__file__).resolve().parents[1] / "README.md"
EXAMPLE = re.compile(r"```console\n\$ scanner (?P<command>.+)\n(?P<output>(?:(?!```).*\n)*)```")
PYTHON = re.compile(r"```python\n(?P<code>[^`]+)```")


def output(command: str) -> str:
    result = CliRunner().invoke(cli, shlex.split(command))
    assert result.exit_code in (0, 1), result.output
    return "".join(f"{line}\n" for line in result.stdout.rstrip().split("\n"))


def test_console_examples_print_what_they_show():
    text = README.read_text(encoding="utf-8")
    real = EXAMPLE.sub(lambda m: f"```console\n$ scanner {m['command']}\n{output(m['command'])}```", text)
    if os.environ.get("README_WRITE"):
        README.write_text(real, encoding="utf-8")
    assert len(EXAMPLE.findall(text)) >= 2
    assert README.read_text(encoding="utf-8") == real, "README_WRITE=1 pytest tests/test_readme.py writes it anew"


def test_the_library_example_runs(capsys):
    (code,) = PYTHON.findall(README.read_text(encoding="utf-8"))
    exec(code, {})
    assert capsys.readouterr().out.startswith("block [('whatsapp', '8613800138000',")
