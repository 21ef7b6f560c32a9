"""The commands of the rules and the ledger, end to end on one ledger."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from scanner.assess import Ledger
from scanner.cli import cli
from tests.ledger.helpers import T0, FakeScanner, message

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "fixtures/policy/scenarios.jsonl"
PACK = """
[pack]
name = "listed"
category = "contact"
version = "1.0"
source = "a test"
licence = "none"

[[rule]]
id = "listed.whatsapp"
term = "whatsapp"
why = "names a messenger"
forms = ["my whatsapp"]
hits = ["write to ⟦my whatsapp⟧"]
"""


class Desk:
    """One ledger and the packs to read with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.packs = folder / "pack.toml"
        self.packs.write_text(PACK, "utf-8")
        self.ledger = str(folder / "ledger.db")

    def run(self, *args: str, code: int = 0, reads: bool = False, text: str | None = None) -> Result:
        packs = ["--packs", str(self.packs)] if reads else []
        at = [] if args[0] == "policy" else ["--ledger", self.ledger]
        result = CliRunner().invoke(cli, [*args, *at, *packs], input=text)
        assert result.exit_code == code, result.output + repr(result.exception)
        return result

    def lines(self, *args: str, **more: Any) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run(*args, **more).stdout.splitlines()]

    def write(self, name: str, *rows: dict[str, Any]) -> str:
        path = self.folder / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        return str(path)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def row(number: int, text: str = "please use my whatsapp", **more: Any) -> dict[str, Any]:
    fields = {
        "id": f"m{number}",
        "text": text,
        "at": f"2021-09-{number:02}T10:00:00-07:00",
        "merchant": {"id": "jetabcy1"},
        "conversation": f"c{number}",
        "sender": "s",
    }
    return {**fields, **more}


def guilty(desk: Desk, count: int = 2) -> list[dict[str, Any]]:
    path = desk.write("chat.jsonl", *(row(number) for number in range(1, count + 1)))
    return desk.lines("assess", path, "--policy", "alibaba-2021-08", code=1, reads=True)


def test_assess_says_what_follows_and_a_dry_run_writes_nothing(desk: Desk) -> None:
    path = desk.write("chat.jsonl", row(1), row(2), row(3, "hello"))
    dry = desk.lines("assess", path, "--policy", "alibaba-2021-08", "--dry-run", code=1, reads=True)
    assert not Path(desk.ledger).exists()
    real = desk.lines("assess", path, "--policy", "alibaba-2021-08", code=1, reads=True)
    assert [line["charges"][0]["says"] for line in real[:2]] == [
        "offence 1 under R1: a warning, balance 0; the next costs 3 points",
        "offence 2 under R1: 3 points, balance 3; the next costs 3 points",
    ]
    assert real[2]["charges"] == []
    assert [line["charges"][0]["points"] for line in dry[:2]] == [0, 3]
    again = desk.lines("assess", path, reads=True)
    assert [line["charges"][0]["reason"] for line in again[:2]] == ["duplicate", "duplicate"]


def test_rows_that_cannot_be_assessed_are_reported_and_the_others_are(desk: Desk) -> None:
    path = desk.write("chat.jsonl", row(1), {**row(2), "at": None}, {**row(3), "merchant": None}, row(4))
    result = desk.run("assess", path, code=2, reads=True)
    assert len(result.stdout.splitlines()) == 2
    assert "offset" in result.stderr and "merchant.id" in result.stderr


def test_merchant_shows_standing_and_the_next_cost(desk: Desk) -> None:
    guilty(desk)
    desk.run("merchant", "set", "jetabcy1", "--at", "2021-09-01", "--ta", "--company", "泉州市甲乙丙轻纺有限公司")
    (found,) = desk.lines("merchant", "jetabcy1")
    assert (found["balance"], found["counts"]) == (3, {"off_platform": 2})
    assert found["next"]["off_platform"] == "3 points"
    assert found["trade_assurance"] == {"signed": True, "opened": True}
    assert [item["offence_no"] for item in found["history"]] == [2, 1]


def test_review_uphold_dismiss_export(desk: Desk) -> None:
    path = desk.write("chat.jsonl", row(1), row(2))
    desk.run("assess", path, "--policy", "alibaba-2021-08", "--budget", "1", code=1, reads=True)
    (waiting,) = desk.lines("review", "list")
    assert (waiting["ref"], waiting["why"]) == ("m2", "budget")
    (upheld,) = desk.lines("review", "uphold", str(waiting["charge"]), "--by", "ann", "--at", "2021-09-03T00:00:00Z")
    assert (upheld["action"], upheld["points"]) == ("points", 3)
    assert desk.lines("review", "list") == []
    desk.run("revoke", "--merchant", "jetabcy1", "--rule", "off_platform", "--ref", "m1", "--by", "ann")
    exported = {case["id"]: case["expect"] for case in desk.lines("review", "export")}
    assert exported["m1"] == []
    assert exported["m2"][0]["evidence"] == "my whatsapp"


def test_notices_are_masked_and_final_and_the_letter_is_served(desk: Desk) -> None:
    guilty(desk)
    desk.run("merchant", "set", "jetabcy1", "--at", "2021-09-01", "--company", "泉州市甲乙丙轻纺有限公司")
    text = desk.run("notice", "--since", "2021-09-01", "--until", "2021-10-01").stdout
    assert "2021-09-02  jet***y1  泉州市甲****有限公司" in text and "扣3分" in text
    assert "jetabcy1" not in text and "甲乙丙" not in text
    page = desk.run("notice", "--since", "2021-09-01", "--until", "2021-10-01", "--format", "html").stdout
    assert "jet***y1" in page and "<script" not in page
    assert desk.run("notice", "--since", "2021-10-01", "--until", "2021-11-01").stdout.count("jet") == 0
    letter = desk.run("notice", "--merchant", "jetabcy1", "--serve", "--at", "2021-09-05T00:00:00Z").stdout
    for part in (
        "违规处罚通知",
        "Notice of a penalty",
        "my whatsapp",
        "L1093",
        "扣 3 分",
        "再次违反同一规则的后果：扣 3 分",
    ):
        assert part in letter
    assert "nothing to serve" in desk.run("notice", "--merchant", "jetabcy1").stderr


def test_ground_and_deadline_stand_in_the_letter_of_an_appealable_penalty(desk: Desk) -> None:
    with Ledger(desk.ledger, policy="alibaba-2021-08", scanner=FakeScanner()) as ledger:  # type: ignore[arg-type]
        ledger.set_facts("acme", {"ta_signed": True, "ta_opened": True}, at=T0)
        ledger.assess(message("[trade_assurance refusal]", 1, buyer_requested=True))
    letter = desk.run("notice", "--merchant", "acme").stdout
    assert "2021-09-09T05:00:00-07:00" in letter
    assert "买家要求不操作信用保障订单" in letter
    (filed,) = desk.lines("appeal", "file", "acme", "ta_refusal", "m1", "--ground", "a", "--at", "2021-09-04T00:00:00Z")
    assert filed["appeal"] == "admitted"
    assert [item["pending"] for item in desk.lines("appeal", "list")] == [True]
    assert (
        "acme" not in desk.run("notice", "--since", "2021-09-01", "--until", "2021-10-01", "--least", "warning").stdout
    )
    (decided,) = desk.lines("appeal", "decide", "acme", "ta_refusal", "m1", "--accept", "--by", "ann")
    assert decided["reason"] == "accepted"
    (late,) = desk.lines("appeal", "decide", "acme", "ta_refusal", "m1", "--reject", "--by", "ann", code=1)
    assert late["reason"] == "no_admitted_appeal"


def test_a_case_file_stands_alone(desk: Desk) -> None:
    guilty(desk)
    out = str(desk.folder / "case.json")
    desk.run("case", "2", "--out", out)
    file = json.loads(Path(out).read_text("utf-8"))
    assert file["conduct"]["ref"] == "m2" and file["packs"]["packs"] == {"listed": "1.0"}
    assert "holds" in desk.run("case", out, "--replay", reads=True).stdout
    page = desk.run("case", "2", "--format", "html").stdout
    assert "<mark" in page and "<script" not in page and "http" not in page.split("JSON")[0].replace("http-equiv", "")
    for part, name, value in (("charge", "points", 9), ("charge", "offence_no", 7), ("rule", "id", "x")):
        bent = {**file, part: {**file[part], name: value}}
        Path(out).write_text(json.dumps(bent), "utf-8")
        assert "proof" in desk.run("case", out, "--replay", code=1, reads=True).stderr
    for broken in ([], {}, {**file, "evidence": 5}, {**file, "proof": {}}, {**file, "charge": None}):
        Path(out).write_text(json.dumps(broken), "utf-8")
        assert "no case file" in str(desk.run("case", out, "--replay", code=2, reads=True).output)
    file["proof"]["event"][7] += 1
    Path(out).write_text(json.dumps(file), "utf-8")
    assert "proof" in desk.run("case", out, "--replay", code=1, reads=True).stderr
    desk.run("case", "99", code=2)


def test_verify_seal_hold_erase(desk: Desk) -> None:
    guilty(desk)
    seal = desk.run("ledger", "seal").stdout
    kept = desk.folder / "seal.json"
    kept.write_text(seal)
    desk.run("ledger", "hold", "--merchant", "jetabcy1", "--why", "court order 7", "--by", "ann")
    (hold,) = desk.lines("ledger", "hold")
    refused = desk.run("ledger", "erase", "--merchant", "jetabcy1", "--yes", code=2)
    assert "court order 7" in refused.stderr
    desk.run("ledger", "hold", "--release", str(hold["seq"]))
    before = desk.lines("merchant", "jetabcy1")[0]["balance"]
    desk.run("ledger", "erase", "--merchant", "jetabcy1", "--yes")
    assert "ok" in desk.run("ledger", "verify", "--sealed", str(kept)).stdout
    assert desk.lines("merchant", "jetabcy1")[0]["balance"] == before
    desk.run("ledger", "verify", "--sealed", '{"seq": 1, "hash": "00"}', code=1)
    desk.run("ledger", "erase", "--yes", code=2)


def test_revoke_a_pack_version_with_a_preview(desk: Desk) -> None:
    guilty(desk, 3)
    asked = desk.run("revoke", "--pack", "listed", "--version", "1.0", "--since", "2021-09-01", code=1, text="n\n")
    assert '"offences": 3' in asked.stderr
    assert desk.lines("merchant", "jetabcy1")[0]["counts"] == {"off_platform": 3}
    (done,) = desk.lines("revoke", "--pack", "listed", "--version", "1.0", "--since", "2021-09-02", "--yes")
    assert done == {"taken_back": 2}
    assert desk.lines("merchant", "jetabcy1")[0]["counts"] == {"off_platform": 1}


def test_pause_adopt_backtest_info(desk: Desk) -> None:
    guilty(desk, 4)
    desk.run("ledger", "pause", "--by", "ann")
    assert desk.lines("ledger", "info")[0]["paused"] is True
    desk.run("ledger", "resume", "--by", "ann")
    result = CliRunner().invoke(cli, ["policy", "backtest", "--policy", "three-strikes", desk.ledger])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["points"]["was"] == 12
    assert "event" in desk.run("ledger", "adopt", "alibaba-points").stdout
    assert desk.lines("ledger", "info")[0]["policy"].startswith("alibaba-points")


def test_policy_commands(desk: Desk) -> None:
    assert desk.run("policy", "check").stdout.count("ok:") == 3
    assert "R1 off_platform" in desk.run("policy", "show", "alibaba-2021-08").stdout
    assert "expiry_days" in desk.run("policy", "diff", "alibaba-2021-08", "alibaba-points", code=1).stdout
    broken = desk.folder / "broken.toml"
    broken.write_text('[policy]\nname = "x"\n', "utf-8")
    assert "version: is missing" in desk.run("policy", "check", str(broken), code=1).stderr


def test_replay_prints_a_line_per_scenario_and_fails_on_a_difference(desk: Desk) -> None:
    lines = desk.lines("policy", "replay", str(SCENARIOS))
    assert len(lines) == len(SCENARIOS.read_text("utf-8").splitlines())
    assert all(set(line) == {"id", "results", "final", "differs"} and not line["differs"] for line in lines)
    first = json.loads(SCENARIOS.read_text("utf-8").splitlines()[0])
    first["expect"][0]["points"] = 99
    path = desk.write("changed.jsonl", first, {**first, "expect": None, "final": None})
    changed, silent = desk.lines("policy", "replay", path, code=1)
    assert changed["differs"] == ["event 1: points is 0, expected 99"] and silent["differs"] == []
    Path(path).write_text("{not json\n", "utf-8")
    desk.run("policy", "replay", path, code=2)


def test_masks(desk: Desk) -> None:
    path = ROOT / "fixtures/policy/masks.jsonl"
    assert not any(line["differs"] for line in desk.lines("policy", "masks", str(path)))
    wrong = desk.write("masks.jsonl", {"id": "k", "kind": "member_id", "input": "hcabch4", "expected": "x"})
    assert desk.lines("policy", "masks", wrong, code=1) == [{"id": "k", "output": "hc***h4", "differs": True}]


def test_charges_against_a_fair_officers(desk: Desk) -> None:
    labels = desk.write(
        "labels.jsonl",
        {"conversation": "c1", "innocent": False, "charges": [{"rule": "off_platform", "message": "m1"}]},
        {"conversation": "c2", "innocent": True, "charges": []},
    )
    rows = desk.write("rows.jsonl", row(1), row(2, "hello there"))
    packs = ["--packs", str(desk.packs)]
    fine = CliRunner().invoke(cli, ["policy", "charges", labels, rows, *packs])
    assert fine.exit_code == 0 and "innocent: no charge in 1 of 1" in fine.stdout
    rows = desk.write("rows.jsonl", row(1), row(2))
    missed = CliRunner().invoke(cli, ["policy", "charges", labels, rows, *packs])
    assert missed.exit_code == 1 and '"conversation": "c2"' in missed.stdout


def test_a_missing_ledger_is_named(desk: Desk) -> None:
    assert "there is no ledger" in desk.run("ledger", "verify", code=2).stderr


def test_a_finding_of_ones_own_and_the_second_person(desk: Desk) -> None:
    guilty(desk)
    entered = ("review", "enter", "jetabcy1", "drug_serious", "g1", "--at", "2021-09-05T00:00:00Z", "--by", "ann")
    (first,) = desk.lines(*entered, "--received", "2021-09-06T00:00:00Z")
    assert (first["state"], first["action"]) == ("proposed", "close_store")
    (waiting,) = desk.lines("review", "list")
    assert waiting["upheld_by"] == ["ann"]
    desk.run("review", "uphold", str(waiting["charge"]), "--by", "ann", code=2)
    (second,) = desk.lines("review", "uphold", str(waiting["charge"]), "--by", "bob")
    assert (second["state"], second["balance"]) == ("executed", 51)
    (mark,) = desk.lines(
        "review", "enter", "other", "trademark", "g2", "--points", "6", "--mark", "WAHL", "--by", "ann"
    )
    assert (mark["state"], mark["action"], mark["points"]) == ("executed", "points", 6)
    desk.run("review", "enter", "other", "luck", "g3", code=2)
    desk.run("ledger", "verify")


def test_times_without_an_offset_are_refused_unless_a_zone_is_named(desk: Desk) -> None:
    bare = {**row(1), "at": "2021-09-01T10:00:00"}
    refused = desk.run("assess", desk.write("bare.jsonl", bare), reads=True, code=2)
    assert "has no offset" in refused.stderr and refused.stdout == ""
    path = desk.write("bare.jsonl", bare)
    (taken,) = desk.lines("assess", path, "--tz", "Asia/Shanghai", reads=True, code=1)
    assert taken["charges"][0]["action"] == "warning"
    assert desk.lines("merchant", "jetabcy1")[0]["history"][0]["at"] == "2021-08-31T19:00:00-07:00"


def test_wrong_calls_say_so(desk: Desk) -> None:
    path = desk.write("chat.jsonl", row(1))
    wrong = desk.run("assess", path, "--policy", "nope", reads=True, code=2)
    assert "no policy 'nope'" in str(wrong.exception) + wrong.stderr
    assert not Path(desk.ledger).exists()
    desk.run("policy", "check", "nope.toml", code=2)
    desk.run("assess", path, reads=True, code=1)
    assert "nothing is recorded of jetabcy2" in desk.run("merchant", "jetabcy2").stderr
    desk.run("revoke", "--merchant", "jetabcy1", "--rule", "off_platform", "--ref", "m9", code=1)
    for wanted, rule in (("-4", "trademark"), ("nan", "trademark"), ("3", "off_platform")):
        desk.run("review", "enter", "jetabcy1", rule, "z", f"--points={wanted}", "--mark", "A", code=2)
    desk.run("review", "enter", "jetabcy1", "off_platform", "z", "--measure", "shaming", code=2)
    desk.run("review", "enter", "jetabcy1", "ta_refusal", "z", "--refusal", "maybe", code=2)
    assert desk.lines("merchant", "jetabcy1")[0]["balance"] == 0


def test_a_backtest_says_which_findings_the_other_policy_cannot_judge(desk: Desk) -> None:
    desk.run("assess", desk.write("chat.jsonl", row(1)), reads=True, code=1)
    result = CliRunner().invoke(cli, ["policy", "backtest", desk.ledger, "--policy", "three-strikes"])
    assert "no rule off_platform" in result.stderr and "--rescan" in result.stderr


def test_only_the_filing_that_was_admitted_is_pending(desk: Desk) -> None:
    with Ledger(desk.ledger, policy="alibaba-2021-08", scanner=FakeScanner()) as ledger:  # type: ignore[arg-type]
        ledger.set_facts("acme", {"ta_signed": True, "ta_opened": True}, at=0)
        text = "[trade_assurance refusal]"
        assert ledger.assess(message(text, 1, buyer_requested=True)).charges[0].state == "executed"
    when = T0.isoformat().replace("-01T", "-03T")
    for ground, answer in (("z", "no_ground"), ("a", "admitted"), ("c", "already_appealed")):
        (line,) = desk.lines("appeal", "file", "acme", "ta_refusal", "m1", "--ground", ground, "--at", when)
        assert line["appeal"] == answer
    assert [(line["appeal"], line["pending"]) for line in desk.lines("appeal", "list")] == [
        ("no_ground", False), ("admitted", True), ("already_appealed", False),
    ]  # fmt: skip


def test_facts_are_imported_line_by_line(desk: Desk) -> None:
    path = desk.folder / "facts.jsonl"
    good = {"id": "jetabcy1", "at": "2021-08-01", "registered_contacts": ["sales@example.cn"]}
    lines = [json.dumps(good), "", json.dumps({"id": "a", "at": "2021-08-01"}), "{", json.dumps({**good, "at": "soon"})]
    path.write_text("\n".join(lines), "utf-8")
    said = desk.run("merchant", "import", str(path), code=2)
    assert [f":{number}:" in said.stderr for number in (1, 3, 4, 5)] == [False, True, True, True]
    assert "1 facts recorded" in said.stdout
    desk.run("notice", "--since", "2021-10-01", "--until", "2021-09-01", code=2)
