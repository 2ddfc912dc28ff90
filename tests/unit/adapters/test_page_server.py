"""Who is let in to a page: by what name we are called, and by what is shown."""

from __future__ import annotations

import pytest

from orchestrator.adapters.page_server import Door

TOKEN = "a-token-that-is-long-enough"


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:1", "[::1]:65535", "10.0.0.1", "board.example:80", "[fe80::1]"]
)
def test_names_of_ours(host: str) -> None:
    assert Door(names={"board.example"}).knows(host)


@pytest.mark.parametrize(
    "host",
    ["", ":80", "example", "x.board.example", "board.example.", "localhost:", "localhost:80:80", "localhost:８０",
     "[::1", "::1", "[127.0.0.1]", "[::1]x", "127.0.0.1 evil", "127.0.0.1,evil", "0177.0.0.1", "2130706433",
     "[fe80::1%25eth0]"],
)  # fmt: skip
def test_names_of_others(host: str) -> None:
    assert not Door(names={"board.example"}).knows(host)


@pytest.mark.parametrize(
    "shown", ["", "Bearer", f"Bearer  {TOKEN}", f"Digest {TOKEN}", "Basic", "Basic e", "Basic w7/Dvw=="]
)
def test_what_is_no_token(shown: str) -> None:
    assert not Door(token=TOKEN).opens(shown)
    assert Door().opens(shown)
