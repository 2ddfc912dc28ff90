"""The shipped schemas are those of the code, and the seeds satisfy them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from orchestrator.adapters.intake.schemas import SCHEMAS
from orchestrator.reporting.view import to_json

ROOT = Path(__file__).parents[4]
SHIPPED = ROOT / "orchestrator/schemas"
EXAMPLES = {"programme": ROOT / "seeds/lab/programme.yaml", "list": ROOT / "tests/cases/list/lab/list.yaml"}


@pytest.mark.parametrize("what", sorted(SCHEMAS))
def test_shipped_schema_is_current(what: str) -> None:
    kept = (SHIPPED / f"{what}.json").read_text(encoding="utf-8")
    assert kept == to_json(SCHEMAS[what]()) + "\n", f"run: migrate schema {what} > orchestrator/schemas/{what}.json"


@pytest.mark.parametrize("what", sorted(SCHEMAS))
def test_seed_satisfies_the_schema_and_a_wrong_one_does_not(what: str) -> None:
    schema = json.loads((SHIPPED / f"{what}.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    document = json.loads(json.dumps(yaml.safe_load(EXAMPLES[what].read_text(encoding="utf-8")), default=str))
    assert [error.message for error in validator.iter_errors(document)] == []
    document["colour"] = "red"
    assert not validator.is_valid(document)
