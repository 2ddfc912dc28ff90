"""The list's digest: the same text as always, whichever library writes it."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal

import pytest

from orchestrator.adapters.intake.canonical import digest
from orchestrator.model.system import Opening, Status


def sha256(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ({"b": 1, "a": "政务", "𠀀": "", "\uffff": None}, {"b": 1, "a": "政务", "𠀀": "", "\uffff": None}),
        (['\x00\x08\t\n\x0c\r\x1b\x7f\x85\u2028\\"/'], ['\x00\x08\t\n\x0c\r\x1b\x7f\x85\u2028\\"/']),
        ((date(2018, 3, 2), Decimal("94.0"), Status.TRIAL), ["2018-03-02", "94", Status.TRIAL.value]),
        ({"half": "\ud800", "large": 1 << 70}, {"half": "\ud800", "large": 1 << 70}),
        ({"set": frozenset({"b", "a"}), "yes": True}, {"set": ["a", "b"], "yes": True}),
    ],
    ids=["keys", "signs", "values", "what orjson does not write", "sets"],
)
def test_the_digest_is_that_of_the_standard_librarys_text(value: object, plain: object) -> None:
    assert digest(value) == sha256(plain)


def test_a_record_is_its_content_without_its_row_and_its_defaults() -> None:
    assert digest(Opening(protocol="tcp", first=80, last=80, source="0.0.0.0/0")) == sha256(
        {"protocol": "tcp", "first": 80, "last": 80}
    )


def test_what_is_no_part_of_the_model_is_an_error() -> None:
    with pytest.raises(TypeError):
        digest({"a": object()})
