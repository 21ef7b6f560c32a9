"""The OpenAPI document: what the framework makes of the routes, plus security and the problems of every operation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts

from api.auth import SCOPES
from api.errors import MEDIA_TYPE, SLUGS, TYPE
from api.schemas.results import ProblemModel
from api.settings import Settings

ABOUT = """Reads marketplace chat and listings: what is wrong, where, how sure, by which rule, and what it costs.

Errors are RFC 9457 problems of stable types and never quote what was sent. Limits: see `/v1/version`."""

_METHODS = ("get", "put", "post", "delete", "patch", "head", "options")


def scope_of(route: APIRoute) -> str | None:
    """The scope a route asks for; None when it is open."""
    scopes = (getattr(call, "scope", None) for call in _calls(route.dependant))
    return next((scope for scope in scopes if scope in (*SCOPES, "any")), None)


def _calls(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for inner in dependant.dependencies:
        yield from _calls(inner)


def api_routes(app: FastAPI) -> Iterator[Any]:
    """Every operation's route, with the path it is reached by."""
    for found in iter_route_contexts(app.routes):
        if getattr(found, "methods", None) and getattr(found, "dependant", None) is not None:
            yield found


def document(app: FastAPI, settings: Settings) -> dict[str, Any]:
    """The whole document."""
    made = get_openapi(title=app.title, version=app.version, description=ABOUT, routes=app.routes)
    parts = made.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    _restore_examples(app, schemas)
    problem = ProblemModel.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    parts["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer", "description": "An API key."}}
    scopes = {(route.path, method.lower()): scope_of(route) for route in api_routes(app) for method in route.methods}
    for path, item in made["paths"].items():
        for method in _METHODS:
            if method in item:
                _complete(item[method], path, scopes.get((path, method)), settings)
                if method != "get" and item[method].get("x-scope") != "scan":
                    for status in (404, 409):  # what writes meets what is not there, or stands otherwise
                        item[method]["responses"].setdefault(str(status), _response(status))
    return made


def _restore_examples(app: FastAPI, schemas: dict[str, Any]) -> None:
    """Put the models' own examples back: the framework leaves out of them whatever is null."""
    for route in api_routes(app):
        body = getattr(route, "body_field", None)
        for model in (route.response_model, None if body is None else body.field_info.annotation):
            extra = getattr(model, "model_config", {}).get("json_schema_extra")
            name = getattr(model, "__name__", "")
            if isinstance(extra, dict) and "examples" in extra and name in schemas:
                schemas[name]["examples"] = extra["examples"]


def _complete(operation: dict[str, Any], path: str, scope: str | None, settings: Settings) -> None:
    """Security and problems of one operation."""
    if scope is not None:
        optional: list[dict[str, list[str]]] = [] if settings.require_keys else [{}]
        operation["security"] = [{"key": []}, *optional]
        operation["x-scope"] = scope
    responses = operation["responses"]
    for status in _statuses(operation, path, scope):
        if status == "422" or status not in responses:
            responses[status] = _response(int(status))


def _statuses(operation: dict[str, Any], path: str, scope: str | None) -> Iterable[str]:
    yield from ("400", "405", "413", "415", "500")
    if scope is not None:
        yield from ("401", "403", "429", "503")
    if "requestBody" in operation:
        yield "408"
    if "requestBody" in operation or operation.get("parameters"):
        yield "422"
    if "{" in path:
        yield "404"
    if any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", ())):
        yield "409"


def _response(status: int) -> dict[str, Any]:
    """The problems of one status, with an example of each type."""
    kinds = {slug: kind for slug, kind in SLUGS.items() if kind.status == status}
    examples = {
        slug: {
            "value": {
                "type": TYPE + slug,
                "title": kind.title,
                "status": status,
                "detail": kind.cure,
                "request_id": "3f2c8a5e0b7d4c1e9a6f5d4c3b2a1908",
            }
        }
        for slug, kind in kinds.items()
    }
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}}
    header = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
    headers = {"Retry-After": header} if status in (429, 503) else {}
    title = next(iter(kinds.values())).title
    return {"description": title, "content": content, **({"headers": headers} if headers else {})}
