"""Preflight of a move by a tool: what the tool said of itself and of both sides, judged. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from orchestrator.checks.preflight import Facts, Finding, Preflight, check, choose, finding, texts
from orchestrator.model.move import ExternalMove, Method

EXTERNAL = Method.EXTERNAL


def preflight(
    move: ExternalMove,
    source: Facts,
    target: Facts,
    *,
    override: Method | None = None,
    methods: tuple[Method, ...] = (EXTERNAL,),
) -> Preflight:
    """Judge the facts; there is one method, and the tool may forbid it."""
    findings = check(source, target, RULES, (EXTERNAL,))
    method = choose(findings, override, methods)
    able = texts(source, "able") if "able" in source else ()
    return Preflight(move=replace(move, able=able), possible=method is not None, findings=findings)


def _external_tool(source: Facts, target: Facts) -> Iterator[Finding]:
    del target
    if "fault" in source:
        yield finding("external-tool", str(source["tool"]), EXTERNAL, error=source["fault"], said=source["said"])
    for verb in texts(source, "missing") if "missing" in source else ():
        yield finding("external-verb", verb, EXTERNAL)


def _external_able(source: Facts, target: Facts) -> Iterator[Finding]:
    del target
    able = texts(source, "able")
    if "back" not in able:
        yield finding("external-one-way", str(source["tool"]))
    if not {"rehearse", "unrehearse"} <= set(able):
        yield finding("external-no-rehearsal", str(source["tool"]))


def _external_findings(source: Facts, target: Facts) -> Iterator[Finding]:
    del source
    told = target["findings"]
    for each in told if isinstance(told, list) else ():
        if isinstance(each, Mapping):
            against = (EXTERNAL,) if each["weight"] == "blocks" else ()
            code = "external-blocks" if against else "external-warns"
            yield finding(code, str(each["subject"]), *against, name=each["code"], text=each["text"])


RULES: tuple[Callable[[Facts, Facts], Iterator[Finding]], ...] = (_external_tool, _external_able, _external_findings)
