"""Every forgery of `tests/cases/evidence/forgeries.yaml` is told by the right word; keys and signatures are real."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.adapters import signatures
from orchestrator.adapters.evidence import EvidenceLog, Verdict, verify
from orchestrator.adapters.evidence.chain import Chain
from orchestrator.adapters.evidence.checkpoint import Facts, Kept, Notary, Signer, load, path_of
from orchestrator.adapters.evidence.entry import line_of
from orchestrator.adapters.evidence.segment import numbers
from orchestrator.adapters.evidence.segment import path_of as segment_of
from orchestrator.adapters.evidence.verify import Against, Word
from orchestrator.adapters.snapshots import snapshot_digests
from orchestrator.errors import Contradicted, MigrateError
from tests.fakes import FakeClock

pytestmark = pytest.mark.integration

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases/evidence/forgeries.yaml").read_text(encoding="utf-8"))
SEGMENT = 1500  # bytes: a handful of entries


class Scene:
    """A log with three runs, signed by its owner, and what an auditor keeps of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.first = folder / ".migrate" / "evidence.jsonl"
        self.first.parent.mkdir()
        self.clock = FakeClock()
        self.keys = {name: make_key(folder / name) for name in ("owner", "stranger")}
        self.signers = folder / "allowed_signers"
        self.signers.write_text(f"责任人001 {self.keys['owner'].with_suffix('.pub').read_text()}", encoding="utf-8")
        snapshot = folder / "snapshots" / "2026-11-01"
        snapshot.mkdir(parents=True)
        (snapshot / "census.json").write_text('{"rooms":47}')
        self.write("lab", self.first)
        self.anchor = load(path_of(self.first))[1]
        self.head = self.lines()[5]["hash"]

    def sign(self, name: str) -> Signer:
        return partial(signatures.sign, namespace=signatures.CHECKPOINT, key=self.keys[name])

    def write(self, programme: str, first: Path) -> None:
        log = EvidenceLog(first, actor="责任人001@control", clock=self.clock, limit=SEGMENT)
        notary = self.notary(log, first, programme)
        for run in range(3):
            log.record("run.started", batch=run)
            for step in ("verify", "record"):
                self.clock.sleep(timedelta(seconds=5))
                log.record(f"step.{'done' if step == 'verify' else step}", system=f"{programme}-{run}", step=step)
            log.record("run.ended", batch=run)
            notary.checkpoint("run.ended")
        log.close()

    def notary(self, log: EvidenceLog, first: Path, programme: str = "lab", signer: Signer | None = None) -> Notary:
        def facts() -> Facts:
            return Facts(programme=programme, state="", list="", snapshots=snapshot_digests(self.folder))

        return Notary(log, first, clock=self.clock, facts=facts, signer=signer or self.sign("owner"))

    def lines(self) -> list[dict[str, Any]]:
        return [
            json.loads(line)
            for number in numbers(self.first)
            for line in segment_of(self.first, number).read_bytes().splitlines()
        ]

    def verdict(self, given: list[str], *, quick: bool = False) -> Verdict:
        against = Against(
            judge=self.judge if "signers" in given else None,
            anchors=[self.anchor] if "anchor" in given else (),
            head=self.head if "head" in given else "",
            snapshots=snapshot_digests(self.folder),
        )
        return verify(self.first, against, quick=quick)

    def judge(self, document: bytes, signature: str, at: datetime) -> str:
        return signatures.verify(
            document, signature, namespace=signatures.CHECKPOINT, allowed_signers=self.signers, at=at
        )

    # What a forger does

    def forge(self, forge: Mapping[str, Any]) -> None:
        lines = self.lines()
        changed = self.changed(lines, forge)
        if changed is not None:
            self.put(lines if changed is lines else changed, anew=forge.get("hashes") == "anew")
        match forge.get("delete"):
            case "log":
                self.first.unlink()
                shutil.rmtree(self.first.with_suffix(""))
            case "segment":
                segment_of(self.first, numbers(self.first)[1]).unlink()
            case "checkpoints":
                path_of(self.first).unlink()
        if forge.get("replace"):
            self.forge({"delete": "log"})
            self.write("other", self.first)
        self.forge_checkpoints(forge)
        snapshot = self.folder / "snapshots" / "2026-11-01"
        match forge.get("snapshot"):
            case "doctored":
                (snapshot / "census.json").write_text('{"rooms":50}')
            case "deleted":
                shutil.rmtree(snapshot)

    def changed(self, lines: list[dict[str, Any]], forge: Mapping[str, Any]) -> list[dict[str, Any]] | None:
        if "cut" in forge:
            return lines[: -forge["cut"]]
        if "swap" in forge:
            one, two = (number - 1 for number in forge["swap"])
            lines[one], lines[two] = lines[two], lines[one]
            return lines
        if "copy" in forge:
            return [*lines[: forge["copy"]], lines[forge["copy"] - 1], *lines[forge["copy"] :]]
        if "line" in forge:
            line = lines[forge["line"] - 1]
            if "word" in forge:
                assert forge["word"] in line["kind"]
                line["kind"] = line["kind"].replace(forge["word"], forge["to"])
            if "back" in forge:
                at = datetime.fromisoformat(line["at"]) - timedelta(seconds=forge["back"])
                line["at"] = at.isoformat(timespec="microseconds")
                line["kind"] = forge.get("kind", line["kind"])
            return lines
        return None

    def put(self, lines: list[dict[str, Any]], *, anew: bool) -> None:
        """Write the lines as one segment, and the hashes as they are or as they would be."""
        shutil.copy(path_of(self.first), self.folder / "kept")
        shutil.rmtree(self.first.with_suffix(""))
        path_of(self.first).parent.mkdir()
        shutil.copy(self.folder / "kept", path_of(self.first))
        if anew:
            lines = [line for line in lines if line["kind"] != "evidence.segment"]
        text, head = b"", "0" * 64
        for number, line in enumerate(lines, start=1):
            content = {name: value for name, value in line.items() if name != "hash"}
            if anew:
                content |= {"seq": number, "prev": head}
                made, head = line_of(content, "sha256")
                text += made
            else:
                text += json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"
        self.first.write_bytes(text)

    def forge_checkpoints(self, forge: Mapping[str, Any]) -> None:
        kept = load(path_of(self.first)) if path_of(self.first).exists() else []
        match forge.get("checkpoints"), forge.get("signer"):
            case int(number), _:
                kept = kept[:number]
            case "unsigned", _:
                kept = [replace(one, signatures=()) for one in kept]
            case "anew", _:
                self.checkpoints_anew(len(kept))
                return
            case _, "stranger":
                signature = self.sign("stranger")(kept[-1].checkpoint.document())
                kept[-1] = replace(kept[-1], signatures=(signature,))
            case _, "reused":
                kept[-1] = replace(kept[-1], signatures=kept[0].signatures)
            case _:
                return
        self.keep(kept)

    def checkpoints_anew(self, number: int) -> None:
        """Make the checkpoints again from the forged lines, and the lines' mentions of them."""
        lines, previous, kept = self.lines(), "0" * 64, list[Kept]()
        chain, text = Chain(), b""
        old = load(path_of(self.first))
        for line in lines:
            content = {name: value for name, value in line.items() if name != "hash"}
            if line["kind"] == "evidence.checkpoint":
                here = chain.standing()
                made = replace(
                    old[len(kept)].checkpoint,
                    seq=here.seq, head=here.head, size=here.size, root=here.root, previous=previous,
                )  # fmt: skip
                kept.append(Kept(checkpoint=made, signatures=(self.sign("owner")(made.document()),)))
                previous = made.digest
                content["data"] = {**line["data"], "checkpoint": previous}
            content |= {"prev": chain.head}
            whole, _ = line_of(content, "sha256")
            chain.follow(whole)
            text += whole
        assert len(kept) == number
        self.first.write_bytes(text)
        self.keep(kept)

    def keep(self, kept: list[Kept]) -> None:
        path_of(self.first).write_text("".join(f"{one.line()}\n" for one in kept), encoding="utf-8")


def make_key(path: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path], check=True)
    return path


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene(tmp_path_factory.mktemp("original"))


@pytest.fixture
def scene(original: Scene, tmp_path: Path) -> Scene:
    """A copy of the scene, to be forged."""
    copy = Scene.__new__(Scene)
    copy.__dict__.update(original.__dict__)
    copy.folder = tmp_path / "copy"
    shutil.copytree(original.folder, copy.folder)
    copy.first = copy.folder / ".migrate" / "evidence.jsonl"
    copy.keys = {name: copy.folder / name for name in original.keys}
    copy.signers = copy.folder / "allowed_signers"
    return copy


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["forgery"].replace(" ", "-"))
def test_a_forgery_is_told_by_the_right_word(scene: Scene, case: Mapping[str, Any]) -> None:
    scene.forge(case.get("forge", {}))
    given = [*case.get("with", []), *(["signers"] if case.get("with") != [] else [])]
    if case["word"] == "missing":
        with pytest.raises(MigrateError) as missing:
            scene.verdict(given)
        assert missing.value.code == "evidence.missing"
        return

    verdict = scene.verdict(given)

    assert verdict.word == case["word"], verdict
    assert case.get("why", "") in {"", *(one.code for one in (*verdict.faults, *verdict.lacks))}
    if verdict.word is Word.ANCHORED:
        assert (verdict.through >= verdict.acted, verdict.signers) == (True, ("责任人001",))


def test_the_scene_has_several_segments(original: Scene) -> None:
    assert len(numbers(original.first)) > 3
    assert original.verdict(["signers", "anchor", "head"], quick=True).word is Word.ANCHORED


def test_a_byte_of_a_sealed_segment_is_seen_without_reading_its_lines(scene: Scene) -> None:
    text = scene.first.read_bytes()
    scene.first.write_bytes(text.replace(b"step.done", b"step.lost", 1))
    verdict = scene.verdict(["signers"], quick=True)
    assert (verdict.word, verdict.why) == (Word.CONTRADICTED, "evidence.seal")


@pytest.mark.parametrize("what", ["first", "last", "folder", "deleted", "copied back"])
def test_a_log_that_is_moved_while_it_is_written_is_noticed_at_the_next_entry(scene: Scene, what: str) -> None:
    log = EvidenceLog(scene.first, actor="a", clock=scene.clock, limit=SEGMENT)
    last = segment_of(scene.first, numbers(scene.first)[-1])
    before = sum(path.stat().st_size for path in (scene.first, last))
    match what:
        case "first":
            scene.first.rename(scene.first.with_name("elsewhere"))
        case "last":
            last.rename(last.with_name("elsewhere"))
        case "folder":
            last.parent.rename(last.parent.with_name("elsewhere"))
        case "deleted":
            scene.first.unlink()
        case "copied back":
            shutil.copy(last, last.with_name("copy"))
            last.with_name("copy").rename(last)
    with pytest.raises(Contradicted) as refused:
        log.record("run.started", batch=1)
    assert refused.value.code == "evidence.moved"
    assert sum(path.stat().st_size for path in (scene.first, last) if path.exists()) <= before


@pytest.mark.parametrize("line", ["twice the last line", "a line of its own making"])
def test_a_second_writer_that_does_not_keep_the_rules_is_noticed_at_the_next_entry(scene: Scene, line: str) -> None:
    log = EvidenceLog(scene.first, actor="a", clock=scene.clock)
    last = segment_of(scene.first, numbers(scene.first)[-1])
    own = {"actor": "b", "at": "2030-01-01", "data": {}, "kind": "x", "prev": "0" * 64, "seq": 99}
    with last.open("ab") as stream:
        stream.write(last.read_bytes().splitlines(keepends=True)[-1] if "twice" in line else line_of(own, "sha256")[0])
    with pytest.raises(Contradicted) as refused:
        log.record("run.started", batch=1)
    assert refused.value.code == "evidence.broken"
    assert scene.verdict(["signers"]).word is Word.CONTRADICTED


def test_two_writers_that_keep_the_rules_make_one_log(scene: Scene) -> None:
    logs = [EvidenceLog(scene.first, actor=name, clock=scene.clock, limit=SEGMENT) for name in "ab"]
    workers = [
        threading.Thread(target=lambda log=log: [log.record("call", number=number) for number in range(30)])
        for log in logs
    ]
    before = len(scene.lines())
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert scene.verdict(["signers"]).word is Word.ANCHORED
    written = [line for line in scene.lines()[before:] if line["kind"] == "call"]
    assert len(written) == 60


def test_a_second_person_signs_beside_the_first(scene: Scene) -> None:
    two = replace(Against(judge=scene.judge), signatures=2)
    lacking = verify(scene.first, two)
    assert (lacking.word, [one.code for one in lacking.lacks]) == (Word.UNANCHORED, ["evidence.lacks.second"])
    with scene.signers.open("a", encoding="utf-8") as stream:
        stream.write(f"责任人002 {scene.keys['stranger'].with_suffix('.pub').read_text()}")
    log = EvidenceLog(scene.first, actor="b", clock=scene.clock)
    scene.notary(log, scene.first).countersign(scene.sign("stranger"))
    verdict = verify(scene.first, two)
    assert (verdict.word, verdict.signers) == (Word.ANCHORED, ("责任人001", "责任人002"))


def test_the_owner_signing_twice_is_one_person(scene: Scene) -> None:
    log = EvidenceLog(scene.first, actor="a", clock=scene.clock)
    scene.notary(log, scene.first).countersign(scene.sign("owner"))
    assert verify(scene.first, replace(Against(judge=scene.judge), signatures=2)).word is Word.UNANCHORED


def test_a_key_that_does_not_sign_is_a_warning_and_the_checkpoint_is_kept(scene: Scene) -> None:
    log = EvidenceLog(scene.first, actor="a", clock=scene.clock)
    gone = partial(signatures.sign, namespace=signatures.CHECKPOINT, key=scene.folder / "none")
    notary = scene.notary(log, scene.first, signer=gone)
    log.record("run.started", batch=4)
    notary.checkpoint("run.started")
    assert [warning.code for warning in notary.warnings] == ["signature.no-key"]
    verdict = scene.verdict(["signers"])
    # The newest signed one counts; what came after it is not covered.
    assert verdict.word is Word.ANCHORED
    assert verdict.through < verdict.acted


def test_a_checkpoint_that_a_kill_left_unfinished_was_never_made(scene: Scene) -> None:
    path = path_of(scene.first)
    with path.open("a", encoding="utf-8") as stream:
        stream.write('{"checkpoint":{"algo')
    assert scene.verdict(["signers"]).word is Word.ANCHORED
    log = EvidenceLog(scene.first, actor="a", clock=scene.clock)
    scene.notary(log, scene.first).checkpoint("run.ended")
    assert scene.verdict(["signers"]).word is Word.ANCHORED
    assert len(load(path)) == 4


def test_an_anchor_may_be_a_line_of_syslog(scene: Scene, tmp_path: Path) -> None:
    syslog = tmp_path / "messages"
    syslog.write_text(f"Nov 26 22:00:00 control migrate: {scene.anchor.line()}\n", encoding="utf-8")
    assert load(syslog) == [scene.anchor]
