"""What the pages say and do, through the application, without a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from scanner import Scanner
from scanner.assess import Ledger
from scanner.ledger import decisions, keys, overview, previews, queue
from scanner.ledger.standing import standing
from scanner.ledger.store import Store
from scanner.model import Merchant, Message
from tests.api.console.conftest import token
from tests.api.console.seed import HOSTILE, MERCHANTS, NOW

PAGES = (
    "/",
    "/review",
    "/merchants",
    "/merchants/view?id=shenzhen-lumo",
    "/versions",
    "/overview",
    "/overview?days=all",
)
DISGUISED = "talk on w h a t s a p p +86 138 0013 8000"
AT = int(NOW.timestamp())

pytestmark = pytest.mark.filterwarnings("ignore:SQLite .* has the WAL-reset fault")


def _check(client: TestClient, text: str, *, fragment: bool = True, **more: str) -> str:
    headers = {"hx-request": "true"} if fragment else {}
    answer = client.post("/check", data={"token": token(client), "text": text, **more}, headers=headers)
    assert answer.status_code == 200, answer.text[:500]
    return answer.text


# every page --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_there_and_locked_down(reader: TestClient, path: str) -> None:
    answer = reader.get(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"<script(?![^>]*\ssrc=)|\son\w+=|style=|javascript:", answer.text)
    assert answer.text.count("<h1") == 1 and 'href="#main"' in answer.text


@pytest.mark.parametrize(
    "path", [*PAGES, "/merchants/charge?n=1", f"/merchants/view?id={HOSTILE}", "/review?merchant=<b>"]
)
def test_stored_markup_is_never_markup(reader: TestClient, path: str) -> None:
    text = reader.get(path).text
    assert "<script>alert" not in text and "<img" not in text and "<i>talk" not in text
    assert "\u202e" not in text and "\u200b" not in text


def test_the_files_are_served(reader: TestClient) -> None:
    for name in ("console.css", "console.js", "htmx.min.js", "htmx.LICENSE.txt", "icon.svg"):
        assert reader.get(f"/static/{name}").status_code == 200
    assert reader.get("/static/../pages.py").status_code == 404


def test_what_is_missing_is_told_as_a_page(reader: TestClient) -> None:
    answer = reader.get("/merchants/charge?n=999999")
    assert answer.status_code == 404
    assert "text/html" in answer.headers["content-type"]
    assert reader.get("/versions/packs?set=77").status_code == 404
    assert reader.get("/versions/policy?name=nonsense").status_code == 404


# check -------------------------------------------------------------------------------------------------


def test_a_reviewer_sees_the_disguise_undone_the_rule_and_the_reason(reader: TestClient) -> None:
    html = _check(reader, DISGUISED)
    assert "WhatsApp +86 138 0013 8000" in html
    assert "contact.whatsapp" in html and "letters set apart" in html and "Names WhatsApp" in html
    assert '<mark class="violation"' in html and 'href="#hit-1"' in html


def test_the_field_gets_its_marks_where_they_are(reader: TestClient) -> None:
    html = _check(reader, f"hello\n{DISGUISED} please")
    under = re.search(r'hx-target="#under"[^>]*>(.*?)</hx-partial>', html, re.DOTALL)
    assert under is not None
    assert under[1] == f'hello\ntalk on <mark class="violation">{DISGUISED[8:]}</mark> please'


def test_a_seller_is_not_taught_what_was_seen_through(reader: TestClient) -> None:
    html = _check(reader, f"{DISGUISED}, mail me: john (at) gmail dot com", view="seller")
    assert "leads the buyer to talk or trade somewhere else" in html
    for secret in (
        "WhatsApp",
        "letters set apart",
        "contact.whatsapp",
        "score",
        "spelled",
        "e-mail",
        "<mark",
        "reads as",
    ):
        assert secret not in html.replace("e-mail me", "")


def test_a_seller_is_shown_what_stands_there_plainly(reader: TestClient) -> None:
    html = _check(reader, "contact me: john@acme-trade.com", view="seller")
    assert "An e-mail address stands in the text." in html
    assert '<mark class="violation" title="change this">' in html


def test_a_sellers_clean_text_is_good_to_go(reader: TestClient) -> None:
    assert "Good to go" in _check(reader, "USD 1.20/pc FOB Ningbo, 36 pcs/ctn", view="seller")


def test_previews_of_a_merchant_are_counted_and_shown_in_review(desk: TestClient, month: Path) -> None:
    with Ledger(month) as ledger:
        before = previews.asked(ledger, ["saigon-bamboo"], AT)["saigon-bamboo"]
    _check(desk, DISGUISED, view="seller", merchant="saigon-bamboo")
    _check(desk, "500 pcs", view="seller", merchant="saigon-bamboo")
    with Ledger(month) as ledger:
        after = previews.asked(ledger, ["saigon-bamboo"], AT)["saigon-bamboo"]
    assert after == {"asked": before["asked"] + 2, "found": before["found"] + 1}
    assert f"Previews in 30 days</dt><dd>{after['asked']}" in desk.get("/merchants/view?id=saigon-bamboo").text
    case = next(item for item in _waiting(month) if item.merchant == "shenzhen-lumo")
    assert "Asked for 23 previews in 30 days" in desk.get(f"/review?charge={case.charge}").text


def test_a_reviewers_check_counts_as_nobodys_preview(desk: TestClient, month: Path) -> None:
    _check(desk, DISGUISED, merchant="saigon-bamboo")
    with Ledger(month) as ledger:
        assert previews.asked(ledger, ["saigon-bamboo"], AT)["saigon-bamboo"]["asked"] == 0


def test_a_seller_who_tries_too_fast_has_to_wait(desk: TestClient) -> None:
    given = {"token": token(desk), "text": DISGUISED, "view": "seller"}
    answers = [desk.post("/check", data=given, headers={"hx-request": "true"}) for _ in range(40)]
    last = answers[-1]
    assert last.status_code == 429
    assert int(last.headers["retry-after"]) >= 1
    assert "Too many checks" in last.text and "<html" not in last.text
    assert sum(one.status_code == 200 for one in answers) < 30


def test_a_day_has_so_many_previews_of_a_merchant(desk: TestClient, month: Path) -> None:
    with Ledger(month) as ledger:
        for _ in range(300):
            previews.count(ledger, "yiwu-glamour-star", AT, found=True)
    given = {"token": token(desk), "text": DISGUISED, "view": "seller", "merchant": "yiwu-glamour-star"}
    assert desk.post("/check", data=given).status_code == 429


def test_the_cost_comes_from_a_dry_run_that_leaves_no_trace(desk: TestClient, month: Path) -> None:
    with Ledger(month) as ledger:
        before = ledger.store.head
    html = _check(desk, DISGUISED, merchant="hangzhou-tea-hill")
    assert "What it would cost" in html and "offence" in html
    with Ledger(month) as ledger:
        assert ledger.store.head == before


def test_a_chat_is_read_in_windows_with_both_sides(reader: TestClient) -> None:
    html = _check(reader, "buyer: hello\nseller: my sky\nseller: pe\nseller: live:.cid.lumo88\nbuyer: ok", kind="chat")
    assert html.count('class="line seller"') == 3 and html.count('class="line buyer"') == 2
    assert "Skype" in html


def test_a_listings_title_is_read_too(reader: TestClient) -> None:
    html = _check(reader, "good quality", kind="listing", title="RayBan sunglasses 1:1 replica")
    assert "Protected mark" in html
    under = re.search(r'hx-target="#under"[^>]*>(.*?)</hx-partial>', html, re.DOTALL)
    assert under is not None and under[1] == "good quality"


def test_without_scripts_the_whole_page_comes_back(reader: TestClient) -> None:
    html = _check(reader, DISGUISED, fragment=False)
    assert "<html" in html and "WhatsApp +86" in html and DISGUISED in html


def test_limits_are_told(reader: TestClient) -> None:
    given = {"token": token(reader), "text": "x" * 20_001}
    assert reader.post("/check", data=given).status_code == 413
    lines = {"token": token(reader), "text": "hi\n" * 201, "kind": "chat"}
    assert reader.post("/check", data=lines).status_code == 413


@pytest.mark.parametrize(
    "text", ["\x00\x01", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "\u202e" * 50, "🏳️‍🌈" * 20]
)
def test_odd_texts_are_read(reader: TestClient, text: str) -> None:
    assert "finding" in _check(reader, f"ok {text} {DISGUISED}")


# review ------------------------------------------------------------------------------------------------


def _waiting(path: Path) -> list[queue.Item]:
    with Ledger(path) as ledger:
        return queue.items(ledger, queue.Filter(), AT, 500)


def _masked_case(path: Path) -> queue.Item:
    return next(item for item in _waiting(path) if item.merchant == HOSTILE)


def test_contacts_are_masked_until_revealed_and_the_ledger_knows(desk: TestClient, month: Path) -> None:
    case = _masked_case(month)
    before = desk.get(f"/review?charge={case.charge}").text
    assert "138 0013 8000" not in before and "8613800138000" not in before and "•••" in before
    answer = desk.post("/review/reveal", data={"token": token(desk), "charge": case.charge})
    assert "138 0013 8000" in answer.text
    with Ledger(month) as ledger:
        rows = ledger.query("SELECT merchant, ref, body FROM events WHERE type = 'reveal'")
    assert [(row["merchant"], row["ref"]) for row in rows] == [(case.merchant, case.ref)]
    assert json.loads(rows[0]["body"])["by"] == "local"
    assert "138 0013 8000" not in desk.get(f"/review?charge={case.charge}").text


def test_numbers_that_nothing_explains_are_masked_a_cas_number_is_not(desk: TestClient, month: Path) -> None:
    text = "tramadol cas 27203-92-5, batch 4455667788"
    with Ledger(month) as ledger:
        ledger.assess(Message(text=text, id="cas", at=NOW, merchant=Merchant(id="somebody")))
        charge = ledger.query("SELECT max(seq) AS seq FROM charges WHERE ref = 'cas'")[0]["seq"]
    page = desk.get(f"/merchants/charge?n={charge}").text
    assert "27203-92-5" in page and "4455667788" not in page
    assert "4455667788" in desk.post("/merchants/charge", data={"token": token(desk), "n": charge}).text


def test_a_decision_is_made_told_and_undone(desk: TestClient, month: Path) -> None:
    case = next(item for item in _waiting(month) if item.state == "review")
    given = {"token": token(desk), "charge": case.charge, "decision": "dismiss", "dismiss_code": "innocent"}
    page = desk.post("/review/decide", data=given)
    assert page.status_code == 200 and "Dismissed" in page.text and 'data-key="u"' in page.text
    assert case.charge not in {item.charge for item in _waiting(month)}
    event = re.search(r'name="event" value="(\d+)"', page.text)
    assert event is not None
    undone = desk.post("/review/undo", data={"token": token(desk), "event": event[1]})
    assert "waits again" in undone.text
    assert case.key in {item.key for item in _waiting(month)}


def test_a_case_that_was_decided_meanwhile_is_told(desk: TestClient, month: Path) -> None:
    case = next(item for item in _waiting(month) if item.state == "review")
    given = {"token": token(desk), "charge": case.charge, "decision": "dismiss", "dismiss_code": "innocent"}
    desk.post("/review/decide", data=given)
    page = desk.get(f"/review?charge={case.charge}")
    assert page.status_code == 200 and "does not wait any more" in page.text
    assert desk.post("/review/decide", data=given).status_code == 404
    assert desk.get(f"/review/item?charge={case.charge}", headers={"hx-request": "true"}).status_code == 404


def test_a_closure_wants_a_second_person(desk: TestClient, month: Path) -> None:
    with Ledger(month) as ledger:
        closures = [item for item in _waiting(month) if item.action == "close_store"]
        needs = [item for item in closures if not decisions.forecast(ledger, item.charge, AT).upheld_by]
        assert needs, "the seed has a closure that nobody upheld"
        balance = standing(ledger, needs[0].merchant, AT)
    given = {"token": token(desk), "charge": needs[0].charge, "decision": "uphold", "uphold_code": "clear"}
    assert "waits for a second person" in desk.post("/review/decide", data=given).text
    again = next(item for item in _waiting(month) if item.key == needs[0].key)
    assert desk.post("/review/decide", data={**given, "charge": again.charge}).status_code == 409
    with Ledger(month) as ledger:
        assert standing(ledger, needs[0].merchant, AT).store_closed == balance.store_closed


def test_several_are_decided_after_a_preview_or_none(desk: TestClient, month: Path) -> None:
    picked = [item.charge for item in _waiting(month) if item.state == "review"][:3]
    given = {"token": token(desk), "pick": picked, "decision": "dismiss", "dismiss_code": "evidence"}
    preview = desk.post("/review/bulk", data=given)
    assert "Dismiss 3 cases?" in preview.text
    assert set(picked) <= {item.charge for item in _waiting(month)}
    assert "3 cases decided" in desk.post("/review/bulk", data={**given, "confirmed": "yes"}).text
    assert not set(picked) & {item.charge for item in _waiting(month)}
    left = [item.charge for item in _waiting(month)][:1]
    both = {**given, "pick": [*left, picked[0]], "confirmed": "yes"}
    assert desk.post("/review/bulk", data=both).status_code == 404
    assert left[0] in {item.charge for item in _waiting(month)}


def test_the_queue_is_filtered_and_keeps_its_filter(desk: TestClient, month: Path) -> None:
    case = _waiting(month)[0]
    page = desk.get(f"/review?merchant={case.merchant}").text
    shown = re.findall(r'name="pick" value="(\d+)"', page)
    assert {int(number) for number in shown} == {i.charge for i in _waiting(month) if i.merchant == case.merchant}
    assert f'<input type="hidden" name="merchant" value="{case.merchant}">' in page


def test_a_claim_is_shown_and_released(desk: TestClient, month: Path) -> None:
    charge = _waiting(month)[0].charge
    assert "yours until" in desk.post("/review/claim", data={"token": token(desk), "charge": charge}).text
    assert _waiting(month)[0].claimed_by == "local"
    desk.post("/review/claim", data={"token": token(desk), "charge": charge, "release": "1"})
    assert _waiting(month)[0].claimed_by is None


# merchants, versions, overview -------------------------------------------------------------------------


@pytest.mark.parametrize("merchant", [*MERCHANTS, HOSTILE])
def test_the_plot_ends_where_the_standing_is(month: Path, merchant: str) -> None:
    with Ledger(month) as ledger:
        curve = overview.balance_over_time(ledger, merchant, AT)
        assert curve[-1] == (AT, standing(ledger, merchant, AT).balance)
        later = AT + 400 * 86_400
        assert overview.balance_over_time(ledger, merchant, later)[-1][1] == standing(ledger, merchant, later).balance


def test_the_ladder_says_where_a_merchant_is(reader: TestClient) -> None:
    page = reader.get("/merchants/view?id=shenzhen-lumo").text
    assert "you are here: offence" in page and "the next one" in page


def test_merchants_are_found_by_a_piece_of_their_id(reader: TestClient) -> None:
    page = reader.get("/merchants?q=LUMO").text
    assert "shenzhen-lumo" in page and "istanbul-mavi" not in page
    assert "No merchant" in reader.get("/merchants?q=%25").text


def test_an_appeal_is_decided(desk: TestClient, month: Path) -> None:
    page, event = "", None
    for merchant in MERCHANTS:
        page = desk.get(f"/merchants/view?id={merchant}").text
        event = re.search(r'action="/merchants/appeal">.*?name="event" value="(\d+)"', page, re.DOTALL)
        if event:
            break
    assert event is not None, "the seed has an appeal that waits"
    given = {"token": token(desk), "event": event[1], "decision": "accept"}
    assert desk.post("/merchants/appeal", data=given).status_code == 200
    with Ledger(month) as ledger:
        row = ledger.query("SELECT body FROM events WHERE type = 'appeal_decision' ORDER BY seq DESC LIMIT 1")[0]
    assert json.loads(row["body"]) == {"accepted": True, "by": "local"}
    assert desk.post("/merchants/appeal", data=given).status_code == 409


def test_figures_add_up(month: Path) -> None:
    with Ledger(month) as ledger:
        first = overview.first_moment(ledger)
        assert first is not None
        buckets = overview.volume(ledger, 0, AT + 90 * 86_400, 86_400 * 365)
        turns = ledger.query("SELECT count(*) AS n FROM personal WHERE kind = 'turn'")[0]["n"]
        assert sum(bucket.read for bucket in buckets) == turns
        rules = overview.by_rule(ledger, 0, AT + 90 * 86_400)
        states = ledger.query(
            "SELECT count(*) AS n FROM events e JOIN charges c ON c.event = e.seq AND c.rule = e.rule "
            "AND c.ref = e.ref "
            "WHERE e.type = 'finding' AND c.state IN ('executed', 'proposed', 'review')"
        )
        assert sum(row["executed"] + row["proposed"] + row["review"] for row in rules) == states[0]["n"]
        for _, rate in overview.overturned(ledger, 0, AT):
            low, high = rate.interval()
            assert 0 <= low <= rate.share <= high <= 1 and rate.whole > 0


def test_a_policy_is_compared_adopted_and_rolled_back(desk: TestClient, month: Path) -> None:
    assert "difference" in desk.get("/versions/policy?name=three-strikes").text
    answer = desk.post("/versions/policy", data={"token": token(desk), "name": "three-strikes"})
    assert "three-strikes" in answer.text
    with Ledger(month) as ledger:
        assert ledger.policy.name == "three-strikes"
        first = ledger.query("SELECT min(seq) AS seq FROM events WHERE type = 'policy'")[0]["seq"]
    desk.post("/versions/policy", data={"token": token(desk), "name": str(first)})
    with Ledger(month) as ledger:
        assert ledger.policy.name == "alibaba-points"


def test_lists_are_compared_before_they_run(desk: TestClient) -> None:
    page = desk.post("/versions/shipped", data={"token": token(desk)})
    assert "Set 1 against the lists that run" in page.text and "Activate set 1" in page.text
    done = desk.post("/versions/packs", data={"token": token(desk), "set": 1, "after": 0, "why": "a test"})
    assert "a test" in done.text and "activation 1" in done.text
    stale = desk.post("/versions/packs", data={"token": token(desk), "set": 1, "after": 7, "why": "late"})
    assert stale.status_code == 409


# who may -----------------------------------------------------------------------------------------------

POSTS = ("/", "/check", "/review/decide", "/review/undo", "/review/reveal", "/review/claim", "/review/bulk",
         "/merchants/charge", "/merchants/appeal", "/versions/packs", "/versions/rollback", "/versions/shipped",
         "/versions/policy", "/logout")  # fmt: skip


@pytest.mark.parametrize("path", POSTS)
def test_a_post_needs_the_token_of_this_browser(reader: TestClient, path: str) -> None:
    token(reader)
    for given in ({}, {"token": "x" * 43}, {"token": "é"}):
        assert reader.post(path, data=given, follow_redirects=False).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_post_from_another_site_is_refused(reader: TestClient, headers: dict[str, str]) -> None:
    answer = reader.post("/versions/policy", data={"token": token(reader), "name": "three-strikes"}, headers=headers)
    assert answer.status_code == 403


@pytest.fixture
def keyed(month: Path, scanner: Scanner) -> tuple[FastAPI, dict[str, str]]:
    """The service with keys in use: an officer's, an administrator's, a scanning program's."""
    store = Store(month)
    wanted = {"officer": ["scan", "assess", "review"], "admin": ["admin"], "program": ["scan"]}
    secrets = {name: keys.create(store, name=name, scopes=scopes, now=AT - 100)[1] for name, scopes in wanted.items()}
    secrets["expired"] = keys.create(store, name="old", scopes=["admin"], now=AT - 100, expires=AT - 50)[1]
    store.close()
    return create_app(Settings(ledger=month), scanner=scanner, clock=lambda: NOW), secrets


def _browser(app: FastAPI) -> TestClient:
    return TestClient(app, client=("203.0.113.9", 50000), base_url="https://console.example")


def _login(client: TestClient, secret: str, back: str = "/") -> int:
    answer = client.post("/login", data={"token": token(client), "key": secret, "next": back}, follow_redirects=False)
    return answer.status_code


def test_without_a_session_every_page_leads_to_the_login(keyed: tuple[FastAPI, dict[str, str]]) -> None:
    with _browser(keyed[0]) as client:
        for path in PAGES:
            answer = client.get(path, follow_redirects=False)
            assert answer.status_code == 303 and answer.headers["location"].startswith("/login?next=")
        for path in POSTS[:-1]:
            assert client.post(path, follow_redirects=False).status_code in (303, 403)


def test_a_login_gives_a_signed_cookie_that_does_not_hold_the_key(keyed: tuple[FastAPI, dict[str, str]]) -> None:
    app, secrets = keyed
    with _browser(app) as client:
        given = {"token": token(client), "key": secrets["officer"], "next": "/review"}
        answer = client.post("/login", data=given, follow_redirects=False)
        assert answer.status_code == 303 and answer.headers["location"] == "/review"
        cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("scanner_session="))
        assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Secure" in cookie
        assert secrets["officer"] not in cookie
        assert "officer" in client.get("/review").text
        assert client.get("/versions").status_code == 200


def test_a_forged_or_foreign_cookie_is_nobody(keyed: tuple[FastAPI, dict[str, str]]) -> None:
    app, secrets = keyed
    with _browser(app) as client:
        assert _login(client, secrets["program"]) == 303
        value = client.cookies["scanner_session"]
        key_id, until, sign = value.split(".")
        for forged in (f"{key_id}.{int(until) + 1}.{sign}", f"deadbeef.{until}.{sign}", "x", value[:-1] + "0" * 1, "é"):
            if forged == value:
                continue
            answer = client.get("/", headers={"cookie": f"scanner_session={forged}".encode()}, follow_redirects=False)
            other = TestClient(app, base_url="https://console.example")
            answer = other.get("/", headers={"cookie": f"scanner_session={forged}".encode()}, follow_redirects=False)
            assert answer.status_code == 303


def test_wrong_and_expired_keys_are_refused(keyed: tuple[FastAPI, dict[str, str]]) -> None:
    app, secrets = keyed
    with _browser(app) as client:
        assert _login(client, "cs_nonsense") == 401
        assert _login(client, secrets["expired"]) == 401
        assert "scanner_session" not in client.cookies


def test_a_revoked_key_is_out_at_once(keyed: tuple[FastAPI, dict[str, str]], month: Path) -> None:
    app, secrets = keyed
    with _browser(app) as client:
        assert _login(client, secrets["officer"]) == 303
        assert client.get("/review", follow_redirects=False).status_code == 200
        store = Store(month)
        officer = next(key for key in keys.every(store) if key.name == "officer")
        keys.revoke(store, officer.id, AT)
        store.close()
        assert client.get("/review", follow_redirects=False).status_code == 303


def test_scopes_hold_in_the_console(keyed: tuple[FastAPI, dict[str, str]]) -> None:
    app, secrets = keyed
    with _browser(app) as client:
        _login(client, secrets["program"])
        assert client.get("/").status_code == 200
        assert client.get("/review").status_code == 403
        html = _check(client, DISGUISED, view="reviewer")
        assert "contact.whatsapp" not in html
    with _browser(app) as client:
        _login(client, secrets["officer"])
        assert "Activate" not in client.get("/versions").text
        assert (
            client.post("/versions/policy", data={"token": token(client), "name": "three-strikes"}).status_code == 403
        )


def test_a_program_with_its_key_in_a_header_needs_no_token(keyed: tuple[FastAPI, dict[str, str]]) -> None:
    app, secrets = keyed
    with _browser(app) as client:
        headers = {"authorization": f"Bearer {secrets['program']}", "hx-request": "true"}
        assert client.post("/check", data={"text": DISGUISED}, headers=headers).status_code == 200
        foreign = {**headers, "origin": "https://evil.example"}
        assert client.post("/check", data={"text": DISGUISED}, headers=foreign).status_code == 403


def test_signing_out_ends_the_session(keyed: tuple[FastAPI, dict[str, str]]) -> None:
    app, secrets = keyed
    with _browser(app) as client:
        _login(client, secrets["officer"])
        client.post("/logout", data={"token": token(client)})
        assert client.get("/review", follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_a_login_never_leads_away(keyed: tuple[FastAPI, dict[str, str]], target: str) -> None:
    app, secrets = keyed
    with _browser(app) as client:
        given = {"token": token(client), "key": secrets["officer"], "next": target}
        assert client.post("/login", data=given, follow_redirects=False).headers["location"] == "/"
