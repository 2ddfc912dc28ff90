"""A claim is written and read back; what is in no form of ours says nothing of whoever wrote it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from orchestrator.model.claim import Claim, foreign, in_order, read_claim, refusal

CLAIM = Claim(
    programme="lab",
    state="0123456789abcdef" * 2,
    since=datetime(2026, 11, 27, 8, 0, 1, tzinfo=UTC),
    who="op@laptop.example",
    place="0123456789ab",
    id="g-1",
)


def test_it_is_read_as_it_was_written() -> None:
    assert read_claim(CLAIM.text(), "lab", "g-1") == CLAIM
    longest = replace(CLAIM, programme="p" * 20, who=f"{'u' * 32}@{'h' * 63}")
    assert len(longest.text()) <= 255  # Nova's limit of a name
    assert read_claim(longest.text(), longest.programme, "g-1") == longest


@pytest.mark.parametrize(
    "text", ["", "web", "migrate-claim:", "migrate:lab/x/y", "migrate-claim:lab-2/x", " " + CLAIM.text()]
)
def test_what_is_no_claim_on_the_programme_is_none(text: str) -> None:
    assert read_claim(text, "lab", "g-1") is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("op@", "op\x1b[2J@"),
        ("op@", "\u202eop@"),
        ("op@", "o p@"),
        ("op@", "{who}@"),
        ("op@", "ＯＰ@"),
        ("op@", "@"),
        ("op@", "o" * 33 + "@"),
        ("@laptop.example", "@" + "h" * 64),
        ("20261127T", "20261327T"),
        ("20261127T", "٢٠٢٦1127T"),
        ("0123456789abcdef0", "0123456789ABCDEF0"),
        ("/0123456789ab", "/0123456789ab\n"),
        ("/0123456789ab", "/0123456789ab/x"),
        ("@laptop.example/0123456789ab", "@laptop.example"),
    ],
)
def test_one_in_another_form_is_somebodys_and_nobodys_name(old: str, new: str) -> None:
    text = CLAIM.text()
    assert old in text
    found = read_claim(text.replace(old, new), "lab", "g-1")
    assert found == Claim(programme="lab", id="g-1")
    assert foreign([found], CLAIM.state) == (found,)
    assert refusal("c", found).code == "claim.unreadable"
    assert read_claim(found.text(), "lab", "g-1") == found  # the state folder keeps it so


def test_everybody_sees_one_order_and_a_folder_without_an_id_owns_nothing() -> None:
    later = replace(CLAIM, since=datetime(2026, 11, 28, tzinfo=UTC), id="g-0")
    same = replace(CLAIM, state="f" * 32, id="g-0")
    unreadable = Claim(programme="lab", id="a")
    assert in_order([unreadable, later, CLAIM, same]) == (same, CLAIM, later, unreadable)
    assert foreign([CLAIM, same], CLAIM.state) == (same,)
    assert foreign([CLAIM, unreadable], "") == (CLAIM, unreadable)
