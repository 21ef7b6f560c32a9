"""The wheel, as a user gets it: built, put alone into a fresh environment, with its lexicons inside."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.slow


def call(*words: object, cwd: Path) -> str:
    result = subprocess.run(
        [str(word) for word in words], cwd=cwd, capture_output=True, text=True, timeout=300, check=False
    )
    assert result.returncode in (0, 1), result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    call(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path) -> Path:
    """An interpreter that has the wheel; dependencies come from the environment the tests run in.

    A path file lends them without its editable install: path files inside it are not followed.
    """
    folder = wheel.parent / "env"
    venv.create(folder, with_pip=False)
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    site = Path(call(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip())
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    pip = (sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check", "--quiet")
    call(*pip, "install", "--no-deps", "--no-index", "--ignore-installed", wheel, cwd=folder)
    return python


def test_the_wheel_holds_every_lexicon_the_licence_and_nothing_else_of_ours(wheel):
    names = ZipFile(wheel).namelist()
    shipped = {
        f"scanner/_lexicons/{path.relative_to(ROOT / 'lexicons').as_posix()}"
        for path in (ROOT / "lexicons").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert shipped <= set(names)
    assert {Path(name).name for name in names} >= {"LICENSE", "NOTICE", "py.typed"}
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} <= {"scanner", "api"}


def test_it_scans_without_the_checkout_and_without_a_web_framework(python, tmp_path):
    program = (
        "import json, sys, scanner\n"
        "scan = scanner.Scanner().scan('add me on whatsapp +86 138 0013 8000')\n"
        "loaded = [name for name in ('fastapi', 'starlette', 'api') if name in sys.modules]\n"
        "print(json.dumps([scanner.__file__, scan.decision, scan.engine, loaded]))"
    )
    where, decision, engine, loaded = json.loads(call(python, "-c", program, cwd=tmp_path))
    assert Path(where).is_relative_to(python.parents[1])
    assert (decision, loaded) == ("block", [])
    assert engine[0].isdigit() and "checkout" not in engine


def test_the_command_is_installed(python, tmp_path):
    command = python.with_name("scanner")
    assert "ok: " in call(command, "lexicon", "check", cwd=tmp_path)
    (line,) = call(command, "scan", "--text", "add me on whatsapp +86 138 0013 8000", cwd=tmp_path).splitlines()
    assert json.loads(line)["decision"] == "block"
