"""The JSON API does what its description says."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import jsonschema
import pytest
from serving import Site

from kg.config import DEFAULT_BASE
from kg.query.asking import load_askings

CALLS = (
    "/api/status",
    "/api/search?q=china",
    "/api/things?type=company&limit=3",
    "/api/thing?iri=country/china",
    "/api/claims?iri=country/china&limit=5",
    "/api/document?iri=doc/china-export-controls-02",
    "/api/questions",
    "/api/questions/depends-on?name=China",
    "/api/questions/path?dependent=Japan&provider=China&include=planned&include=possible",
)


def description(site: Site) -> dict[str, Any]:
    return dict(json.loads(site.ask("/openapi.json").body))


def test_the_description_is_valid(pages_site: Site) -> None:
    validator = pytest.importorskip("openapi_spec_validator", reason="openapi-spec-validator is not installed")
    validator.validate(description(pages_site))


def test_each_question_is_described(pages_site: Site) -> None:
    paths = description(pages_site)["paths"]
    for name, asking in load_askings().items():
        told = paths[f"/api/questions/{name}"]["get"]["parameters"]
        assert [p["name"] for p in told][: len(asking.parameters)] == [p.name for p in asking.parameters]


@pytest.mark.parametrize("call", CALLS)
def test_answers_are_of_the_form_that_is_described(pages_site: Site, call: str) -> None:
    told = description(pages_site)
    answer = pages_site.ask(call)
    assert (answer.status, answer.kind) == (200, "application/json"), answer.body
    operation = told["paths"][call.partition("?")[0]]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    found = json.loads(answer.body)
    jsonschema.validate(found, {**schema, "components": told["components"]})
    assert found
    assert {part.partition("=")[0] for part in call.partition("?")[2].split("&") if part} <= {
        p["name"] for p in operation["parameters"]
    }


def test_claims_come_in_parts(pages_site: Site) -> None:
    def part(start: int) -> dict[str, Any]:
        return dict(json.loads(pages_site.ask(f"/api/claims?iri=country/china&limit=4&start={start}").body))

    first = part(0)
    found = [c["iri"] for start in range(0, first["total"], 4) for c in part(start)["claims"]]
    assert len(found) == len(set(found)) == first["total"]
    claim = json.loads(pages_site.ask(f"/api/claim?iri={quote(found[0], safe='')}").body)
    assert claim in first["claims"]


@pytest.mark.parametrize(
    ("call", "status"),
    [
        ("/api/thing?iri=company/nobody", 404),
        ("/api/thing", 400),
        ("/api/thing?iri=%00", 400),
        ("/api/claim?iri=country/china", 404),
        ("/api/document?iri=country/china", 404),
        ("/api/claims?iri=country/china&limit=0", 400),
        ("/api/questions/depends-on?name=nobody", 404),
        ("/api/questions/depends-on", 400),
        ("/api/questions/nothing", 404),
    ],
)
def test_what_cannot_be_done_is_a_problem(pages_site: Site, call: str, status: int) -> None:
    answer = pages_site.ask(call)
    assert (answer.status, answer.kind) == (status, "application/problem+json")
    told = json.loads(answer.body)
    jsonschema.validate(told, description(pages_site)["components"]["schemas"]["Problem"])
    assert told["status"] == status
    assert len(told["detail"]) > 20


def test_an_iri_may_be_whole_or_relative(pages_site: Site) -> None:
    whole = pages_site.ask(f"/api/thing?iri={quote(DEFAULT_BASE + 'country/china', safe='')}").body
    assert whole == pages_site.ask("/api/thing?iri=country/china").body
