"""An address is IPv4 or IPv6 without a zone; that of a machine elsewhere is never one of our own."""

from __future__ import annotations

import pytest

from orchestrator.model.addresses import address, network, reachable
from tests.hostile import NO_ADDRESSES


@pytest.mark.parametrize("text", [*NO_ADDRESSES, None, 167772161, b"10.0.0.1", ["10.0.0.1"], True], ids=ascii)
def test_anything_else_is_none(text: object) -> None:
    assert address(text) == reachable(text) == ""


@pytest.mark.parametrize(
    ("text", "canonical"),
    [("10.0.0.1", "10.0.0.1"), ("2001:DB8:0:0::1", "2001:db8::1"), ("fe80::1", "fe80::1"), ("127.0.0.1", "127.0.0.1")],
)
def test_an_address_has_one_form(text: str, canonical: str) -> None:
    assert address(text) == canonical


@pytest.mark.parametrize(
    "text",
    ["127.0.0.1", "127.9.9.9", "0.0.0.0", "::", "::1", "::ffff:127.0.0.1", "224.0.0.1", "ff02::1", "255.255.255.255"],
)
def test_a_server_is_never_ourselves_nor_everybody(text: str) -> None:
    assert address(text)
    assert reachable(text) == ""


@pytest.mark.parametrize(
    ("text", "canonical"),
    [("10.1.2.3/8", "10.0.0.0/8"), ("::/0", "::/0"), ("fe80::%x/64", ""), ("10.0.0.0/x", ""), (8, ""), ("", "")],
)
def test_a_network_is_cidr_without_a_zone(text: object, canonical: str) -> None:
    assert network(text) == canonical
