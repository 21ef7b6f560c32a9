"""The five pages in a real Chromium: by keyboard, with hostile text, in the dark, on a phone."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.settings import Settings
from scanner import Scanner
from tests.api.console.look import CHAT, PAGES, served
from tests.api.console.seed import HOSTILE, NASTY, NOW

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:SQLite .* has the WAL-reset fault"),
]

WHERE = {
    **PAGES,
    "hostile": "/merchants/view?id=evil%22%3E%3Cscript%3Ealert(2)%3C/script%3E%E2%80%AE",
    "login": "/login",
}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless browser; skipped where there is none."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install '.[browser]'")
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no chromium on this machine")
    with api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def ledger(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the seeded ledger for this file's tests."""
    return Path(shutil.copy(seeded, tmp_path_factory.mktemp("browser") / "ledger.db"))


@pytest.fixture(scope="module")
def base(ledger: Path, scanner: Scanner) -> Iterator[str]:
    """The service on that copy, served."""
    app = create_app(Settings(ledger=ledger), scanner=scanner, clock=lambda: NOW)
    with served(app) as address:
        yield address


@dataclass
class Watched:
    """A page, and everything that must not happen on it."""

    page: Any
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda said: self.faults.append(said.text) if said.type != "log" else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("dialog", self._dialog)
        self.page.on("request", self._request)

    def _dialog(self, dialog: Any) -> None:
        self.faults.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        if not request.url.startswith(("http://127.0.0.1", "data:")):
            self.faults.append(f"asked for {request.url}")


@pytest.fixture
def watched(chromium: Any, request: pytest.FixtureRequest) -> Iterator[Watched]:
    """A page of a fresh browser, 1280 px wide unless said otherwise; nothing on it may fail."""
    options = {"viewport": {"width": 1280, "height": 860}, **getattr(request, "param", {})}
    context = chromium.new_context(**options)
    found = Watched(context.new_page())
    yield found
    context.close()
    assert found.faults == []


def _type_chat(page: Any, text: str = CHAT) -> None:
    page.locator("input[name=kind][value=chat]").check(force=True)
    page.fill("#text", text)
    page.locator("#result .verdict").wait_for()


@pytest.mark.parametrize("path", WHERE.values(), ids=WHERE)
def test_every_page_opens_without_an_error(watched: Watched, base: str, path: str) -> None:
    watched.page.goto(base + path)
    assert watched.page.locator("h1").count() == 1
    assert (
        watched.page.evaluate("document.querySelectorAll('main script, main img, main [onerror], main i').length") == 0
    )


# check -------------------------------------------------------------------------------------------------


def test_findings_appear_as_one_types_in_place(watched: Watched, base: str) -> None:
    page = watched.page
    page.goto(base)
    page.locator("#text").press_sequentially("call me on whatsapp +86 138 0013 8000", delay=8)
    page.locator("#result li.hit").first.wait_for()
    page.locator("#under:not(.stale) mark", has_text="8000").wait_for()
    assert page.locator("#under mark").inner_text() == "whatsapp +86 138 0013 8000"
    assert "Block" in page.locator(".verdict").inner_text()
    assert page.evaluate("document.activeElement.id") == "text"


def test_marks_lie_exactly_behind_their_words(watched: Watched, base: str) -> None:
    page = watched.page
    page.goto(base)
    page.fill(
        "#text",
        "Sure, the price is USD 1.85 per metre FOB Shenzhen. " * 3 + "\nask on whatsapp +86 138 0013 8000 today",
    )
    page.locator("#under mark").wait_for()
    field, under = page.locator("#text"), page.locator("#under")
    for name in ("fontSize", "lineHeight", "fontFamily", "paddingLeft", "paddingTop", "whiteSpace", "letterSpacing"):
        read = f"e => getComputedStyle(e).{name}"
        assert field.evaluate(read) == under.evaluate(read), name
    wide = under.evaluate("e => e.getBoundingClientRect().width")
    assert field.evaluate("e => e.clientWidth") == pytest.approx(wide, abs=2.1)
    assert field.evaluate("e => e.scrollHeight") == pytest.approx(under.evaluate("e => e.scrollHeight"), abs=3)


def test_marks_hide_while_their_text_is_changed(watched: Watched, base: str) -> None:
    page = watched.page
    page.goto(base)
    page.fill("#text", "whatsapp +86 138 0013 8000")
    page.locator("#under mark").wait_for()
    page.locator("#text").evaluate("e => { e.value = 'x'; e.dispatchEvent(new Event('input', {bubbles: true})); }")
    assert page.locator("#under.stale").count() == 1
    page.locator("#result .verdict.allow").wait_for()
    assert page.locator("#under mark").count() == 0


def test_hostile_text_stays_text(watched: Watched, base: str) -> None:
    page = watched.page
    page.goto(base)
    _type_chat(page, f"seller: {NASTY}")
    page.locator("#result .glyph").first.wait_for()
    assert page.locator("#result script, #result img, #under script, #under img").count() == 0
    assert "<script>" in page.locator("#result .texts").inner_text()
    assert "RLO" in page.locator("#result .texts").inner_text()
    assert page.locator("#under").evaluate("e => e.textContent") == f"seller: {NASTY}"


def test_a_seller_and_a_reviewer_see_different_things(watched: Watched, base: str) -> None:
    page = watched.page
    page.goto(base)
    page.fill("#text", "talk on w h a t s a p p +86 138 0013 8000")
    page.locator("text=letters set apart").wait_for()
    page.locator("input[name=view][value=seller]").check(force=True)
    page.locator("text=What to do:").wait_for()
    assert page.locator("text=letters set apart").count() == 0
    assert page.locator("#under mark, #result mark").count() == 0


def test_the_number_leads_to_its_finding(watched: Watched, base: str) -> None:
    page = watched.page
    page.goto(base)
    _type_chat(page)
    page.locator("#result .texts a.no").nth(1).focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "hit-2"


def test_check_works_without_scripts(chromium: Any, base: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(base)
    page.fill("#text", "whatsapp +86 138 0013 8000")
    page.click("button.primary")
    assert "WhatsApp" in page.locator("#result .hits").inner_text()
    assert page.locator("#under mark").count() == 1
    context.close()


# by keyboard -------------------------------------------------------------------------------------------


def test_the_skip_link_comes_first_and_focus_is_seen(watched: Watched, base: str) -> None:
    page = watched.page
    page.goto(base + "/merchants")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.goto(base + "/merchants")
    for _ in range(3):
        page.keyboard.press("Tab")
    width = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
    assert width >= 2


@pytest.mark.parametrize("path", ["/", "/review", "/merchants", "/versions", "/overview"])
def test_everything_that_acts_is_reached_by_tab_and_has_a_name(watched: Watched, base: str, path: str) -> None:
    page = watched.page
    page.goto(base + path)
    nameless = page.evaluate(NAMELESS)
    assert nameless == []
    assert page.evaluate("[...document.querySelectorAll('[tabindex]')].every(e => e.tabIndex <= 0)")
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map(e => +e.tagName[1])")
    assert levels[0] == 1 and all(b - a <= 1 for a, b in itertools.pairwise(levels))


def _open_case(page: Any) -> str:
    return page.locator("#open-case input[name=charge]").first.input_value()


def test_cases_are_decided_and_undone_with_one_key_each(watched: Watched, base: str, ledger: Path) -> None:
    page = watched.page
    page.goto(base + "/review?priority=review")
    page.locator("a.open[data-htmx-powered]").first.wait_for()
    first = _open_case(page)
    page.keyboard.press("j")
    page.locator(f"#open-case input[name=charge]:not([value='{first}'])").first.wait_for(state="attached")
    second = _open_case(page)
    assert page.locator(".item.current").count() == 1
    assert page.locator(".item.current a.open").evaluate("e => document.activeElement === e")
    page.keyboard.press("k")
    page.locator(f"#open-case input[name=charge][value='{first}']").first.wait_for(state="attached")
    page.keyboard.press("j")
    page.locator(f"#open-case input[name=charge][value='{second}']").first.wait_for(state="attached")
    page.keyboard.press("r")
    page.locator("#done", has_text="Dismissed").wait_for()
    assert second not in page.locator("input[name=pick]").evaluate_all("all => all.map(e => e.value)")
    page.keyboard.press("u")
    page.locator("#done", has_text="waits again").wait_for()
    page.keyboard.press("a")
    page.locator("#done", has_text="Upheld").wait_for()
    with sqlite3.connect(ledger) as file:
        rows = file.execute(
            "SELECT type FROM events WHERE type IN ('uphold','dismiss','undo') ORDER BY seq DESC LIMIT 3"
        )
        assert [row[0] for row in rows] == ["uphold", "undo", "dismiss"]
    file.close()


def test_a_case_far_down_the_list_opens_where_one_sees_it(watched: Watched, base: str) -> None:
    page = watched.page
    page.set_viewport_size({"width": 1120, "height": 560})
    page.goto(base + "/review")
    page.locator("a.open[data-htmx-powered]").last.click()
    page.locator(".item.current").last.wait_for()
    page.wait_for_timeout(300)
    assert 0 <= page.locator("#open-case h2").bounding_box()["y"] < 560
    assert page.locator("button[data-key=a]").bounding_box()["y"] < 560


def test_contacts_are_revealed_by_key_and_the_ledger_knows(watched: Watched, base: str, ledger: Path) -> None:
    page = watched.page
    page.goto(base + "/review")
    page.locator("a.open[data-htmx-powered]", has_text="evil").first.click()
    page.locator("#case .masked").first.wait_for()
    assert "138 0013 8000" not in page.locator("#case").inner_text()
    page.keyboard.press("v")
    page.locator("#case", has_text="138 0013 8000").wait_for()
    with sqlite3.connect(ledger) as file:
        assert file.execute("SELECT merchant FROM events WHERE type = 'reveal'").fetchall() == [(HOSTILE,)]
    file.close()


def test_several_are_picked_by_key_and_previewed(watched: Watched, base: str) -> None:
    page = watched.page
    page.goto(base + "/review?priority=review")
    page.locator("a.open[data-htmx-powered]").first.wait_for()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.wait_for_timeout(300)
    page.keyboard.press("x")
    page.locator("summary", has_text="Decide several").press("Enter")
    page.locator("#bulk button").press("Enter")
    page.locator("h1", has_text="Dismiss 2 cases?").wait_for()


def test_keys_do_nothing_while_one_writes(watched: Watched, base: str) -> None:
    page = watched.page
    page.goto(base + "/review")
    page.keyboard.press("?")
    assert page.locator("#keys[open]").count() == 1
    page.locator("summary", has_text="Filter").first.click()
    page.locator("#f-merchant").fill("")
    page.locator("#f-merchant").press_sequentially("raj")
    assert page.locator("#f-merchant").input_value() == "raj"
    assert page.locator("#done").count() == 0


# looks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("watched", [{"viewport": {"width": 390, "height": 800}}], indirect=True, ids=["phone"])
@pytest.mark.parametrize("path", WHERE.values(), ids=WHERE)
def test_a_phone_never_scrolls_sideways(watched: Watched, base: str, path: str) -> None:
    page = watched.page
    page.goto(base + path)
    if path == "/":
        _type_chat(page, CHAT + "\nseller: " + "x" * 400)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(
    "watched", [{"color_scheme": "dark"}, {"color_scheme": "light"}], indirect=True, ids=["dark", "light"]
)
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_text_stands_out_from_its_ground(watched: Watched, base: str, path: str) -> None:
    page = watched.page
    page.goto(base + path)
    if path == "/":
        _type_chat(page)
    assert page.evaluate(CONTRAST) == []


NAMELESS = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea')]
  .filter(e => !(e.textContent.trim() || e.ariaLabel || e.title || (e.labels && e.labels.length)))
  .map(e => e.outerHTML.slice(0, 120))"""

CONTRAST = """() => {
  const parse = c => { const m = c.match(/[\\d.]+/g).map(Number); return m.length > 3 ? m : [...m, 1]; };
  const part = v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => .2126 * part(r) + .7152 * part(g) + .0722 * part(b);
  const colour = e => parse(getComputedStyle(e).backgroundColor);
  const ground = e => { while (e && colour(e)[3] < .9) e = e.parentElement; return colour(e || document.body); };
  const says = e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  const bad = [];
  for (const e of document.querySelectorAll('main *, header *')) {
    if (e.closest('svg, #under, .vh, option, textarea') || !says(e) || !e.checkVisibility()) continue;
    const a = light(parse(getComputedStyle(e).color)), b = light(ground(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) bad.push([ratio.toFixed(2), e.tagName, e.className, e.textContent.trim().slice(0, 30)].join(' '));
  }
  return [...new Set(bad)];
}"""


def test_charts_show_patterns_and_numbers(watched: Watched, base: str) -> None:
    page = watched.page
    page.goto(base + "/overview?days=all")
    assert page.locator("svg.chart").count() >= 3
    assert page.locator("svg.chart [fill='url(#hatch)']").count() > 0
    assert page.locator("svg.chart").evaluate_all("all => all.every(e => e.getAttribute('aria-label'))")
    assert page.locator("section:has(svg.chart)").evaluate_all("all => all.every(e => e.querySelector('table'))")


def test_it_prints(watched: Watched, base: str) -> None:
    page = watched.page
    page.goto(base + "/merchants/view?id=shenzhen-lumo")
    page.emulate_media(media="print")
    assert not page.locator("header.bar").is_visible()
    assert page.locator("svg.chart").is_visible()
