"""Preflight of what people are led by: names at every server, floating IPs, the machine at the old address. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import cast

from orchestrator.checks.parts import Judge
from orchestrator.checks.preflight import Facts, Finding, Preflight, Rule, check, finding
from orchestrator.model.move import AnyMove, Method, routes_of, with_routes
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.model.routes import DnsRoute, FloatingRoute, FloatingSeen, NameSeen, Routes

_DAY = 86_400  # seconds; a name that is kept for longer is told, for so long the cutover waits


def led(judge: Judge) -> Judge:
    """Return what judges a kind of move, and what leads people to it besides."""

    def judged(
        move: AnyMove, source: Facts, target: Facts, *, override: Method | None = None, methods: tuple[Method, ...] = ()
    ) -> Preflight:
        found = judge(move, source, target, override=override, methods=methods)
        routes = routes_of(move)
        if routes == Routes():
            return found
        facts = source.get("routes", {})
        facts = facts if isinstance(facts, Mapping) else {}
        more = check(facts, {}, _rules(routes, methods), methods)
        against = any(each.against for each in more)
        return replace(
            found,
            move=_measured(found.move, facts),
            possible=found.possible and not against,
            findings=(*found.findings, *more),
        )

    return judged


def _measured(move: AnyMove, facts: Facts) -> AnyMove:
    """Return the move with what is to be given back: each name's TTL, and the port that a floating IP has."""
    routes = routes_of(move)
    names = tuple(
        replace(each, before=max((seen.ttl for seen in _seen(facts, each)), default=0)) for each in routes.names
    )
    seen = {each.address: _associated(facts, each) for each in routes.floating}
    floating = tuple(
        replace(each, source_port=seen[each.address].port, target_port=seen[each.address].target_port)
        for each in routes.floating
    )
    return with_routes(move, replace(routes, names=names, floating=floating))


def _rules(routes: Routes, methods: tuple[Method, ...]) -> tuple[Rule, ...]:
    rules: list[Rule] = [_named(_name, each, methods) for each in routes.names]
    if routes.forwarder:
        rules.append(_forwarder(routes, methods))
    rules += [_floating(each, methods) for each in routes.floating]
    return tuple(rules)


def _named(rule: Callable[..., Iterator[Finding]], route: DnsRoute, methods: tuple[Method, ...]) -> Rule:
    def judged(source: Facts, target: Facts) -> Iterator[Finding]:
        del target
        yield from rule(route, source, methods)

    judged.__name__ = rule.__name__
    return judged


def _name(route: DnsRoute, facts: Facts, methods: tuple[Method, ...]) -> Iterator[Finding]:
    """Each server must lead to the source and nowhere else: a change replaces what is known, and nothing more."""
    keys = facts["keys"]
    if fault := cast(Mapping[str, str], keys)[route.name]:
        yield finding("name-key", route.name, *methods, file=route.key, said=fault)
    for seen in _seen(facts, route):
        told = {"server": seen.server, "said": seen.said}
        if seen.fault:
            result = CheckResult(
                code="move.preflight.name-unanswered", status=CheckStatus.UNKNOWN, subject=route.name, values=told
            )
            yield Finding(result=result, against=methods)
        elif seen.alias:
            yield finding("name-alias", route.name, *methods, **told)
        elif seen.others:
            yield finding("name-family", route.name, *methods, server=seen.server, said=" ".join(seen.others))
        elif seen.addresses != (route.source,):
            code = "name-several" if len(seen.addresses) > 1 else "name-elsewhere"
            yield finding(code, route.name, *methods, **told, wanted=route.source)
        elif seen.ttl > _DAY:
            yield finding("name-long", route.name, server=seen.server, ttl=seen.ttl)


def _forwarder(routes: Routes, methods: tuple[Method, ...]) -> Rule:
    passes = routes.forwarder
    assert passes is not None  # noqa: S101 - asked before

    def forwarder(source: Facts, target: Facts) -> Iterator[Finding]:
        del target
        if ":" in passes.address or ":" in passes.target:
            yield finding("forward-family", passes.address, *methods)
        facts = cast(Facts, source["forwarder"])
        told: Mapping[str, object] = {"address": passes.address}
        if passes.reach.port in passes.ports and passes.reach.address == passes.address:
            yield finding("forward-login", passes.address, *methods, port=passes.reach.port)
        if not facts["nft"]:
            yield finding("forward-nft", passes.address, *methods)
        if facts["begins"] == "-":
            yield finding("forward-restart", passes.address, *methods)
        if not facts["has_address"]:
            yield finding("forward-address", passes.reach.address, *methods, **told)
        if not facts["router"]:
            yield finding("forward-router", passes.address)

    return forwarder


def _floating(route: FloatingRoute, methods: tuple[Method, ...]) -> Rule:
    def floating(source: Facts, target: Facts) -> Iterator[Finding]:
        """It must be ours, at the source and nowhere else, and the target must have one port that can get it."""
        del target
        seen = _associated(source, route)
        told: Mapping[str, object] = {"cloud": route.cloud, "said": seen.said}
        if seen.fault:
            result = CheckResult(
                code="move.preflight.floating-unanswered",
                status=CheckStatus.UNKNOWN,
                subject=route.address,
                values={"cloud": route.cloud, "said": seen.said},
            )
            yield Finding(result=result, against=methods)
        elif not seen.known:
            yield finding("floating-absent", route.address, *methods, **told)
        else:
            if seen.fixed != route.source:
                yield finding("floating-elsewhere", route.address, *methods, **told, wanted=route.source)
            if not seen.target_port:
                yield finding("floating-port", route.address, *methods, **told, wanted=route.target)
            if seen.taken:
                yield finding("floating-taken", route.address, *methods, **told, wanted=route.target, other=seen.taken)

    return floating


def _associated(facts: Facts, route: FloatingRoute) -> FloatingSeen:
    return cast(Mapping[str, FloatingSeen], facts["floating"])[route.address]


def _seen(facts: Facts, route: DnsRoute) -> Sequence[NameSeen]:
    return cast(Mapping[str, Sequence[NameSeen]], facts["names"])[route.name]
