"""Killed at any moment and run again, a batch's output is that of a run that nobody disturbed."""

from __future__ import annotations

import gzip
import json
import os
import random
import resource
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.batch.inputs import SMALL, TRAP, chat, command, converted, make_packs, scan, write_jsonl

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")


@pytest.fixture
def world(tmp_path):
    """(words of a run over bad and good rows, folder): each call of `words` names its own output."""
    packs = make_packs(tmp_path)
    source = write_jsonl(tmp_path / "a.jsonl", chat(900, bad=(13, 700)))

    def words(name: str, *more: str, source: str = source, suffix: str = ".jsonl") -> list[str]:
        out = tmp_path / f"{name}{suffix}"
        return [
            "scan", source, "-o", str(out), "--packs", packs, "--checkpoint", str(tmp_path / f"{name}.run"),
            "--quarantine", str(tmp_path / f"{name}.bad"), "--summary", str(tmp_path / f"{name}.sum"), *more,
        ]  # fmt: skip

    return words, tmp_path


def files(folder: Path, name: str, suffix: str = ".jsonl") -> list[bytes]:
    """Output, quarantine and summary of a run."""
    return [(folder / f"{name}{end}").read_bytes() for end in (suffix, ".bad", ".sum")]


def undisturbed(words, folder: Path, **how: str) -> list[bytes]:
    assert scan(*words("whole", **how), before=SMALL).returncode == 2
    return files(folder, "whole", how.get("suffix", ".jsonl"))


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.slow
def test_killed_at_every_point_where_a_file_gets_its_name(world, workers):
    words, folder = world
    whole = undisturbed(words, folder)
    killed = 0
    for count in range(1, 50, 4 if workers == "1" else 9):
        name = f"k{count}"
        for before in (True, False):
            trap = SMALL + TRAP.format(count=count, before=before)
            killed += scan(*words(name, "--workers", workers), before=trap).returncode == -signal.SIGKILL
        assert scan(*words(name, "--workers", workers)).returncode == 2
        assert files(folder, name) == whole
    assert killed >= (10 if workers == "1" else 5)


@pytest.mark.slow
def test_killed_at_random_moments_in_two_processes(world):
    words, folder = world
    whole = undisturbed(words, folder)
    begun = time.monotonic()
    assert scan(*words("timed", "--workers", "2")).returncode == 2
    lasts = time.monotonic() - begun
    rng = random.Random(5)
    killed = 0
    for _ in range(6):
        process = subprocess.Popen(command(*words("r", "--workers", "2")), stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(0.2, 0.8) * lasts)
        process.kill()
        killed += process.wait() == -signal.SIGKILL
    assert scan(*words("r", "--workers", "2")).returncode == 2
    assert killed
    assert files(folder, "r") == whole


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.jsonl.gz", "a.jsonl.zst"])
def test_every_format_goes_on(world, name):
    words, folder = world
    source = converted(chat(900), folder / name)
    assert scan(*words("whole", source=source, suffix=".parquet")).returncode == 1
    trap = SMALL + TRAP.format(count=9, before=True)
    assert scan(*words("k", source=source, suffix=".parquet"), before=trap).returncode == -signal.SIGKILL
    assert list((folder / "k.run").glob("0*.json"))
    assert scan(*words("k", source=source, suffix=".parquet")).returncode == 1
    assert files(folder, "k", ".parquet") == files(folder, "whole", ".parquet")


def test_standard_input_goes_on_when_it_is_given_again(world):
    words, folder = world
    data = (folder / "a.jsonl").read_bytes()
    assert scan(*words("whole", source="-"), input=data).returncode == 2
    trap = SMALL + TRAP.format(count=9, before=True)
    assert scan(*words("k", source="-"), before=trap, input=data).returncode == -signal.SIGKILL
    assert scan(*words("k", source="-"), input=data).returncode == 2
    assert files(folder, "k") == files(folder, "whole")


def test_the_interrupt_key_ends_it_and_it_goes_on(world):
    words, folder = world
    whole = undisturbed(words, folder)
    slow = SMALL + (
        "import time, scanner.batch.work as w; real = w.Counts.add\n"
        "w.Counts.add = lambda counts, scan: (time.sleep(0.003), real(counts, scan))\n"
    )
    process = subprocess.Popen(command(*words("i", "--workers", "2"), before=slow), stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not list((folder / "i.run").glob("0*.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in said
    assert not (folder / "i.jsonl").exists()
    assert scan(*words("i")).returncode == 2
    assert files(folder, "i") == whole


def test_the_workers_of_a_killed_run_do_not_live_on(world):
    words, _folder = world
    slow = SMALL + "import time, scanner.batch.work as w; w.Counts.add = lambda s, x: time.sleep(.01)\n"
    with subprocess.Popen(command(*words("o", "--workers", "2"), before=slow), stderr=subprocess.DEVNULL) as process:
        deadline, workers = time.monotonic() + 60, []
        while len(workers) < 2 and time.monotonic() < deadline:
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
            workers = children.read_text().split() if children.exists() else pytest.skip("needs /proc")
            time.sleep(0.02)
        process.kill()
    alive = workers
    while alive and time.monotonic() < deadline:
        alive = [pid for pid in workers if Path(f"/proc/{pid}").exists() and _state(pid) != "Z"]
        time.sleep(0.05)
    assert not alive and len(workers) == 2


def _state(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


@pytest.mark.parametrize("limit", [3_000, 40_000])
def test_a_disk_that_fills_up_is_an_error_and_it_goes_on(world, limit):
    words, folder = world
    whole = undisturbed(words, folder)

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    full = scan(*words("f"), preexec_fn=small_files)
    assert full.returncode == 2
    assert b"File too large" in full.stderr and b"Traceback" not in full.stderr
    assert not (folder / "f.jsonl").exists()
    assert scan(*words("f")).returncode == 2
    assert files(folder, "f") == whole


def test_other_packs_are_refused_unless_mixing_is_allowed(world):
    words, folder = world
    trap = SMALL + TRAP.format(count=9, before=True)
    assert scan(*words("p"), before=trap).returncode == -signal.SIGKILL
    newer = make_packs(folder, "2")
    refused = scan(*words("p", "--packs", newer))
    assert refused.returncode == 2
    assert b"begun with other versions of test-goods" in refused.stderr
    assert not (folder / "p.jsonl").exists()
    assert scan(*words("p", "--packs", newer, "--mixed-packs")).returncode == 2
    lines = (folder / "p.jsonl").read_text(encoding="utf-8").splitlines()
    made_by = [json.loads(line)["packs"]["test-goods"] for line in lines]
    assert len(made_by) == 898
    assert made_by == sorted(made_by) and set(made_by) == {"1", "2"}


def test_another_input_is_refused(world):
    words, folder = world
    trap = SMALL + TRAP.format(count=9, before=True)
    assert scan(*words("p"), before=trap).returncode == -signal.SIGKILL
    source = folder / "a.jsonl"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace("hello", "jello", 1), encoding="utf-8")
    refused = scan(*words("p"))
    assert (refused.returncode, b"the input is not the one" in refused.stderr) == (2, True)
    source.write_text("".join(text.splitlines(keepends=True)[:20]), encoding="utf-8")
    assert b"the input is not the one" in scan(*words("p")).stderr
    source.write_text(text, encoding="utf-8")
    assert scan(*words("p")).returncode == 2


def test_other_options_are_refused(world):
    words, _ = world
    trap = SMALL + TRAP.format(count=9, before=True)
    assert scan(*words("p"), before=trap).returncode == -signal.SIGKILL
    refused = scan(*words("p", "--kind", "listing"))
    assert b"a checkpoint of another run (kind)" in refused.stderr


def test_a_finished_run_is_not_done_again(world):
    words, folder = world
    whole = undisturbed(words, folder)
    stamp = (folder / "whole.jsonl").stat().st_mtime_ns
    again = scan(*words("whole"))
    assert again.returncode == 2
    assert b"is complete; nothing was done" in again.stderr
    assert (folder / "whole.jsonl").stat().st_mtime_ns == stamp
    (folder / "whole.jsonl").unlink()
    assert scan(*words("whole")).returncode == 2
    assert files(folder, "whole") == whole


def test_two_runs_do_not_share_a_checkpoint(world):
    fcntl = pytest.importorskip("fcntl")
    words, folder = world
    undisturbed(words, folder)
    with (folder / "whole.run" / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert b"another run is using this checkpoint" in scan(*words("whole")).stderr


def test_what_a_checkpoint_holds_is_for_its_owner_only(world):
    words, folder = world
    undisturbed(words, folder)
    assert (folder / "whole.run").stat().st_mode & 0o077 == 0


def test_a_checkpoint_wants_an_output(world):
    _words, folder = world
    source = str(folder / "a.jsonl")
    result = scan("scan", source, "--checkpoint", str(folder / "x"))
    assert (result.returncode, b"needs --output" in result.stderr) == (2, True)
    assert not (folder / "x").exists()


def test_a_report_after_a_kill_counts_everything(world):
    words, folder = world
    trap = SMALL + TRAP.format(count=9, before=True)
    page = str(folder / "report.html")
    assert scan(*words("p", "--report", page), before=trap).returncode == -signal.SIGKILL
    assert scan(*words("p", "--report", page)).returncode == 2
    assert "898" in Path(page).read_text(encoding="utf-8")


def test_gzip_output_goes_on_too(world):
    words, folder = world
    assert scan(*words("whole", suffix=".jsonl.gz")).returncode == 2
    trap = SMALL + TRAP.format(count=9, before=True)
    assert scan(*words("k", suffix=".jsonl.gz"), before=trap).returncode == -signal.SIGKILL
    assert scan(*words("k", suffix=".jsonl.gz")).returncode == 2
    assert gzip.decompress(files(folder, "k", ".jsonl.gz")[0]) == gzip.decompress(
        files(folder, "whole", ".jsonl.gz")[0]
    )
