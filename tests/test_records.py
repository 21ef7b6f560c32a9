"""Records: what is accepted, what is refused and with which words, and the readers that feed them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.batch import lines
from scanner.batch.readers import Reading, find_sources, read_messages
from scanner.batch.writers import JsonlWriter, _cell
from scanner.errors import InputError
from scanner.model import AuthorisedMark, Merchant, Message, Scan
from scanner.records import dump_json, parse_line, parse_record

SHANGHAI = timezone(timedelta(hours=8))


def parse(**fields: object) -> Message:
    return parse_record(fields, where="chat.jsonl:3")


def refusal(**fields: object) -> str:
    with pytest.raises(InputError) as caught:
        parse(**fields)
    return str(caught.value)


def test_a_text_is_all_a_record_needs():
    assert parse(text="hello") == Message(text="hello", id="chat.jsonl:3")


def test_every_field_arrives():
    message = parse(
        id="m1",
        text="shoes",
        kind="listing",
        title="Sandals",
        role="buyer",
        category="Shoes > Sandals",
        at="2021-08-31T14:05:00+08:00",
        conversation="c",
        sender="s",
        previous=["a", "b"],
        channel="outside",
        context="reasonable",
        buyer_requested=True,
        unknown={"is": "ignored"},
    )
    assert message == Message(
        id="m1",
        text="shoes",
        kind="listing",
        title="Sandals",
        role="buyer",
        category="Shoes > Sandals",
        at=datetime(2021, 8, 31, 14, 5, tzinfo=SHANGHAI),
        conversation="c",
        sender="s",
        previous=("a", "b"),
        channel="outside",
        context="reasonable",
        buyer_requested=True,
    )


def test_the_merchant_arrives():
    marks = ["SCANIA", {"mark": "WAHL", "category": "Barber", "territory": "DE", "from": "2021-01-01"}]
    message = parse(
        text="",
        merchant={
            "id": 7,
            "registered_contacts": ["+86 20 0000 4417"],
            "authorised_marks": marks,
            "trade_assurance": {"signed": True, "opened": False},
        },
    )
    assert message.merchant == Merchant(
        id="7",
        registered_contacts=("+86 20 0000 4417",),
        authorised_marks=(
            AuthorisedMark("SCANIA"),
            AuthorisedMark("WAHL", category="Barber", territory="DE", since=date(2021, 1, 1)),
        ),
        ta_signed=True,
        ta_opened=False,
    )


def test_trade_assurance_true_is_signed_and_opened():
    merchant = parse(text="", merchant={"trade_assurance": True}).merchant
    assert merchant is not None
    assert (merchant.ta_signed, merchant.ta_opened) == (True, True)


def test_messages_stand_instead_of_text():
    message = parse(messages=["sky", "pe"])
    assert (message.messages, message.text, message.pieces()) == (("sky", "pe"), "", ("sky", "pe"))


def test_null_is_absent():
    assert parse(text="a", title=None, at=None, merchant=None, kind=None) == parse(text="a")


def test_numbers_are_accepted_as_ids():
    assert (parse(text="", id=17).id, parse(text="", id="").id) == ("17", "chat.jsonl:3")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "no `text`; add it, or `messages`"),
        ({"text": None}, "no `text`"),
        ({"text": 5}, "`text` is a number; write a string"),
        ({"text": True}, "`text` is true/false"),
        ({"text": ["a"]}, "`text` is a list"),
        ({"text": "a", "messages": ["b"]}, "both `text` and `messages`; keep one"),
        ({"messages": []}, "`messages` is empty"),
        ({"messages": "abc"}, "`messages` is a string; write a list of strings"),
        ({"messages": ["a", 5]}, "`messages[1]` is a number"),
        ({"messages": ["a"], "previous": ["b"]}, "both `messages` and `previous`"),
        ({"text": "", "kind": "email"}, "`kind` has an unknown value; write message or listing"),
        ({"text": "", "role": "Seller"}, "`role` has an unknown value; write seller or buyer"),
        ({"text": "", "role": 1}, "`role` is a number"),
        ({"text": "", "channel": "x"}, "`channel` has an unknown value; write onsite or outside"),
        ({"text": "", "context": "x"}, "`context` has an unknown value; write reasonable or unreasonable"),
        ({"text": "", "title": "T"}, '`title` on a message, which has none; add "kind": "listing"'),
        ({"text": "", "at": "yesterday"}, "`at` is no ISO 8601 time; write it as 2021-08-31T14:05:00+08:00"),
        ({"text": "", "at": "2021-08-31T14:05:00"}, "`at` has no offset; add one"),
        ({"text": "", "at": 1630000000}, "`at` is a number; write a string"),
        ({"text": "", "buyer_requested": "yes"}, "`buyer_requested` is a string; write true or false"),
        ({"text": "", "merchant": "m"}, "`merchant` is a string; write an object"),
        ({"text": "", "merchant": {"id": []}}, "merchant: `id` is a list"),
        (
            {"text": "", "merchant": {"registered_contacts": "x"}},
            "merchant: `registered_contacts` is a string",
        ),
        ({"text": "", "merchant": {"authorised_marks": "x"}}, "merchant: `authorised_marks` is a string"),
        ({"text": "", "merchant": {"authorised_marks": [{}]}}, "merchant: authorised_marks[0] names no mark"),
        (
            {"text": "", "merchant": {"authorised_marks": [{"mark": "A", "until": "x"}]}},
            "`until` is no date; write it as 2021-08-31",
        ),
        (
            {"text": "", "merchant": {"trade_assurance": "on"}},
            "`trade_assurance` is a string; write true, false",
        ),
    ],
)
def test_a_wrong_record_says_what_where_and_the_cure(fields, words):
    text = refusal(**fields)
    assert text.startswith("chat.jsonl:3")
    assert words in text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"text": "a', "the line ends too early"),
        ('{"text": "a"} {"text": "b"}', "write one record per line"),
        ("[1, 2", "write one object per line instead of one array"),
        ("{'text': 'a'}", "use double quotes"),
        ('{"text": NaN}', "NaN is no JSON value"),
        ('{"text": ' + "[" * 100_000, "nested too deeply"),
        ('{"id": ' + "9" * 5000 + "}", "not JSON"),
        ('"text"', "a record is a string; write an object"),
        ("null", "a record is null"),
    ],
)
def test_a_line_that_is_no_record_says_what_to_do(line, words):
    with pytest.raises(InputError, match=r"chat\.jsonl:9") as caught:
        parse_line(line, where="chat.jsonl:9")
    assert words in str(caught.value)


def test_errors_never_quote_the_text():
    assert "secret" not in refusal(text="secret", kind="secret")
    with pytest.raises(InputError) as caught:
        parse_line('{"text": "secret', where="x:1")
    assert "secret" not in str(caught.value)


def test_a_zone_is_lent_to_times_without_one():
    at = parse_record({"text": "", "at": "2021-08-31T14:05:00"}, where="x:1", tz=SHANGHAI).at
    assert at == datetime(2021, 8, 31, 6, 5, tzinfo=UTC)


def test_lone_surrogates_come_in_and_go_out_escaped():
    message = parse_line('{"text": "a\\ud800b"}', where="x:1")
    assert message.text == "a\ud800b"
    assert dump_json({"text": message.text}) == '{"text": "a\\ud800b"}'
    assert json.loads(dump_json(message.text)) == message.text


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda s: st.lists(s) | st.dictionaries(st.text(), s),
    )
)
def test_any_value_in_any_field_is_a_message_or_an_input_error(value):
    for field in ("text", "messages", "kind", "at", "merchant", "previous", "id", "buyer_requested"):
        try:
            assert isinstance(parse(**{"text": "", field: value}), Message)
        except InputError as error:
            assert str(error).startswith("chat.jsonl:3")


# Readers


def read(path: Path, **how: object) -> list[Message | InputError]:
    return list(read_messages(find_sources([str(path)]), Reading(tz=UTC, **how)))  # type: ignore[arg-type]


def texts(rows: list[Message | InputError]) -> list[str]:
    return [row.text if isinstance(row, Message) else f"ERROR {row}" for row in rows]


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def test_a_broken_line_is_reported_and_the_others_are_read(tmp_path):
    path = write(tmp_path, "a.jsonl", '{"text": "one"}\n\n{"text": \n[1]\n{"text": "four"}')
    one, broken, listed, four = read(path)
    assert (one, four) == (Message(text="one", id=f"{path}:1"), Message(text="four", id=f"{path}:5"))
    assert str(broken).startswith(f"{path}:3: not JSON")
    assert str(listed).startswith(f"{path}:4: a JSON value that is no record")


def test_an_array_is_one_error_not_one_per_line(tmp_path):
    rows = read(write(tmp_path, "a.json", '[\n{"text": "one"},\n{"text": "two"}\n]'))
    assert len(rows) == 1
    assert "one JSON array; write one object per line" in str(rows[0])


def test_txt_has_a_record_per_line(tmp_path):
    path = write(tmp_path, "a.txt", "﻿one\r\n\n two\x00\n")
    rows = read(path)
    assert texts(rows) == ["one", " two\x00"]
    assert [row.id for row in rows if isinstance(row, Message)] == [f"{path}:1", f"{path}:3"]


def test_csv_has_the_same_columns_with_nested_values_as_json(tmp_path):
    content = (
        "\ufeffid,text,kind,title,buyer_requested,merchant,other\r\n"
        '1,"a, ""quoted""\nover two lines",listing,T,true,"{""id"": ""m""}",x\r\n'
        "2,plain,,,,,\r\n"
    )
    first, second = read(write(tmp_path, "a.csv", content))
    assert first == Message(
        id="1",
        text='a, "quoted"\nover two lines',
        kind="listing",
        title="T",
        buyer_requested=True,
        merchant=Merchant(id="m"),
    )
    assert second == Message(id="2", text="plain")


def test_csv_columns_may_be_capitalised(tmp_path):
    assert texts(read(write(tmp_path, "a.csv", "ID;Text\n1;a,b\n"))) == ["a,b"]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_csv_delimiters_are_found(tmp_path, delimiter):
    rows = read(write(tmp_path, "a.csv", f"id{delimiter}text\n1{delimiter}a,b\n"))
    assert texts(rows) == ["a,b"]


def test_csv_rows_that_are_wrong_are_reported_by_line(tmp_path):
    content = 'id,text,merchant\n1,a,b,c\n2,"x"y,\n3,ok,\n4,z,{broken\n5,fine,\n'
    path = write(tmp_path, "a.csv", content)
    rows = [str(row) if isinstance(row, InputError) else row.text for row in read(path)]
    assert rows[0].startswith(f"{path}:2: 4 cells under 3 columns")
    assert rows[1].startswith(f"{path}:3: not CSV")
    assert rows[2] == "ok"
    assert rows[3].startswith(f"{path}:5: `merchant`: not JSON")
    assert rows[4] == "fine"


def test_a_csv_quote_that_never_closes_is_an_error_where_it_opens(tmp_path):
    path = write(tmp_path, "a.csv", 'text\none\n"two\nthree\n')
    rows = read(path)
    assert texts(rows)[0] == "one"
    assert str(rows[1]).startswith(f"{path}:3: not CSV")
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("content", "words"), [("id,txt\n1,a\n", "no column `text`"), ("text,text\na,b\n", "column text twice")]
)
def test_csv_headers_that_are_wrong_are_one_error(tmp_path, content, words):
    (row,) = read(write(tmp_path, "a.csv", content))
    assert words in str(row)


def test_bytes_that_are_no_utf8_are_reported_and_encodings_can_be_named(tmp_path):
    path = write(tmp_path, "a.txt", "加微信\nok\n".encode("gb18030"))
    assert [isinstance(row, InputError) for row in read(path)] == [True, False]
    assert "save the file as UTF-8 or name its --encoding" in str(read(path)[0])
    assert texts(read(path, encoding="gb18030")) == ["加微信", "ok"]


def test_utf16_is_told_apart(tmp_path):
    (row,) = read(write(tmp_path, "a.txt", "hello\nthere".encode("utf-16")))
    assert "UTF-16; save it as UTF-8" in str(row)


def test_a_line_beyond_the_bound_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "MAX_LINE", 1000)
    path = write(tmp_path, "a.txt", "one\n" + "x" * 5000 + "\nthree\n" + "y" * 999)
    rows = texts(read(path))
    assert rows[0::2] == ["one", "three"]
    assert rows[1].startswith(f"ERROR {path}:2: a line of over")
    assert rows[3] == "y" * 999


def test_defaults_fill_what_a_record_leaves_out(tmp_path):
    path = write(tmp_path, "a.jsonl", '{"text": "a"}\n{"text": "b", "kind": "message"}\n{"text": "c", "kind": null}')
    kinds = [row.kind for row in read(path, defaults={"kind": "listing"}) if isinstance(row, Message)]
    assert kinds == ["listing", "message", "listing"]


def test_a_folder_gives_its_files_sorted_and_none_hidden(tmp_path):
    for name in ("b.txt", "a.jsonl", ".hidden.txt", "c.pdf", "sub/d.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write(tmp_path, name, "")
    found = [Path(name).relative_to(tmp_path).as_posix() for name in find_sources([str(tmp_path)])]
    assert found == ["a.jsonl", "b.txt", "sub/d.csv"]


def test_missing_files_and_empty_folders_are_named(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        find_sources([str(tmp_path / "nothing.txt")])
    with pytest.raises(InputError, match="no file to read in it"):
        find_sources([str(tmp_path)])


def test_empty_files_have_no_records(tmp_path):
    assert [read(write(tmp_path, f"a.{suffix}", "")) for suffix in ("jsonl", "csv", "txt")] == [[], [], []]


def test_result_lines_made_from_the_same_mould_are_those_of_the_scan():
    packs = {"a": "1"}
    scans = [
        Scan(decision="allow", packs=packs, engine="1", text_start=0),
        Scan(decision="allow", packs=packs, engine="1", text_start=17),
        Scan(decision="review", packs=packs, engine="1", text_start=17, degraded=("truncation",)),
        Scan(decision="allow", packs={"a": "2"}, engine="1"),
    ]
    stream = BytesIO()
    writer = JsonlWriter(stream)
    for scan in scans:
        writer.write(Message(text="", id="x"), scan)
    lines = stream.getvalue().decode().splitlines()
    assert lines == [dump_json(replace(scan, id="x").to_dict()) for scan in scans]


@pytest.mark.parametrize("text", ["=1+1", "+86138", "-1", "@SUM(A1)", "\t=1", "＝1", "|cmd"])
def test_csv_cells_cannot_be_formulas(text):
    assert _cell(text) == "'" + text


def test_csv_cells_that_are_no_formulas_stay():
    assert [_cell(value) for value in ("a=b", 5, None, [], ["x"])] == ["a=b", 5, "", "", '["x"]']
