"""May a standby be made, or taken away, and what is left to do? Pure; the questions are the maker's.

A question that had no answer is unknown, and unknown is never pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from orchestrator.checks.preflight import number, texts
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.model.standby import ON_SOURCE, Facts, Make, Part, PrepareStep

# What a person must know, and what keeps nobody from making it.
WARNINGS = frozenset(f"prepare.{name}" for name in ("tls", "glibc", "checksums", "restart", "beat", "dump", "kept"))
_OLDEST = 130000  # since then what a slot keeps can be limited
_ROOM, _SPARE = 1.2, 256 * 1024**2
_SENDERS = 2  # of a base backup: the files, and the log written meanwhile
_FREE = frozenset({"absent", "empty"})
_SOURCE, _REPLICA = "source", "replica"
Rule = Callable[[Facts, Facts, Make], Iterator[CheckResult]]


def check_making(source: Facts, place: Facts, make: Make) -> tuple[CheckResult, ...]:
    """Return everything that was found before anything is touched; a silent side is told once."""
    return judged(_RULES, source, place, make)


def judged(rules: Sequence[Rule], source: Facts, place: Facts, make: Make) -> tuple[CheckResult, ...]:
    """Return what rules find; one that asks for what had no answer finds that it is unknown."""
    found = [_silent(name, facts) for name, facts in ((_SOURCE, source), (_REPLICA, place)) if "silent" in facts]
    if found:
        return tuple(found)
    for rule in rules:
        try:
            for each in rule(source, place, make):  # what was told before a question without an answer stays
                found.append(each)  # noqa: PERF402
        except (KeyError, ValueError):
            code = f"prepare.{rule.__name__.strip('_').replace('_', '-')}"
            found.append(CheckResult(code=code, status=CheckStatus.UNKNOWN))
    return tuple(found)


def steps_left(source: Facts, place: Facts) -> tuple[PrepareStep, ...]:
    """Return what is left to do of a standby that may be made; that it follows is always looked at."""
    ours = place["data"] == "ours"
    access = not place.get("follows") or not source.get("line", True)
    needed = {
        PrepareStep.ACCESS: access,
        PrepareStep.BEAT: source.get("beat", "beats") != "beats",
        PrepareStep.SLOT: source.get("slot") == "absent",
        PrepareStep.SEED: not ours,
        PrepareStep.START: not ours or not place["running"],
        # A secret that was made anew is told to who follows by it, too.
        PrepareStep.FOLLOW: "following" in place and (access or not place["following"]),
        PrepareStep.PROVE: True,
    }
    return tuple(step for step in PrepareStep if needed[step])


def parts_there(source: Facts, place: Facts) -> tuple[Part, ...]:
    """Return what there is of a standby that was made here."""
    ours = place.get("data") == "ours"
    there = {
        Part.STANDBY: ours and place.get("running") is True,
        Part.DATA: ours,
        Part.SLOT: source.get("slot", "absent") not in {"absent", "foreign"},
        Part.LINE: source.get("line") is True,
        Part.ROLE: source.get("role") == "ours",
        Part.BEAT: source.get("beat-ours") is True,
        Part.FOLDER: place.get("folder") is True,
    }
    return tuple(part for part in Part if there[part])


def check_dropping(source: Facts, place: Facts, without: str) -> tuple[CheckResult, ...]:
    """Return what forbids to take a standby away; a side that a person says is gone is not asked for."""
    sides = ((_SOURCE, source), (_REPLICA, place))
    found = [_silent(name, facts) for name, facts in sides if "silent" in facts and name != without]
    if found or without == _REPLICA:
        return tuple(found)
    promoted = place.get("data") == "promoted"
    # Of a pair that is being switched neither side may go: the other one may be closed.
    serves = without == _SOURCE or not source.get("recovery")
    switch = "" if promoted else str(place.get("switch", ""))
    return (
        CheckResult.of("prepare.promoted", not promoted, _REPLICA),
        CheckResult.of("prepare.switched", not switch, _REPLICA, found=switch),
        CheckResult.of("prepare.serves", serves, _SOURCE),
        CheckResult.of("prepare.feeds", not place.get("feeds"), _REPLICA, count=place.get("feeds", 0)),
    )


def parts_gone(there: tuple[Part, ...], without: str) -> tuple[Part, ...]:
    """Return what of it can be taken away where one side is gone."""
    return tuple(part for part in there if without != (_SOURCE if part in ON_SOURCE else _REPLICA))


def _silent(name: str, facts: Facts) -> CheckResult:
    return CheckResult(
        code="prepare.silent", status=CheckStatus.UNKNOWN, subject=name, values={"said": str(facts["silent"])}
    )


def _version(source: Facts, place: Facts, make: Make) -> Iterator[CheckResult]:
    del make
    major = number(source, "version") // 10000
    yield CheckResult.of("prepare.old", number(source, "version") >= _OLDEST, _SOURCE, version=major)
    there = ", ".join(texts(place, "versions")) or "-"
    yield CheckResult.of("prepare.version", place["programs"], _REPLICA, source=major, found=there)


def _alike(source: Facts, place: Facts, make: Make) -> Iterator[CheckResult]:
    del make
    for name in ("architecture", "glibc"):
        here, there = source[name], place[name]
        yield CheckResult.of(f"prepare.{name}", here == there, source=here, replica=there)
    offered = {_locale(name) for name in texts(place, "locales_available")} | {"c", "posix"}
    missing = [name for name in texts(source, "locales") if _locale(name) not in offered]
    yield CheckResult.of("prepare.locale", not missing, _REPLICA, missing=", ".join(missing) or "-")


def _primary(source: Facts, place: Facts, make: Make) -> Iterator[CheckResult]:
    del place
    yield CheckResult.of("prepare.primary", source["recovery"] is False, _SOURCE)
    yield CheckResult.of("prepare.superuser", source["superuser"] is True, _SOURCE, role=make.superuser)
    yield CheckResult.of("prepare.role", source["role"] != "foreign", _SOURCE)
    spaces = texts(source, "tablespaces")
    yield CheckResult.of("prepare.tablespaces", not spaces, _SOURCE, names=", ".join(spaces) or "-")


def _log(source: Facts, place: Facts, make: Make) -> Iterator[CheckResult]:
    """What the source must give, and what its slot may keep while the standby is away."""
    del make
    level = source["wal_level"]
    yield CheckResult.of("prepare.wal-level", level in {"replica", "logical"}, _SOURCE, wal_level=level)
    seeding = place["data"] != "ours"
    needed = _SENDERS if seeding else 0
    yield CheckResult.of(
        "prepare.senders", number(source, "free_senders") >= needed, _SOURCE, free=source["free_senders"], needed=needed
    )
    slot = source["slot"]
    yield CheckResult.of("prepare.slots", slot != "absent" or number(source, "free_slots") >= 1, _SOURCE)
    yield CheckResult.of("prepare.slot-lost", slot not in {"lost", "unreserved", "foreign"}, _SOURCE, slot=slot)
    keep, free = number(source, "wal_keep_bytes"), number(source, "free_bytes")
    yield CheckResult.of("prepare.bounded", 0 <= keep <= free, _SOURCE, keep=keep, free=free)


def check_place(source: Facts, place: Facts, make: Make) -> Iterator[CheckResult]:
    """Say whether the data's folder may be written into, and whether there is room."""
    data = place["data"]
    yield CheckResult.of("prepare.promoted", data != "promoted", _REPLICA)
    if place.get("old") == "runs":
        yield CheckResult.of("prepare.old-runs", False, _REPLICA, data=make.data)
    elif data != "promoted":
        yield CheckResult.of("prepare.data", data in {*_FREE, "ours"}, _REPLICA, data=make.data, found=data)
    yield CheckResult.of("prepare.parent", place["parent"], _REPLICA, data=make.data)
    if data in _FREE:
        needed = int(number(source, "size") * _ROOM) + _SPARE
        free = number(place, "free_bytes") + number(place, "copied")
        yield CheckResult.of("prepare.room", free >= needed, _REPLICA, needed=needed, free=free)


def _place(source: Facts, place: Facts, make: Make) -> Iterator[CheckResult]:
    yield from check_place(source, place, make)
    if make.config:
        yield CheckResult.of("prepare.config", place["config"], _REPLICA, config=make.config)
    else:
        inside = str(source["config"]).startswith(f"{source['folder']}/")
        yield CheckResult.of("prepare.config", inside, _SOURCE, config=source["config"])


def _ways(source: Facts, place: Facts, make: Make) -> Iterator[CheckResult]:
    if not place["programs"]:
        return
    # 0 lets clients in, 1 is there and does not yet, 2 is silent.
    yield CheckResult.of("prepare.reach", str(place["reach"]) in {"0", "1"}, _REPLICA)
    if not place["running"]:
        yield CheckResult.of("prepare.port", str(place["port"]) not in {"0", "1"}, _REPLICA)
    follows = place["follows"]
    yield CheckResult.of("prepare.another", follows in {"", source["identifier"]}, _REPLICA, found=follows)
    yield CheckResult.of("prepare.tls", source["ssl"] is True, _SOURCE)
    yield CheckResult.of("prepare.checksums", source["checksums"] == "on", _SOURCE)
    yield CheckResult.of("prepare.restart", bool(make.start and make.stop), _REPLICA)
    yield CheckResult.of("prepare.beat", "beat" in source, _SOURCE)


def _locale(name: str) -> str:
    # `C.UTF-8` and `C.utf8` are the same to the C library.
    return name.lower().replace("-", "")


_RULES: tuple[Rule, ...] = (_version, _alike, _primary, _log, _place, _ways)
