"""schemathesis over the whole OpenAPI, without keys and with: no 5xx, no answer that the document does not promise."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.ledger import keys
from scanner.ledger.store import Store
from tests.api.served import serving

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


def _run(url: str, folder: Path, *words: str) -> tuple[int, str]:
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run", f"{url}/openapi.json", "--no-color", "--seed", "1",
        "--checks", "all", "--max-examples", os.environ.get("SCHEMATHESIS_EXAMPLES", "15"),
        "--warnings", "off", "--generation-database", "none", *words,
    ]  # fmt: skip
    environ = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.api.schemathesis_hooks", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environ, timeout=600, check=False)
    return done.returncode, done.stdout + done.stderr


LEDGER = ("--exclude-checks", "positive_data_acceptance")
"""What a ledger refuses (an offence that is not there, a rule of another policy) no schema can say beforehand."""


def test_scans_take_whatever_the_schema_allows(tmp_path: Path) -> None:
    with serving(tmp_path / "ledger.db") as served:
        code, said = _run(served.url, tmp_path, "--include-path-regex", "^/v1/(scan|version)|^/(livez|readyz|metrics)")
        assert code == 0, said


def test_without_keys(tmp_path: Path) -> None:
    with serving(tmp_path / "ledger.db") as served:
        code, said = _run(served.url, tmp_path, *LEDGER)
        assert code == 0, said
        assert '"error"' not in served.log.read_text()


def test_with_keys(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    store = Store(path)
    _, secret = keys.create(store, name="all", scopes=["admin"], now=1, rate=1e6, burst=1e6)
    store.close()
    with serving(path, "--require-keys") as served:
        code, said = _run(served.url, tmp_path, "-H", f"Authorization: Bearer {secret}", *LEDGER)
        assert code == 0, said
        assert secret not in served.log.read_text()
