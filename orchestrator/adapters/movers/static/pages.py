"""Both sides of a static site, asked from where the tool runs: outside, as people are."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import suppress
from urllib.parse import quote_from_bytes

from orchestrator.adapters.movers.files.shell import LONG, SECONDS, door, home, opened
from orchestrator.adapters.pages import Page, Site, Visitor
from orchestrator.adapters.routes import haproxy
from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.machines import TreeServer
from orchestrator.model.move import StaticMove
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.ports.move import Session, Sessions

_TOLD = 20  # pages that differ are told
_SILENT = 3


def site(move: StaticMove, server: TreeServer) -> Site:
    """Return where a side serves."""
    return Site(address=server.address, port=move.pages.port, host=move.pages.host, tls=move.pages.tls)


def asked(move: StaticMove, server: TreeServer, paths: Sequence[str]) -> tuple[Page, ...]:
    """Ask a side for pages; one that gave no whole answer several times on end is asked no more."""
    visitor, found, silent = Visitor(site(move, server)), list[Page](), 0
    try:
        for path in paths:
            if silent < _SILENT:
                page = visitor.page(path)
                silent = silent + 1 if page.fault else 0
            found.append(page)
    finally:
        visitor.close()
    return tuple(found)


def answered(move: StaticMove, server: TreeServer) -> CheckResult:
    """Check that a side answers every page that is declared."""
    for path, page in zip(move.pages.paths, asked(move, server, move.pages.paths), strict=True):
        if not page.good:
            return CheckResult.of("move.gate.pages", False, server.name, path=path, said=page.said)
    return CheckResult.of("move.gate.pages", True, server.name, path=move.pages.paths[0], said="-")


def alike(move: StaticMove, sessions: Sessions) -> Iterator[CheckResult]:
    """Compare what both sides answer: the pages that are declared, and some of the tree's files.

    What changed on the target since it was opened is its own by now, and is counted and not judged.
    """
    target = opened(move.target, sessions)
    picked = _names(
        target,
        f"(cd {home(move)}/tree && find . -xdev -type f ! -path './lost+found/*' -print0 |"
        f" shuf -z -n {move.pages.sample}) </dev/null | base64 -w 0",
    )
    declared = len(move.pages.paths)
    paths = (*move.pages.paths, *map(_path, picked))
    here, there = asked(move, move.source, paths), asked(move, move.target, paths)
    # Afterwards, so that what changed while they were asked is among it.
    moving = {_path(name) for name in _names(target, f"{door(move, 'moving')} | base64 -w 0")}
    same, skipped, differ = 0, 0, []
    for number, (path, one, other) in enumerate(zip(paths, here, there, strict=True)):
        given_out = one.good or number < declared
        if given_out and one.good and one == other:
            same += 1
        elif not given_out or _changed(path, moving, gone=not other.good):
            skipped += 1
        else:
            differ.append(_difference(path, one, other))
    failed = any(each.status is CheckStatus.FAIL for each in differ)
    status = CheckStatus.FAIL if failed else CheckStatus.UNKNOWN if differ or not same else CheckStatus.PASS
    told = {"asked": str(len(paths)), "same": str(same), "skipped": str(skipped), "count": str(len(differ))}
    yield CheckResult(code="move.verify.pages", status=status, subject=move.pages.host, values=told)
    yield from differ[:_TOLD]


def _difference(path: str, one: Page, other: Page) -> CheckResult:
    # A source that does not answer leaves nothing to compare with, unless the target does not answer either.
    status = CheckStatus.UNKNOWN if other.good and not one.good else CheckStatus.FAIL
    reason = "bytes" if one.good and other.good else "answer"
    values = {"reason": reason, "source": one.said, "target": other.said}
    return CheckResult(code="move.verify.page", status=status, subject=path, values=values)


def _path(name: bytes) -> str:
    """Return how a file of the tree is asked for."""
    return quote_from_bytes(name.removeprefix(b"."))


def _changed(path: str, moving: set[str], *, gone: bool) -> bool:
    """Tell whether a page's file changed, or went from a folder that did, as far as a path says which file that is."""
    plainly = path.partition("?")[0]
    files = {plainly, f"{plainly.rstrip('/')}/index.html", f"{plainly.rstrip('/')}/index.htm"}
    return not files.isdisjoint(moving) or (gone and plainly.rpartition("/")[0] in moving)


def _names(session: Session, text: str) -> list[bytes]:
    """Return a list of names that are separated by NUL.

    Raises:
        MigrateError: `move.files-answer`.
    """
    said = session.ask(text, LONG)
    try:
        return [name for name in b64decode(said, validate=True).split(b"\0") if name]
    except ValueError:
        raise MigrateError("move.files-answer", said=plain(said, 60)) from None


def observed(move: StaticMove, sessions: Sessions) -> tuple[dict[str, object], dict[str, object]]:
    """Return what preflight judges beside the facts of files, of the source and of the target."""
    pages = asked(move, move.source, move.pages.paths)
    here: dict[str, object] = {
        "bad_pages": [
            f"{path}: {page.said}" for path, page in zip(move.pages.paths, pages, strict=True) if not page.good
        ]
    }
    if move.proxy:
        here["proxied"] = True
        with suppress(MigrateError):  # unknown, which is told
            here |= haproxy.observed(move.proxy, move.target.address, move.pages.port, sessions)
    first = asked(move, move.target, move.pages.paths[:1])[0]
    there: dict[str, object] = {"unserved": first.fault}
    try:
        target = opened(move.target, sessions)
        said = target.ask(
            "(PATH=$PATH:/usr/sbin:/sbin; command -v nginx >/dev/null || { echo none; exit; };"
            " nginx -t -q 2>&1 </dev/null | grep -e emerg -e alert -e crit | head -n 1)",
            SECONDS,
        )
        there["nginx"], there["config"] = said != "none", "" if said == "none" else plain(said, 200)
    except MigrateError:
        pass  # unknown, which is told
    return here, there
