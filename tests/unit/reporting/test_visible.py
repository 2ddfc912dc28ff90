"""What a terminal obeys is shown, has one reading, and means the same in JSON."""

from __future__ import annotations

import json
import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.reporting.texts import Say
from orchestrator.reporting.view import to_json
from orchestrator.reporting.visible import HIDDEN, one_line, visible

COMMANDING = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# Letters, backslashes and what is hidden, close together: where escapes and their doubles meet.
hostile = st.text(
    st.one_of(st.characters(), st.sampled_from("\\u001bU000e4\x1b\x9b\n\t\r\u202e\u200b\u2028\U000e0041\ud800责"))
)


def test_every_character_that_unicode_calls_control_format_or_separator_of_lines_is_hidden() -> None:
    every = map(chr, range(sys.maxunicode + 1))
    commanding = {each for each in every if unicodedata.category(each) in COMMANDING} - {"\n", "\t"}
    assert {each for each in commanding if not HIDDEN.fullmatch(each)} == set()


def test_no_letter_digit_sign_or_space_that_can_be_seen_is_hidden() -> None:
    seen = {
        each
        for each in map(chr, range(sys.maxunicode + 1))
        if HIDDEN.fullmatch(each) and unicodedata.category(each) not in {*COMMANDING, "Cn"}
    }
    # Hangul fillers, selectors, joiners: ignorable by default, whatever their category.
    assert {unicodedata.category(each) for each in seen} == {"Lo", "Mn"}
    assert all(re.search("FILLER|SELECTOR|JOINER|VOWEL INHERENT|VARIATION", unicodedata.name(each)) for each in seen)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("甲局\x1b]52;c;ZXZpbA==\x07", "甲局\\u001b]52;c;ZXZpbA==\\u0007"),
        ("\x9b31m", "\\u009b31m"),
        ("\x1b]8;;http://x\x1b\\go", "\\u001b]8;;http://x\\u001b\\go"),
        ("a\u202egnp", "a\\u202egnp"),
        ("\U000e0041", "\\U000e0041"),
        ("\udcff", "\\udcff"),
        ("\\u001b", "\\\\u001b"),
        ("\\\x1b", "\\\\\\u001b"),
        ("C:\\users\\u1234\\ua\\", "C:\\users\\u1234\\ua\\"),
        ("one\ttwo\n", "one\ttwo\n"),
        ("朝\u3000\xa0\ue000𠮷", "朝\u3000\xa0\ue000𠮷"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("value", "line"),
    [("a\nerror", "a\\u000aerror"), ("a\r\tb", "a\\u000d\\u0009b"), ("\\u000a", "\\\\u000a"), (7, "7")],
)
def test_a_value_stays_on_its_line(value: object, line: str) -> None:
    assert one_line(value) == line
    assert visible(one_line(value)) == line


def read(shown: str) -> str:
    """Read an escaped text back: an escape is one after an odd number of backslashes."""

    def meant(found: re.Match[str]) -> str:
        slashes, written = found.groups()
        character = chr(int(written[1:], 16)) if int(written[1:], 16) <= sys.maxunicode else ""
        if not HIDDEN.fullmatch(character) and character not in {"\n", "\t"}:
            return found[0]
        half = "\\" * (len(slashes) // 2)
        return half + (character if len(slashes) % 2 else written)

    return re.sub(r"(\\+)(u[0-9a-f]{4}|U[0-9a-f]{8})", meant, shown)


@given(hostile)
def test_what_is_shown_has_one_reading_and_nothing_hidden(text: str) -> None:
    shown = visible(one_line(text))
    assert not HIDDEN.search(shown)
    assert "\n" not in shown
    assert read(shown) == text


@given(st.dictionaries(hostile, hostile))
def test_json_hides_nothing_and_loses_nothing(value: dict[str, str]) -> None:
    text = to_json(value)
    assert not HIDDEN.search(text)
    text.encode()
    assert json.loads(text) == json.loads(json.dumps(value))


def test_a_sentence_within_a_sentence_is_made_one_line_once() -> None:
    say = Say("en")
    cause = say("run.cancelled", system="S-1\nerror")
    assert say("run.cause", system="S-1", code="c", cause=cause) == "S-1 [c] S-1\\u000aerror was cancelled"
