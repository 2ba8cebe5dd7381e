"""The description of the JSON API (https://spec.openapis.org/oas/v3.1.0), made from the operations and the questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import TypeAdapter

from kg import __version__
from kg.query.asking import INCLUDED, load_askings
from kg.query.questions import Asking

_REF = "#/components/schemas/{model}"


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation: where it stands, what it means, and its JSON schema."""

    name: str
    tells: str
    schema: Mapping[str, Any]
    place: str = "query"
    needed: bool = False


class Described(Protocol):
    """What is told of an operation of the API."""

    @property
    def path(self) -> str:
        """Where it is, parameters in braces."""

    @property
    def name(self) -> str:
        """A name that no other operation has."""

    @property
    def summary(self) -> str:
        """What it returns, in a sentence."""

    @property
    def parameters(self) -> Sequence[Parameter]:
        """What it takes."""

    @property
    def returns(self) -> Any:
        """The type of what it returns."""


def describe_api(operations: Sequence[Described], root: str, stages: Sequence[str]) -> dict[str, Any]:
    """Return the OpenAPI document of operations and of a path a question, under the path `root` of the server."""
    schemas: dict[str, Any] = {}
    paths = {o.path: {"get": _operation(o, schemas)} for o in operations if "{question}" not in o.path}
    for template in (o for o in operations if "{question}" in o.path):
        for asking in load_askings().values():
            paths[template.path.replace("{question}", asking.name)] = {
                "get": _asked(asking, _operation(template, schemas), stages)
            }
    schemas["Problem"] = _problem()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Lodestone",
            "version": __version__,
            "summary": "Who depends on whom, every fact with its sentence.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": root or "/"}],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _operation(operation: Described, schemas: dict[str, Any]) -> dict[str, Any]:
    schema = TypeAdapter(operation.returns).json_schema(ref_template=_REF, mode="serialization")
    schemas |= schema.pop("$defs", {})
    if "title" in schema and schema.get("type") == "object":
        schemas[schema["title"]] = schema
        schema = {"$ref": _REF.format(model=schema["title"])}
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [_parameter(p) for p in operation.parameters],
        "responses": {
            "200": {"description": operation.summary, "content": {"application/json": {"schema": schema}}},
            "default": {
                "description": "What could not be done, and what to do",
                "content": {"application/problem+json": {"schema": {"$ref": _REF.format(model="Problem")}}},
            },
        },
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.tells,
        "required": parameter.needed or parameter.place == "path",
        "schema": dict(parameter.schema),
    }


def _asked(asking: Asking, operation: dict[str, Any], stages: Sequence[str]) -> dict[str, Any]:
    """Return the operation of one question: its words, and its own parameters."""
    own = [Parameter(p.name, _tells(p.kind), _schema(p.kind, stages), needed=not p.optional) for p in asking.parameters]
    includes = getattr(asking, "includes", False)
    shared = [p for p in operation["parameters"] if p["in"] == "query" and (includes or p["name"] != "include")]
    return {
        **operation,
        "operationId": f"ask-{asking.name}",
        "summary": asking.asks,
        "description": f"As `{asking.example}` does.",
        "parameters": [*map(_parameter, own), *shared],
    }


def _tells(kind: str) -> str:
    return {
        "entity": "A name in any language, an alias or an IRI.",
        "stage": "A stage, or a word for it.",
        "time": "A year, month or day.",
    }.get(kind, "Any text.")


def _schema(kind: str, stages: Sequence[str]) -> dict[str, Any]:
    if kind == "time":
        return {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$", "examples": ["2024", "2024-07"]}
    return {"type": "string", "maxLength": 200} | ({"examples": list(stages)} if kind == "stage" else {})


def _problem() -> dict[str, Any]:
    """What stands for an error: RFC 9457."""
    return {
        "type": "object",
        "title": "Problem",
        "properties": {"status": {"type": "integer"}, "title": {"type": "string"}, "detail": {"type": "string"}},
        "required": ["status", "title", "detail"],
    }


INCLUDE = Parameter(
    "include",
    "What counts beside what is asserted; may be given twice.",
    {"type": "array", "items": {"enum": list(INCLUDED)}},
)
