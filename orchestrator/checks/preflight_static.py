"""Preflight of a static site: that of its files, and whether both sides can be asked for pages. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.checks import preflight_files
from orchestrator.checks.preflight import Facts, Finding, Preflight, Rule, finding, texts
from orchestrator.checks.preflight_files import EVERY
from orchestrator.checks.preflight_proxy import route
from orchestrator.model.move import Method, StaticMove


def preflight(
    move: StaticMove,
    source: Facts,
    target: Facts,
    *,
    override: Method | None = None,
    methods: tuple[Method, ...] = EVERY,
) -> Preflight:
    """Judge the facts and choose the method, of those that can be carried out."""
    return preflight_files.judge(move, source, target, RULES, override, methods)


def _pages(source: Facts, target: Facts) -> Iterator[Finding]:
    """What the source does not answer can never be compared."""
    del target
    for told in texts(source, "bad_pages"):
        path, _, said = told.partition(": ")
        yield finding("static-page", path, *EVERY, said=said)


def _proxy(source: Facts, target: Facts) -> Iterator[Finding]:
    del target
    if source.get("proxied"):
        yield from route(source, *EVERY)


def _served(source: Facts, target: Facts) -> Iterator[Finding]:
    del source
    if not target["nginx"]:
        yield finding("static-no-nginx", "target", *EVERY)
    elif target["config"]:
        yield finding("static-config", "target", *EVERY, said=target["config"])
    elif target["unserved"]:
        # Its tree is empty until the first pass: any answer will do.
        yield finding("static-unserved", "target", *EVERY, said=target["unserved"])


RULES: tuple[Rule, ...] = (*preflight_files.RULES, _pages, _served, _proxy)
