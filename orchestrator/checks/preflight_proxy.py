"""Preflight of a HAProxy as the route: what it says of itself, judged. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.checks.preflight import Facts, Finding, finding
from orchestrator.model.machines import OPEN_ADDRESS
from orchestrator.model.move import Method


def route(source: Facts, *methods: Method) -> Iterator[Finding]:
    """Judge what a HAProxy says of itself: where its target is, and whether it leads to the source alone."""
    has, wanted = str(source["proxy_target"]), str(source["proxy_wanted"])
    if has != wanted and not has.startswith(f"{OPEN_ADDRESS} "):  # which leaves it to the move
        yield finding("proxy-elsewhere", "", found=has, wanted=wanted)
    if not source["proxy_route"]:
        yield finding("proxy-route", "", *methods)
