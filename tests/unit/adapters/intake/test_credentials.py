"""Credentials are found however they are spelled, and the words of the field are not mistaken for them."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import yaml

from orchestrator.adapters.intake import credentials
from orchestrator.adapters.intake.credentials import asks_for_credential, looks_like_credential
from orchestrator.adapters.intake.fold import header_key

CASES: Mapping[str, Sequence[str]] = yaml.safe_load(
    (Path(__file__).parents[3] / "cases/list/credentials.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("text", CASES["found"])
def test_credentials_are_found(text: str) -> None:
    assert looks_like_credential(text)
    assert looks_like_credential(f"运行于自建机房，{text}，2018年停用")


@pytest.mark.parametrize("text", CASES["passed"])
def test_words_of_the_field_pass(text: str) -> None:
    assert not looks_like_credential(text)


def test_columns() -> None:
    assert [name for name in CASES["columns_found"] if not asks_for_credential(header_key(name))] == []
    assert [name for name in CASES["columns_passed"] if asks_for_credential(header_key(name))] == []


@pytest.mark.parametrize(
    "piece",
    [
        "a", "a://", "a.b-", "password", "password(", "密码(", "密码", "密 ", "密码 ", "密码:无", "eyJ", "-eyJ",
        "AKIA", "eyJaaaaaaaaaa.", "-----BEGIN ", "admin/", "://a:", "gh", "ghp_", "LTAI", "统一",
        "密码统一是", "密码:未",
    ],
)  # fmt: skip
def test_a_hostile_cell_costs_no_more_than_its_length(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    began = time.process_time()
    looks_like_credential(text)
    assert time.process_time() - began < 2  # 0.08 as it is; what grows with the square of the length takes far more


def test_no_credential_is_without_a_sign_that_is_looked_for_first() -> None:
    for text in CASES["found"]:
        folded = unicodedata.normalize("NFKC", text)
        assert any(sign in folded.lower() for sign in credentials._SIGNS), text
    # The patterns hear no difference of case; of these letters small and large differ by more than a bit.
    for text in ("tokeN：abc", "\u212aey=1x", "api-\u212aEY: zz9", "pa\u017f\u017fword=1", "ASIAABCDEFGHIJKLMNOP"):
        folded = unicodedata.normalize("NFKC", text)
        told = bool(credentials._NAMED.search(folded) or credentials._SHAPED.search(folded))
        assert looks_like_credential(text) == told, ascii(text)
