"""A file system moves there and back under a steady writer, and wherever its section is killed nothing is lost."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from mmap import mmap
from pathlib import Path

import pytest

from orchestrator.adapters.movers.files.shell import home
from orchestrator.checks import preflight_files
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Decision
from orchestrator.model.move import Method
from tests.worlds.drive import Drive, following, wrong
from tests.worlds.files import SIDES, FilesWorld, FilesWriter, assert_held, files_world, fooled, trapped, tricked

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(600)]

# In the list's order; whatever comes before `sent` is taken back, whatever comes after it is finished.
BEFORE = (
    "armed", "connect", "ready", "holding", "seal", "prove-sealed", "prove-read-only", "last-pass", "prove-names",
    "flush",
)  # fmt: skip
AFTER = ("opened", "unlock")
DAILY = {"last-pass"}
CASES = [
    pytest.param(stage, back, marks=[pytest.mark.nightly] if stage not in DAILY or back else [])
    for back in (False, True)
    for stage in (*BEFORE, "open", *AFTER)
]


@pytest.fixture(scope="module", params=[Method.RSYNC, pytest.param(Method.TAR, marks=pytest.mark.nightly)])
def site(request: pytest.FixtureRequest) -> Iterator[FilesWorld]:
    with files_world(old=request.param is Method.TAR, method=request.param) as made:
        yield made


@pytest.fixture(scope="module")
def drive(site: FilesWorld) -> Drive:
    return following(site)


def test_what_preflight_asks_is_answered_and_judged(site: FilesWorld) -> None:
    with site.tree("src").joinpath("d1/f2.dat").open("ab"):
        found = preflight_files.preflight(site.move, *site.mover.observe(site.move))
    assert (found.move.method, found.possible) == (site.move.method, True)
    told = [(each.result.code.removeprefix("move.preflight.files-"), each.result.subject) for each in found.findings]
    assert told == [
        *([("no-rsync", "source")] if site.move.method is Method.TAR else []),
        ("owner-unknown", "users 12345"),
        ("owner-unknown", "groups 23456"),
        ("writers", "source"),
        ("special", "./odd $(touch x) ; 'name'/fifo"),
        ("undecodable", "./odd $(touch x) ; 'name'/gb\\xc4\\xe3\\xba\\xc3"),
    ]
    stranger = site.tree("tgt") / "stranger"
    stranger.touch()
    site.sh("src", f"mkdir {site.move.source.path}/below && mount -t tmpfs tmpfs {site.move.source.path}/below")
    try:
        found = preflight_files.preflight(site.move, *site.mover.observe(site.move))
    finally:
        stranger.unlink()
        site.sh("src", f"umount {site.move.source.path}/below && rmdir {site.move.source.path}/below")
    assert {each.result.code for each in found.findings if Method.TAR in each.against} == {
        "move.preflight.files-not-empty",
        "move.preflight.files-nested",
    }


def test_the_target_is_closed_to_everybody_but_the_passes_and_its_key_opens_one_door(
    site: FilesWorld, drive: Drive
) -> None:
    assert site.writable() == ["src"]
    with pytest.raises(OSError, match="Read-only"):
        (site.tree("tgt") / "x").touch()
    reach = f"sh {home(site.move)}/line other"
    for asked in ("id", "rsync --server -logDtpr . /", "names; id"):
        assert site.sh("tgt", f"{reach} {asked!r} </dev/null || echo refused").strip() == "refused"


def test_everything_that_a_tree_is_crosses(site: FilesWorld, drive: Drive) -> None:
    checks = site.mover.verify(site.move, back=True)
    assert wrong(checks) == []
    assert int(checks[0].values["files"]) > 160
    assert os.getxattr(site.tree("tgt") / "odd $(touch x) ; 'name'/one", "user.note") == b"\x00\xffattribute"
    one, other = (site.tree("tgt") / name for name in ("odd $(touch x) ; 'name'/one", "d2/two"))
    assert one.stat().st_ino == other.stat().st_ino
    assert (site.tree("tgt") / "d3/sparse").stat().st_blocks < 100


def test_a_pass_finds_what_looks_alike(site: FilesWorld, drive: Drive) -> None:
    drive.at(opened=False)
    assert wrong(tricked(site)) == []


def test_to_and_fro_under_a_writer(site: FilesWorld, drive: Drive) -> None:
    drive.at(opened=False)
    writer = FilesWriter(site)
    try:
        for number in range(4):
            time.sleep(1)
            outcome = drive.run()
            assert (outcome.decision, outcome.failed, outcome.left) == (Decision.OPEN, "", ()), number
            # One is enough to see that a comparison beside a writer judges what it can.
            assert wrong(site.mover.verify(site.move, back=not drive.opened) if number == 0 else []) == []
        time.sleep(1)
    finally:
        writer.end()
    assert drive.opened is False
    assert writer.changes > 100
    assert_held(site, "src", writer)
    site.mover.ensure_reverse(site.move, 0)
    assert_held(site, "tgt", writer)
    assert wrong(site.mover.verify(site.move, back=True)) == []


def test_whoever_has_a_file_open_for_writing_is_named_and_nothing_is_held(site: FilesWorld, drive: Drive) -> None:
    drive.at(opened=False)
    drive.prepare()
    second = timedelta(seconds=1)
    impatient = replace(site.move, limits=replace(site.move.limits, hold=second))
    with (site.tree("src") / "d1/f1.dat").open("ab"):
        found = {check.code: check.values for check in wrong(site.mover.gate(site.move))}
        outcome = drive.switch().run(impatient, drive.attempt)
        drive.took(outcome)
    assert f"({os.getpid()})" in found["move.gate.writers"]["who"]
    assert (outcome.decision, outcome.failed) == (Decision.BACK, "seal")
    assert f"({os.getpid()})" in outcome.values["said"].partition("busy: ")[2]


class Section:
    """A section's lines, said one by one: what happens in between is a test's own."""

    def __init__(self, site: FilesWorld, drive: Drive, *, back: bool) -> None:
        drive.at(opened=back)
        drive.prepare()
        self._site = site
        self._hosts = {"leaving": SIDES[back], "opening": SIDES[not back]}
        self._lines = {line.name: line for line in site.mover.frozen(site.move, drive.attempt, back=back).lines}
        self.leaving, self.opening = site.tree(SIDES[back]), site.copied(SIDES[not back])
        for name in ("connect", "ready"):
            self.say(name)

    def say(self, name: str) -> str:
        return self._site.sh(self._hosts[self._lines[name].voice], self._lines[name].text).strip()

    def reopen(self) -> None:
        undo = self._lines["seal"].undo
        assert undo is not None
        self._site.sh(self._hosts[undo.voice], undo.text)


@pytest.mark.parametrize("back", [False, pytest.param(True, marks=pytest.mark.nightly)])
def test_what_could_fool_the_last_look_crosses(site: FilesWorld, drive: Drive, back: bool) -> None:
    name = f"trap{back:d}"
    drive.at(opened=back)
    trapped(site.tree(SIDES[back]) / name)
    with (site.tree(SIDES[back]) / name / "d3/f5.dat").open("r+b") as file, mmap(file.fileno(), 0) as mapped:
        mapped[:4] = b"seen"
        drive.prepare()
        time.sleep(2.1)  # what is younger belongs to the next pass anyway
        section = Section(site, drive, back=back)
        mapped[:4] = b"late"  # the page still waits for the disk
        fooled(section.leaving / name, section.opening / name)
    section.say("seal")
    try:
        section.say("last-pass")
        assert section.say("prove-names") == "same"
        assert site.manifest("src") == site.manifest("tgt")
    finally:
        section.reopen()


def test_what_a_look_cannot_tell_opens_nothing(site: FilesWorld, drive: Drive) -> None:
    section = Section(site, drive, back=False)
    section.say("seal")
    try:
        (section.opening / "d0/f4.dat").unlink()
        section.say("last-pass")
        with pytest.raises(RuntimeError):
            section.say("prove-names")
        since = f"{home(site.move)}/since"
        # As if the clock had been ten seconds further when the last pass began.
        site.sh("src", f'read -r at rest <{since} && echo "$((at + 1000)) $rest" >{since}')
        with pytest.raises(RuntimeError, match="the clock was set"):
            section.say("last-pass")
    finally:
        section.reopen()
    # A pass after that reads everything.
    site.mover.ensure_reverse(site.move, 0)
    assert wrong(site.mover.verify(site.move, back=True)) == []


@pytest.mark.parametrize(("stage", "back"), CASES)
def test_the_section_is_killed_at_a_line(site: FilesWorld, drive: Drive, stage: str, back: bool) -> None:
    drive.at(opened=back)
    writer = FilesWriter(site, host="tgt" if back else "src")
    try:
        time.sleep(0.3)
        drive.killed(stage)
        decision = drive.recover().decision
        time.sleep(0.3)
    finally:
        writer.end()
    assert decision is (Decision.OPEN if stage in AFTER else Decision.BACK)
    assert_held(site, SIDES[drive.opened], writer)


def test_what_the_target_answers_for_a_second_opener(site: FilesWorld, drive: Drive) -> None:
    drive.at(opened=False)
    folder = home(site.move)
    assert site.sh("tgt", f"sh {folder}/side decide 9999 back").strip() == "back"
    assert site.sh("tgt", f"sh {folder}/side decide 9999 open").strip() == "back"


HARMS: dict[str, Callable[[Path], object]] = {
    "content": lambda root: (root / "d1/f3.dat").write_bytes(b"\0" * 6000),
    "entry": lambda root: (root / "d1/f4.dat").chmod(0o777),
    "attributes": lambda root: os.removexattr(root / "odd $(touch x) ; 'name'/one", "user.note"),
    "links": lambda root: ((root / "d2/two").rename(root / "d2/x"), (root / "d2/two").write_text("linked")),
}


@pytest.mark.parametrize(
    "what", [pytest.param(what, marks=() if what == "content" else pytest.mark.nightly) for what in HARMS]
)
def test_what_differs_is_found_and_told_by_path(site: FilesWorld, drive: Drive, what: str) -> None:
    drive.at(opened=False)
    site.mover.ensure_reverse(site.move, 0)
    HARMS[what](Path(f"/proc/{site.pids['tgt']}/root{home(site.move)}/tree"))
    found = wrong(site.mover.verify(site.move, back=True))
    assert found[0].code == "move.verify.files"
    assert what in {check.values["reason"] for check in found[1:]}, found
    # A pass by time of change cannot find what was done to the copy; one that reads everything does.
    site.sh("src", f"rm {home(site.move)}/since")
    site.mover.ensure_reverse(site.move, 0)
    assert wrong(site.mover.verify(site.move, back=True)) == []


@pytest.mark.nightly
def test_a_source_that_is_not_reached_is_told(site: FilesWorld, drive: Drive) -> None:
    drive.at(opened=False)
    site.net.cut("src", "tgt")
    try:
        with pytest.raises(MigrateError) as failure:
            site.mover.ensure_prepared(site.move)
    finally:
        site.net.mend()
    assert failure.value.code in {"move.files-line", "session.late"}
    site.mover.ensure_prepared(site.move)


def test_what_is_dropped_leaves_nothing_of_ours(site: FilesWorld, drive: Drive) -> None:
    drive.at(opened=True)
    for _ in range(2):
        assert site.mover.drop(site.move, site.mover.removals(site.move)) == ()
    for host in SIDES:
        assert site.sh(host, "ls /var/lib/migrate; grep -c files-system-1 /proc/self/mountinfo || :").strip() == "0"
        assert (site.tree(host) / "d1/f3.dat").exists()
    assert "migrate" not in (site.folder / "src/.ssh/authorized_keys").read_text()
