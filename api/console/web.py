"""What every page of the console shares: templates, forms, headers, errors as pages, who may see it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl, quote, urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from api.auth import Caller
from api.console import markup, session, words
from api.errors import Problem, problem_of
from api.service import Service
from scanner.errors import ScannerError
from scanner.rules.policy import tidy
from scanner.rules.times import iso

HERE = Path(__file__).parent
MAX_FIELDS = 300
MAX_FORM = 1_000_000

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "same-origin",  # with none at all, browsers send forms from "null"
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "inert": markup.inert,
        "plain": markup.plain,
        "time": _time,
        "points": _points,
        "thousands": "{:,}".format,
    }
    made.filters |= {"term": words.term, "rulename": words.rule_title, "said": words.said, "thousands": "{:,}".format}
    return made


def _points(value: float) -> str:
    return f"{tidy(value):,}"


def _time(at: int | str | None, tz: str = "UTC") -> Markup:
    """An instant as a `<time>`, to the minute, with its offset."""
    if at is None:
        return Markup("–")
    moment = datetime.fromisoformat(at) if isinstance(at, str) else datetime.fromisoformat(iso(at, tz))
    offset = f"{moment:%z}"
    shown = f"{moment:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:5]}".replace(" +00:00", " UTC")
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), shown)


TEMPLATES = _environment()


@dataclass(frozen=True, slots=True)
class Desk:
    """One request at the console: who asks, what the service is, and the form that came."""

    request: Request
    caller: Caller
    service: Service
    form: Form

    @property
    def now(self) -> int:
        """The time in seconds."""
        return int(self.service.now().timestamp())

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """A whole page."""
        return render(self.request, template, self.caller, status=status, **values)


class Form:
    """The fields of a form or a query; every accessor is total: absent is empty."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        self._fields = fields

    def text(self, name: str, default: str = "") -> str:
        """The last value of a field, lone surrogates replaced, line ends as `\\n`."""
        found = next((value for key, value in reversed(self._fields) if key == name), default)
        return found.replace("\r\n", "\n").encode("utf-8", "replace").decode()

    def choice(self, name: str, options: tuple[str, ...]) -> str:
        """The value when it is one of the options, else the first of them."""
        found = self.text(name)
        return found if found in options else options[0]

    def all(self, name: str) -> list[str]:
        """Every value of a field."""
        return [value for key, value in self._fields if key == name]

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; `default` when it is none."""
        found = self.text(name)
        return int(found) if found.isascii() and found.isdecimal() and len(found) < 16 else default


def _parsed(raw: bytes | str) -> Form:
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    try:
        return Form(parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except ValueError:
        raise Problem("bad-request", "The form has too many fields.") from None


async def _form(request: Request) -> Form:
    """The fields of a request, its token checked when it is a post."""
    if request.method == "GET":
        return _parsed(request.url.query)
    body = await request.body()
    if len(body) > MAX_FORM:
        raise Problem("body-too-large", f"At most {MAX_FORM:,} bytes here.")
    form = _parsed(body)
    session.check_post(request, form.text("token"))
    return form


class Needs:
    """The dependency of a page that needs a scope: who has no key is sent to the login, who lacks it refused."""

    def __init__(self, scope: str) -> None:
        self.scope = scope

    async def __call__(self, request: Request) -> Desk:
        """Who asks, with the form that came."""
        caller = await run_in_threadpool(session.caller, request)
        if caller is None:
            raise Problem("missing-key")
        if not caller.may(self.scope):
            raise Problem("wrong-scope", f"This page needs a key with the scope {self.scope}.")
        request.scope["caller"] = caller
        return Desk(request, caller, request.app.state.service, await _form(request))


ForScan = Annotated[Desk, Depends(Needs("scan"))]
ForReview = Annotated[Desk, Depends(Needs("review"))]
ForAdmin = Annotated[Desk, Depends(Needs("admin"))]


async def form_of(request: Request) -> Form:
    """`Depends(form_of)`: the form of a page that needs nobody."""
    return await _form(request)


def render(request: Request, template: str, caller: Caller | None, *, status: int = 200, **values: Any) -> Response:
    """A template as an answer with the console's headers."""
    service: Service = request.app.state.service
    common: dict[str, Any] = {
        "caller": caller,
        "path": request.url.path,
        "token": session.form_token(request),
        "local": not service.keys_needed(),
        "zone": "UTC",
    }
    content = TEMPLATES.get_template(template).render({**common, **values})
    response = Response(content.encode("utf-8", "replace"), status, HEADERS, "text/html")
    session.keep_token(request, response, secure=is_secure(request))
    return response


def is_secure(request: Request) -> bool:
    """Whether the browser came over TLS."""
    return request.url.scheme == "https"


def is_htmx(request: Request) -> bool:
    """Whether a fragment is wanted, not a page."""
    return request.headers.get("hx-request") == "true"


def redirect(path: str) -> Response:
    """Send the browser on to a page of ours."""
    return RedirectResponse(path, 303, HEADERS)


def inside(path: str) -> str:
    """A path to return to, if it is one of ours; else the front page."""
    parts = urlsplit(path)
    fine = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc and path.isprintable()
    return path if fine and "\\" not in path else "/"


class PageRoute(APIRoute):
    """A route whose errors are pages, or fragments where htmx asks."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own handler, its problems shown."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await inner(request)
            except (Problem, ScannerError) as error:
                return trouble(request, problem_of(error))

        return handle


def trouble(request: Request, problem: Problem) -> Response:
    """A problem as a person reads it."""
    if problem.slug == "missing-key" and not is_htmx(request):
        back = request.url.path if request.method == "GET" else "/"
        return redirect(f"/login?next={quote(back)}")
    said: Mapping[str, Any] = {"title": problem.kind.title, "detail": problem.detail, "errors": problem.errors}
    template = "part_error.html" if is_htmx(request) else "error.html"
    response = render(request, template, request.scope.get("caller"), status=problem.status, problem=said)
    response.headers.update(problem.headers)
    return response


def pages() -> APIRouter:
    """A router for pages; none of them is in the OpenAPI."""
    return APIRouter(route_class=PageRoute, include_in_schema=False, default_response_class=Response)


def utc(at: int) -> datetime:
    """An instant as a datetime."""
    return datetime.fromtimestamp(at, UTC)
