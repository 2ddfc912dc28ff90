"""Names are valid, told apart, and say nothing twice."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.planning.specs import server_slug, short, slug
from tests.unit.planning.given import server


def test_a_plain_id_is_its_own_slug() -> None:
    assert slug("LAB-001") == "lab-001"


def test_what_a_slug_cannot_say_is_told_apart_by_a_hash() -> None:
    assert slug("档案") != slug("财政")
    assert slug("a b") != slug("a.b")
    assert slug("a b").startswith("a-b-")


@given(st.text(min_size=1, max_size=80))
def test_any_text_has_a_valid_slug(text: str) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,30}", slug(text))


@given(st.text(alphabet="abc-", min_size=1, max_size=90))
def test_a_name_is_never_longer_than_a_host_name(text: str) -> None:
    assert len(short(text)) <= 63
    assert short(text) == text or len(text) > 63


def test_long_names_with_the_same_beginning_stay_apart() -> None:
    assert short("x" * 64 + "a") != short("x" * 64 + "b")


def test_a_server_does_not_repeat_its_systems_id() -> None:
    assert server_slug(server(id="LAB-001-web1", system_id="LAB-001")) == "web1"
    assert server_slug(server(id="LAB-0012", system_id="LAB-001")) == "lab-0012"
    assert server_slug(server(id="web1", system_id="LAB-001")) == "web1"
    assert server_slug(server(id="LAB-001", system_id="LAB-001")) == "lab-001"
