"""What counts as an address: IPv4 or IPv6 and nothing else; an IPv6 zone id may hold any text and is refused."""

from __future__ import annotations

from ipaddress import ip_address, ip_network


def address(text: object) -> str:
    """Return an address in its canonical form; empty if it is none.

    RFC 4007 §11 lets an implementation put any characters into a zone id, and Python does: behind `%` there is
    room for a quote, a line end and a command. A zone means nothing outside the machine that named it.
    """
    if not isinstance(text, str) or "%" in text:
        return ""
    try:
        return str(ip_address(text))
    except ValueError:
        return ""


def reachable(text: object) -> str:
    """Return the address of a machine elsewhere in its canonical form; empty if it is none or can only be ourselves."""
    found = address(text)
    if not found:
        return ""
    meant = ip_address(found)
    mapped = getattr(meant, "ipv4_mapped", None) or meant
    nobody = mapped.is_unspecified or mapped.is_loopback or mapped.is_multicast or found == "255.255.255.255"
    return "" if nobody else found


def network(text: object) -> str:
    """Return a network as canonical CIDR, host bits cleared; empty if it is none."""
    if not isinstance(text, str) or "%" in text:
        return ""
    try:
        return str(ip_network(text, strict=False))
    except ValueError:
        return ""
