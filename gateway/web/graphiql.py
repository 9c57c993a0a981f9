"""GraphiQL at `/graphql` for people with a browser: local files only, under a policy that forbids everything else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from strawberry.types.enum import has_enum_definition

import schema.graph.code_lists  # noqa: F401 - gives every purpose its description
from gateway.settings import Settings
from schema.vocabulary.caller import Purpose

PAGES = Path(str(files("gateway.web") / "pages"))
ASSETS = Path(str(files("gateway.web") / "assets"))
ASSET_FILES = (
    "react.production.min.js",
    "react-dom.production.min.js",
    "graphiql.min.js",
    "graphiql.min.css",
)
UNPACK_COMMAND = "python -m deploy.scripts.graphiql_assets"
_OWN_FILES = ("graphiql.css", "graphiql.js", "inquiry.js")
_HEADERS = {
    # The editor measures and places itself with inline styles; nothing inline may be run.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",  # a sandbox's page holds tokens
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "Accept",
}
_EXAMPLES: Sequence[tuple[str, Mapping[str, str]]] = (
    ("permit_check.graphql", {"code": "penalised"}),
    ("defaulter.graphql", {"code": "defaulter"}),
    ("search.graphql", {}),
    ("credit_review.graphql", {"code": "clean"}),
    ("my_consents.graphql", {}),
    ("my_inquiries.graphql", {"code": "clean"}),
)
"""Files in `pages/examples`, and the sandbox subjects whose codes go into their variables."""
_CHINESE_PERSONAS = {
    "public": "公众",
    "permit-officer": "行政许可经办人",
    "bank": "金融机构",
    "subject": "信用主体本人",
    "auditor": "监督审计",
    "developer": "开发者",
}
_CHINESE_TERM = re.compile(r"^(?P<english>.*?)\s*[(](?P<chinese>[^()]*)[)]\.?$")


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What the personas file of a sandbox offers; empty without one."""

    personas: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    subjects: Mapping[str, str] = field(default_factory=dict)
    is_unreadable: bool = False


def graphiql_page(settings: Settings) -> Callable[[Request], Response]:
    """What answers at `/graphql`: the page, or a plain one that says how to unpack what it needs (status 503)."""

    def page(_request: Request) -> Response:
        if not all((ASSETS / name).is_file() for name in ASSET_FILES):
            text = (PAGES / "assets_missing.html").read_text("utf-8").replace("{{command}}", UNPACK_COMMAND)
            return HTMLResponse(text, 503, _HEADERS)
        text = (PAGES / "graphiql.html").read_text("utf-8")
        return HTMLResponse(text.replace("{{offer}}", _embedded(_offer(_read_sandbox(settings)))), 200, _HEADERS)

    return page


def graphiql_assets() -> Mount:
    """Everything that the page loads, below `/graphiql`."""
    own = [Route(f"/{name}", _own_file(PAGES / name)) for name in _OWN_FILES]
    return Mount("/graphiql", routes=[*own, Mount("/assets", StaticFiles(directory=ASSETS, check_dir=False))])


def _own_file(path: Path) -> Any:
    async def serve(_request: Request) -> Response:
        return FileResponse(path, headers={"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"})

    return serve


def _read_sandbox(settings: Settings) -> Sandbox:
    """Read anew for each page, because a sandbox renews its tokens."""
    path = settings.graphiql.personas
    if path is None:
        return Sandbox()
    try:
        match orjson.loads(path.read_bytes()):
            case {"personas": dict() as personas, **others} if all(isinstance(one, dict) for one in personas.values()):
                subjects = others.get("subjects")
                return Sandbox(personas, subjects if isinstance(subjects, dict) else {})
            case _:
                return Sandbox(is_unreadable=True)
    except (OSError, orjson.JSONDecodeError):
        return Sandbox(is_unreadable=True)


def _offer(sandbox: Sandbox) -> dict[str, Any]:
    """What the page's scripts need to know."""
    return {
        "personas": [
            {
                "name": name,
                "chinese": _CHINESE_PERSONAS.get(name, ""),
                "note": persona.get("note") or "",
                "token": persona.get("token") or None,
            }
            for name, persona in sandbox.personas.items()
        ],
        "personasUnreadable": sandbox.is_unreadable,
        "purposes": _purposes(),
        "examples": [_example(name, names, sandbox.subjects) for name, names in _EXAMPLES],
    }


def _example(name: str, subject_names: Mapping[str, str], subjects: Mapping[str, str]) -> dict[str, str]:
    variables = {variable: subjects.get(subject, "") for variable, subject in subject_names.items()}
    return {
        "query": (PAGES / "examples" / name).read_text("utf-8"),
        "variables": orjson.dumps(variables, option=orjson.OPT_INDENT_2).decode() if variables else "",
    }


def _purposes() -> list[dict[str, str]]:
    if not has_enum_definition(Purpose):
        return []
    return [
        {"name": value.name, "description": value.description or "", "chinese": _chinese(value.description or "")}
        for value in Purpose.__strawberry_definition__.values
    ]


def _chinese(description: str) -> str:
    match = _CHINESE_TERM.match(description)
    return match["chinese"] if match else ""


def _embedded(offer: Mapping[str, Any]) -> str:
    """JSON that cannot end the script element it stands in."""
    return orjson.dumps(offer).decode().replace("<", "\\u003c")
