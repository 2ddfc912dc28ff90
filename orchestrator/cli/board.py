"""`migrate board`: one page of how everything stands, for a wall or a phone; it reads, and nothing waits for it."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestrator.cli.board_centre import CentreLook
from orchestrator.cli.output import Shell, output_option, print_json
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, MigrateError, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from orchestrator.adapters.page_server import Page
    from orchestrator.model.programme import Programme
    from orchestrator.model.schedule import Schedule
    from orchestrator.reporting.board import Board, Happened
    from orchestrator.reporting.texts import Lang

PORT = 8790
SHORTEST_TOKEN = 20  # characters
# All viewers share one look and what was made of it, not repeated sooner; both take a tenth of the time at the most.
EVERY, SHARE = timedelta(seconds=1), 10
NIGHT, ENTRIES, RECORD = timedelta(hours=24), 100, 1 << 20  # of the record: how far back, how many, bytes read


@click.command("board", help=say("help.board.long"), short_help=say("help.board"))
@click.option(
    "--bind", default="127.0.0.1", show_default=True, metavar=say("help.board.address"), help=say("help.board.bind")
)
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help=say("help.board.port"))
@click.option("--token-file", type=click.Path(path_type=Path), help=say("help.board.token-file"))
@click.option("--name", "names", multiple=True, metavar=say("help.board.host"), help=say("help.board.name"))
@output_option
@click.pass_context
def board(
    ctx: click.Context, bind: str, port: int, token_file: Path | None, names: tuple[str, ...], output: str
) -> None:
    """Serve the page until somebody interrupts; as JSON, answer once."""
    from orchestrator.cli.programme import load_declaration

    shell: Shell = ctx.obj
    look = Look(shell, load_declaration(shell))
    if output == "json":
        seen = look.now()
        print_json(seen.data())
        ctx.exit(ExitCode.FAILED if seen.faults else ExitCode.DONE)

    from orchestrator.adapters.page_server import Door, application, listen, serve
    from orchestrator.adapters.secret import secret
    from orchestrator.cli.ending import terminated_like_interrupted

    try:
        address = ip_address(bind)
    except ValueError:
        raise click.BadParameter(say("board.bad-address", value=bind), param_hint="--bind") from None
    token = secret(token_file, "board.token") if token_file else ""
    if token_file and not (len(token) >= SHORTEST_TOKEN and token.isascii() and token.isprintable()):
        raise Refused("board.token", path=str(token_file), reason=f"< {SHORTEST_TOKEN}")
    if not token and not address.is_loopback:
        raise Refused("board.no-token", address=bind)
    with terminated_like_interrupted(), listen(address, port) as listening:
        shown = f"[{address}]" if address.version == 6 else str(address)
        shell.tell("board.serving", url=f"http://{shown}:{listening.getsockname()[1]}/")
        with suppress(KeyboardInterrupt):  # that is how it ends
            serve(listening, application(pages(look), Door(names={name.lower() for name in names}, token=token)))
    shell.tell("board.ended")


def pages(look: Look) -> Callable[[str], Page | None]:
    """Return what each address of the board answers with."""
    from orchestrator.adapters.page_server import Page
    from orchestrator.reporting.board_page import SCRIPT, STYLE, asset, render_board
    from orchestrator.reporting.view import to_json

    kept = {
        f"/{STYLE}": Page(content=asset(STYLE), kind="text/css; charset=utf-8"),
        f"/{SCRIPT}": Page(content=asset(SCRIPT), kind="text/javascript; charset=utf-8"),
    }

    def page(path: str) -> Page | None:
        if path in {"/", "/en", "/zh"}:
            lang: Lang = say.lang if path == "/" else "zh" if path == "/zh" else "en"
            content = look.made(lang, lambda board: render_board(board, lang))
            return Page(content=content, kind="text/html; charset=utf-8")
        if path == "/board.json":
            content = look.made("json", lambda board: to_json(board.data()).encode())
            return Page(content=content, kind="application/json")
        return kept.get(path)

    return page


class Look:
    """Looks at the programme's state as a reader; one look serves everybody who asks meanwhile."""

    def __init__(self, shell: Shell, programme: Programme) -> None:
        self._shell = shell
        self._programme = programme
        self._mutex = threading.Lock()
        self._seen: Board | None = None
        self._until = 0.0  # on the monotonic clock: so long what was seen last is shown
        self._plan: tuple[object, Schedule | None] = (None, None)
        self._made: dict[str, tuple[Board, bytes]] = {}
        self._read: Board | None = None  # with the state as it was read last
        self._centre = CentreLook(shell, programme)

    def shared(self) -> Board:
        """Return the last look or, if it is time, a new one; nobody waits for somebody else's."""
        from orchestrator.cli.wiring import CLOCK

        if self._mutex.acquire(blocking=self._seen is None):
            try:
                began = CLOCK.monotonic()
                if self._seen is None or began >= self._until:
                    self._seen = self.now()
                    took = CLOCK.monotonic() - began - self._centre.spent
                    self._until = CLOCK.monotonic() + max(EVERY.total_seconds(), took * SHARE)
            finally:
                self._mutex.release()
        assert self._seen is not None  # noqa: S101 - whoever waited finds what was seen
        return self._seen

    def made(self, name: str, make: Callable[[Board], bytes]) -> bytes:
        """Return what is made of the last look; it is made once."""
        from orchestrator.cli.wiring import CLOCK

        board = self.shared()
        of, content = self._made.get(name, (None, b""))
        if of is not board:
            began = CLOCK.monotonic()
            content = make(board)
            self._made[name] = (board, content)
            self._until += (CLOCK.monotonic() - began) * SHARE
        return content

    def now(self) -> Board:
        """Look at state, record and plan; what cannot be read is a fault, and the rest is shown."""
        from orchestrator.cli.wiring import CLOCK
        from orchestrator.reporting.board import Board

        programme, last = self._programme, self._read
        found = Board(
            programme=programme.slug,
            title=programme.title,
            at=CLOCK.now(),
            windowed=bool(programme.moving.schedule),
            # What was read before stands there with its time, until it is read again.
            read=last.read if last else None,
            lives=last.lives if last else (),
            runs=last.runs if last else (),
        )
        for part in (self._with_state, self._with_record, self._with_plan, self._centre.onto):
            try:
                found = part(found)
            except MigrateError as error:
                told = {name: str(value) for name, value in error.values.items()}
                found = replace(found, faults=(*found.faults, (error.code, told)))
            except Exception as error:  # noqa: BLE001 - of a state that others wrote: it is shown, and the rest too
                fault = ("board.unreadable", {"error": type(error).__name__})
                found = replace(found, faults=(*found.faults, fault))
        return found

    def _with_state(self, found: Board) -> Board:
        from orchestrator.adapters.tasks import TaskBoard
        from orchestrator.cli.wiring import CLOCK, database_of, holder_of, state_of
        from orchestrator.cli.working import workers_of
        from orchestrator.execution.history import newest, recorded
        from orchestrator.execution.lives import Lives
        from orchestrator.model.worker import latest

        state, programme = state_of(self._shell), self._programme
        if state.path.is_symlink() or state.path.exists():
            state.require_ours()
        # Not even a line of the engine's log is written.
        database = replace(database_of(programme, state), reading=True, log=Path(os.devnull))
        runs = [run for batch in programme.batches for run in recorded(database, batch.number, steps=False)]
        holder = holder_of(state, database)
        self._read = replace(
            found,
            read=found.at,
            lives=tuple(Lives(database, CLOCK).all().values()),
            runs=tuple(newest(runs).values()),
            tasks=TaskBoard(state.tasks, CLOCK).all() if holder else {},
            holder=holder,
            workers=latest(workers_of(database)),
        )
        return self._read

    def _with_record(self, found: Board) -> Board:
        from orchestrator.adapters.evidence import tail
        from orchestrator.cli.wiring import state_of
        from orchestrator.reporting.board import happened

        night: list[Happened] = []
        for entry in tail(state_of(self._shell).evidence, RECORD):
            told = happened(entry.at, entry.kind, entry.data)
            if told and told.at < found.at - NIGHT:
                break
            night += [told] if told else []
            if len(night) == ENTRIES:
                break
        return replace(found, night=tuple(night))

    def _with_plan(self, found: Board) -> Board:
        from orchestrator.adapters.schedule_file import read_plan

        rules = self._programme.moving
        if not rules.schedule:
            return found
        path = self._shell.folder / rules.schedule
        try:
            now = path.stat()
        except FileNotFoundError:
            return found  # there is none yet: unknown, and no fault
        mark = (now.st_ino, now.st_mtime_ns, now.st_size)
        if self._plan[0] != mark:
            self._plan = (mark, read_plan(path))
        return replace(found, schedule=self._plan[1])
