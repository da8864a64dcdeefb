"""What the tests of HSDS share: the public schemas, a small pack with the real flows, somebody else's service."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from bot.authoring.editing.changeset import Changes
from bot.authoring.exchange.hsds.exporter import services
from bot.authoring.exchange.hsds.importer import ImportResult, take
from bot.book import Book, default_folders, snapshot, survey
from bot.book.snapshots import Snapshot
from bot.engine.flow_compiler import survey_flows
from tests.book.pack import changed
from tests.conftest import TODAY

SCHEMAS = Path(__file__).parent / "hsds_schemas"


@cache
def schemas() -> dict[str, Any]:
    """The public schemas, by the name of their file."""
    return {path.name: json.loads(path.read_text("utf-8")) for path in sorted(SCHEMAS.glob("*.json"))}


@cache
def validator() -> Draft202012Validator:
    """A list of HSDS services, read by the public schemas alone: whatever they refer to lies beside them."""
    resources = [(name, Resource.from_contents(schema, default_specification=DRAFT202012)) for name, schema in schemas().items()]
    registry: Any = Registry().with_resources(resources)
    listed = {"type": "array", "items": {"$ref": "service.json"}}
    return Draft202012Validator(listed, registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER)


def wrong(document: Any) -> list[str]:
    """What the public schemas say against a document: where, and which rule."""
    return [f"{error.json_path} {error.validator}" for error in validator().iter_errors(document)]


@cache
def _flows() -> Snapshot:
    return {name: data for name, data in snapshot(*default_folders()).items() if name.startswith("flows/")}


def book_of(files: Snapshot) -> Book:
    """The book of a small pack, with the flows of the real one."""
    return survey({**files, **_flows()}, survey_flows)[0]


def small() -> Snapshot:
    """A small pack in which nothing of a referral is wrong."""
    return changed("content/places/us/referrals/far.yaml", "contact: never", "contact: unknown")


def exported(files: Snapshot, name: str = "far") -> dict[str, Any]:
    """The service of one referral of a small pack."""
    return next(made for made in services(book_of(files), TODAY) if made["x_constellation"]["record"]["referral"] == name)


def taken(document: Any, files: Snapshot | None = None, **said: Any) -> ImportResult:
    """A document taken into a small pack."""
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return take(Changes(small() if files is None else files), "theirs.json", data, TODAY, **said)


def errors(found: ImportResult) -> list[str]:
    """The errors, each as its path and code."""
    return [f"{fault.file.partition(' ')[2]} {fault.code}" for fault in found.faults if fault.severity == "error"]


def warnings(found: ImportResult) -> list[str]:
    """The warnings, each as its path and code."""
    return [f"{fault.file.partition(' ')[2]} {fault.code}" for fault in found.faults if fault.severity == "warning"]


def theirs(**more: Any) -> dict[str, Any]:
    """A service as another directory has it: people, streets, faxes and all."""
    return {
        "id": "ac148810-d857-441c-9679-408f346de14b",
        "name": "Community Counselling",
        "description": "<p>Someone to talk to.</p>",
        "status": "active",
        "url": "https://example.com/counselling",
        "email": "help@example.com",
        "fees_description": "Free of charge",
        "eligibility_description": "Anybody in the city",
        "assurer_email": "ann@example.com",
        "phones": [
            {"id": "1554f2e2-a373-45db-a3fa-9fc48a61c15e", "number": "(212) 555-0142", "type": "voice"},
            {"id": "2554f2e2-a373-45db-a3fa-9fc48a61c15e", "number": "741741", "type": "text"},
        ],
        "contacts": [{"id": "1e7efce3-639b-4880-940c-b95cd30cdb50", "name": "Ann Persona", "email": "ann@example.com"}],
        "languages": [{"id": "2989d3ed-c547-48f8-8f9d-432d81c7892e", "code": "ur"}],
        "service_at_locations": [
            {
                "id": "e94c9f38-1e8f-4564-91d4-d53501ab1765",
                "location": {
                    "id": "3a19ff88-4620-4d17-9830-ac1d859eb5d5",
                    "location_type": "physical",
                    "addresses": [
                        {
                            "id": "74706e55-df26-4b84-80fe-ecc30b5befb4",
                            "address_1": "1-30 Main Street",
                            "city": "Albany",
                            "state_province": "NY",
                            "postal_code": "12201",
                            "country": "US",
                            "address_type": "physical",
                        }
                    ],
                },
            }
        ],
        **more,
    }
