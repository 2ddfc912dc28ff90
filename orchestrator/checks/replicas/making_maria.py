"""May a MariaDB replica be made, and is its first copy a backup or a dump? Pure; the questions are the maker's.

A question that had no answer is unknown, and unknown is never pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestrator.checks.preflight import number, texts
from orchestrator.checks.replicas.making import Rule, check_place, judged
from orchestrator.model.result import CheckResult
from orchestrator.model.standby import Facts, Make

_OLDEST = (10, 6)
_VERSION = re.compile(r"(\d{1,3})\.(\d{1,3})\.\d{1,3}")
_RIGHTS = 5  # that the source's superuser is asked for
_DAY = 86400  # seconds
_SOURCE, _REPLICA = "source", "replica"


def check_making_maria(source: Facts, place: Facts, make: Make) -> tuple[CheckResult, ...]:
    """Return everything that was found before anything is touched; a silent side is told once."""
    return judged(_RULES, source, place, make)


def by_backup(source: Facts, place: Facts) -> bool:
    """Tell whether the first copy is a backup of files; else it is a dump."""
    return not _no_backup(source, place)


def _no_backup(source: Facts, place: Facts) -> str:
    """Return why the source cannot be backed up by its files; empty: it can."""
    version = _plain(source.get("version"))
    mine, other = str(source.get("backup") or "-"), str(place.get("backup") or "-")
    if not version or (mine, other, place.get("version")) != (version, version, version):
        told = f"{version or '-'}, {place.get('version') or '-'}"
        return f"mariadb-backup: {mine}, {other}; mariadbd: {told}"
    return "" if source.get("readable") is True else "datadir"


def _version(source: Facts, place: Facts, make: Make) -> Iterator[CheckResult]:
    del make
    mine, other = _VERSION.match(str(source["version"])), _VERSION.match(str(place["version"]))
    if mine is None:
        raise ValueError("version")
    release = (int(mine[1]), int(mine[2]))
    yield CheckResult.of(
        "prepare.maria-old", release >= _OLDEST, _SOURCE, version=mine[0], least=".".join(map(str, _OLDEST))
    )
    missing = texts(place, "missing")
    yield CheckResult.of("prepare.programs", not missing, _REPLICA, missing=", ".join(missing) or "-")
    alike = other is not None and (int(other[1]), int(other[2])) == release
    yield CheckResult.of("prepare.release", alike, _REPLICA, source=mine[0], found=other[0] if other else "-")


def _copy(source: Facts, place: Facts, make: Make) -> Iterator[CheckResult]:
    """Which way it is copied, and what that way cannot carry."""
    del make
    if place["data"] not in {"absent", "empty"}:
        return
    why = _no_backup(source, place)
    yield CheckResult.of("prepare.dump", not why, why=why or "-")
    if why:
        plain = number(source, "plain")
        yield CheckResult.of("prepare.engines", plain == 0, _SOURCE, count=plain)
    else:
        yield CheckResult.of("prepare.architecture", source["architecture"] == place["architecture"],
                             source=source["architecture"], replica=place["architecture"])  # fmt: skip
    # A dump makes a table's own folder anew where the source has it.
    outside = number(source, "outside")
    homes = [home for home in str(source["homes"]).split("|") if home not in {"", ".", "./", source["folder"]}]
    yield CheckResult.of("prepare.outside", not outside and not homes, _SOURCE, count=outside + len(homes))
    encrypted = number(source, "encrypted")
    yield CheckResult.of("prepare.encrypted", encrypted == 0, _SOURCE, count=encrypted)


def _primary(source: Facts, place: Facts, make: Make) -> Iterator[CheckResult]:
    del place
    yield CheckResult.of("prepare.no-feeds", source["feeds"] == 0 and source["read_only"] == 0, _SOURCE)
    yield CheckResult.of("prepare.galera", source["galera"] == 0, _SOURCE)
    yield CheckResult.of("prepare.rights", number(source, "rights") >= _RIGHTS, _SOURCE, role=make.superuser)
    yield CheckResult.of("prepare.log-bin", source["log_bin"] == 1, _SOURCE)
    yield CheckResult.of("prepare.server-id", number(source, "server") > 0, _SOURCE)
    kept = number(source, "kept")
    yield CheckResult.of("prepare.kept", kept >= _DAY, _SOURCE, seconds=kept)
    odd = texts(source, "odd")
    yield CheckResult.of("prepare.odd", bool(make.config) or not odd, _SOURCE, names=", ".join(odd) or "-")


def _place(source: Facts, place: Facts, make: Make) -> Iterator[CheckResult]:
    yield from check_place(source, place, make)
    yield CheckResult.of("prepare.user", place["user"], _REPLICA, user=make.user)
    if make.config:
        yield CheckResult.of("prepare.config", place["config"], _REPLICA, config=make.config)
    else:
        # Our own file names nobody who would read it after a restart but us.
        yield CheckResult.of("prepare.config-of-service", not make.start, _REPLICA)
        yield CheckResult.of("prepare.socket", place["socket"], _REPLICA, user=make.user)


def _ways(source: Facts, place: Facts, make: Make) -> Iterator[CheckResult]:
    if texts(place, "missing"):
        return
    yield CheckResult.of("prepare.reach", place["reach"] is True, _REPLICA)
    if place["running"]:
        whom = texts(place, "elsewhere")
        yield CheckResult.of("prepare.follows-another", not whom, _REPLICA, found=", ".join(whom) or "-")
    else:
        yield CheckResult.of("prepare.port", place["port"] is False, _REPLICA)
    follows = place["follows"]
    yield CheckResult.of("prepare.another", follows in {"", str(source["server"])}, _REPLICA, found=follows)
    yield CheckResult.of("prepare.tls", source["ssl"] == 1, _SOURCE)
    yield CheckResult.of("prepare.restart", bool(make.start and make.stop), _REPLICA)
    yield CheckResult.of("prepare.beat-needed", "beat" in source, _SOURCE)


_RULES: tuple[Rule, ...] = (_version, _copy, _primary, _place, _ways)


def _plain(version: object) -> str:
    found = _VERSION.match(str(version))
    return found[0] if found else ""
