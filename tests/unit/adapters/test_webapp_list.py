"""One frozen section of two parts: what is closed before anything crosses, what decides, what is taken back last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from orchestrator.adapters.movers.kinds import Movers
from orchestrator.execution.edited import edited
from orchestrator.execution.frozen import FrozenRun
from orchestrator.execution.moving import dumped, recorded
from orchestrator.model.frozen import Frozen, Voice
from orchestrator.model.life import Life, Phase
from orchestrator.model.machines import DatabaseServer, Pooler, Proxy, Reach, Service, TreeServer
from orchestrator.model.move import DatabaseMove, FilesMove, MariaMove, Method, WebappMove, one_way
from orchestrator.planning.moving import accepted_rows, cutover_digest
from orchestrator.planning.night import shared_machines
from orchestrator.ports.move import Session
from orchestrator.reporting import texts
from tests.fakes import FakeClock


class NoSessions:
    """Nothing is asked of a list."""

    def open(self, voice: Voice, *, seconds: float) -> Session:
        raise AssertionError(voice)


MOVERS = Movers(NoSessions())
_ENDS = ("192.0.2.1", "192.0.2.2")
_SOURCE, _TARGET = (DatabaseServer(name=f"db-{each}", reach=Reach(address=each), address=each) for each in _ENDS)
_ROUTE = Reach(address="192.0.2.3")
_LOGICAL = DatabaseMove(
    system="S-1", slug="s-1", databases=("app", "log"), source=_SOURCE, target=_TARGET, roles=("app",),
    pooler=Pooler(name="p", reach=_ROUTE, file="/etc/pgbouncer/route.ini"),
)  # fmt: skip
_MARIA = MariaMove(
    system="S-1", slug="s-1", databases=("app",), source=_SOURCE, target=_TARGET, roles=("app@%",),
    proxy=Proxy(
        name="p", reach=_ROUTE, port=3306, socket="/s", backend="b", source="old", target="new", maxconn=9
    ),
)  # fmt: skip
DATABASES: Mapping[str, DatabaseMove | MariaMove] = {
    "logical": _LOGICAL,
    "physical": replace(_LOGICAL, method=Method.PHYSICAL),
    "dump": replace(_LOGICAL, method=Method.DUMP),
    "mariadb": _MARIA,
}
_APP, _TIMER = (Service(stop=("stop", name), start=("start", name)) for name in ("app", "app.timer"))
_TREES = (
    TreeServer(
        name=f"web-{each}", reach=Reach(address=each), address=each, path="/srv/app", stop=_APP.stop, start=_APP.start,
        others=(_TIMER,),
    )
    for each in ("192.0.2.4", "192.0.2.5")
)  # fmt: skip
FILES = FilesMove(system="S-1", slug="s-1", source=next(_TREES), target=next(_TREES))
CASES = [(database, back) for database in DATABASES for back in (False, True)]


def move(database: str = "logical") -> WebappMove:
    return WebappMove(system="S-1", slug="s-1", files=FILES, database=DATABASES[database])


def listed(database: str, back: bool) -> Frozen:
    return MOVERS.frozen(move(database), 3, back=back)


@pytest.mark.parametrize(("database", "back"), CASES)
def test_both_are_closed_before_anything_crosses_and_one_line_decides(database: str, back: bool) -> None:
    lines = listed(database, back).lines
    names = [line.name for line in lines]
    last_closed = names.index("end-sessions")
    assert names.index("seal") < last_closed < names.index("last-pass")
    crossing = {"mark", "dump", "accepted", "catch-up", "replayed", "sum", "border", "promote", "strict"}
    assert min(names.index(name) for name in names if name in crossing) > last_closed
    decides = [number for number, line in enumerate(lines) if line.decides]
    assert [lines[number].voice.partition("/")[0] for number in decides] == ["database"]
    assert names.index("flush") < decides[0] < names.index("open-files") < names.index("unlock")
    assert names.index("unlock") < names.index("resume")


@pytest.mark.parametrize(("database", "back"), CASES)
def test_the_service_ends_first_and_begins_last(database: str, back: bool) -> None:
    lines = listed(database, back).lines
    held = [line for line in lines if line.counts]
    assert [line.name for line in held[:3]] == ["stop-service", "stop-service", "seal"]
    assert ["stop app.timer" in held[0].text, "stop app" in held[1].text] == [True, True]
    assert [line.name for line in lines[-2:]] == ["start-service"] * 2
    assert ["start app </dev/null" in lines[-2].text, "start app.timer" in lines[-1].text] == [True, True]


@pytest.mark.parametrize(("database", "back"), CASES)
def test_what_is_sent_together_and_compared_stays_of_one_part(database: str, back: bool) -> None:
    section = listed(database, back)
    alone = {
        part: MOVERS.frozen(one, 3, back=back).lines
        for part, one in {"files": FILES, "database": DATABASES[database]}.items()
    }
    for before, line in zip(section.lines, section.lines[1:], strict=False):
        assert not line.beside or before.voice.partition("/")[0] == line.voice.partition("/")[0], line.name
        assert not (line.beside and line.decides)
    # Nothing of a part is left out, and each line says what it says alone.
    for part, lines in alone.items():
        said = [line.text for line in section.lines if line.voice.startswith(f"{part}/")]
        assert set(said) == {line.text for line in lines}
    voices = [voice.name for voice in section.voices]
    assert len(set(voices)) == len(voices)
    spoken = {line.voice for line in section.lines} | {line.undo.voice for line in section.lines if line.undo}
    assert spoken | {section.claim.voice} | {undo.voice for undo in section.claim.silence} <= set(voices)


@pytest.mark.parametrize(("database", "back"), CASES)
def test_the_source_s_service_begins_after_everything_else_is_taken_back(database: str, back: bool) -> None:
    undos = [
        undo.name for undo in FrozenRun(listed(database, back), NoSessions(), FakeClock(), lambda _: None).returning()
    ]
    assert undos[-1] == "unseal"
    assert {"unfence", "resume"} <= set(undos[:-1])


def test_who_finishes_ends_first_what_still_talks_to_the_files() -> None:
    undos = FrozenRun(listed("logical", back=False), NoSessions(), FakeClock(), lambda _: None).finishing()
    assert (undos[0].name, undos[0].voice) == ("silence", "files/opening")
    assert [undo.name for undo in undos[1:3]] == ["open-files", "unlock"]
    assert undos[1].wanted == ("open",)


@pytest.mark.parametrize("database", DATABASES)
def test_every_line_and_step_has_words(database: str) -> None:
    sections = [listed(database, back) for back in (False, True)]
    names = {f"frozen.{line.name}" for section in sections for line in section.lines}
    steps = MOVERS.rehearsal(move(database), 3).steps
    names |= {f"rehearsal.{step.name.rpartition('/')[2]}" for step in steps if not step.line}
    assert [name for name in sorted(names) if not texts.has(name)] == []
    assert [step.name for step in steps].count("remove") == 1
    assert steps[-1].name == "remove"
    assert len({step.name for step in steps if not step.line}) == len([step for step in steps if not step.line])


@pytest.mark.parametrize("database", DATABASES)
def test_a_life_keeps_what_was_begun_and_an_edit_names_its_part(database: str) -> None:
    begun = move(database)
    life = Life(system="S-1", phase=Phase.SYNCING, attempt=0, since=None, facts={"move": dumped(begun)})
    assert recorded(life) == begun
    assert edited(life, begun) == ()
    asked = replace(begun, database=replace(begun.database, roles=("other",)))  # its server told that
    assert edited(life, asked) == ()
    path = replace(begun, files=replace(begun.files, slug="other"))
    assert edited(life, path) == ("files.slug",)
    assert edited(life, begun.database) == ("kind",)


def test_rows_are_given_up_of_its_database_alone() -> None:
    assert one_way(move("dump"))
    assert not one_way(move("mariadb"))
    assert accepted_rows(move("dump"), {"log: public.a": 3}, 5) == (0, 5)
    assert accepted_rows(move("mariadb"), {}, 5) == ()


def test_a_night_holds_the_machines_of_both() -> None:
    assert shared_machines(move()) == {f"192.0.2.{number}" for number in range(1, 6)}


def test_an_approval_names_both_parts() -> None:
    one, other = move(), replace(move(), files=replace(FILES, slug="s-2"))
    digests = {cutover_digest(each, MOVERS.frozen(each, attempt)) for each in (one, other) for attempt in (1, 2)}
    assert len(digests) == 2
