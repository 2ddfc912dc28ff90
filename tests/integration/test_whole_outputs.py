"""Outputs are there whole or not at all, private, and never through a link; `init` is begun again after a kill."""

from __future__ import annotations

import io
import signal
import stat
import subprocess
import tarfile
import time
from pathlib import Path

import pyrage
import pytest
from click.testing import CliRunner, Result

from orchestrator.cli.main import migrate
from orchestrator.errors import ExitCode
from tests.command_site import MIGRATE
from tests.unit.seeds.regions import SEEDS

pytestmark = pytest.mark.integration


def call(*arguments: str, folder: Path = SEEDS / "weihai") -> Result:
    return CliRunner().invoke(migrate, ["-C", str(folder), *arguments])


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]


@pytest.mark.parametrize("asked", ["", "0640"])
def test_a_report_is_private_unless_asked_and_replaces_links(tmp_path: Path, asked: str) -> None:
    out, precious = tmp_path / "out", tmp_path / "precious"
    precious.write_text("mine")
    out.mkdir()
    for name in (".report.html.new", "report.html", "task-ledger.xlsx", ".task-ledger.xlsx.new"):
        (out / name).symlink_to(precious)
    assert call("report", "--out", str(out), *(["--mode", asked] if asked else [])).exit_code == ExitCode.DONE
    assert precious.read_text() == "mine"
    made = [path for path in files(out) if path.suffix in {".html", ".xlsx"}]
    assert len(made) == 6
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {int(asked or "0600", 8)}


@pytest.mark.parametrize("mode", ["rw", "9", "1777", "-1"])
def test_bits_that_are_none_are_refused(tmp_path: Path, mode: str) -> None:
    assert call("report", "--out", str(tmp_path), "--mode", mode).exit_code == ExitCode.USAGE
    assert list(tmp_path.iterdir()) == []


def test_a_system_s_folder_that_is_a_link_is_not_rendered_into(tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    for path in (out, elsewhere):
        path.mkdir()
    assert call("render", "1", "--out", str(out), folder=SEEDS / "lab").exit_code == ExitCode.DONE
    system = next(path for path in out.iterdir() if (path / "playbook.yml").is_file())
    assert {stat.S_IMODE(path.stat().st_mode) for path in files(system)} == {0o600}
    for path in files(system):
        path.unlink()
    system.rmdir()
    system.symlink_to(elsewhere)
    refused = call("render", "1", "--out", str(out), folder=SEEDS / "lab")
    assert getattr(refused.exception, "code", "") == "file.not-a-folder"
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("there", ["nothing", "an empty folder", "the working directory"])
def test_init_that_is_killed_leaves_a_programme_or_what_it_can_begin_again(tmp_path: Path, there: str) -> None:
    """As soon as the first file of it appears, it is killed; then it is run again."""
    for delay in (0.0, 0.002, 0.01):
        folder = tmp_path / f"p-{delay}"
        if there != "nothing":
            folder.mkdir()
        where = folder if there == "the working directory" else tmp_path
        command = [*MIGRATE, "init", "." if there == "the working directory" else str(folder), "--from", "laiwu"]
        before = {path.name for path in tmp_path.iterdir()}
        process = subprocess.Popen(command, cwd=where, stderr=subprocess.DEVNULL)
        while process.poll() is None:
            if {path.name for path in tmp_path.iterdir()} != before or (folder.is_dir() and any(folder.iterdir())):
                time.sleep(delay)
                process.send_signal(signal.SIGKILL)
                break
        process.wait()
        whole = (folder / "programme.yaml").is_file()
        again = subprocess.run(command, cwd=where, stderr=subprocess.DEVNULL, check=False)
        assert again.returncode == (ExitCode.REFUSED if whole else ExitCode.DONE)
        check = [*MIGRATE, "-C", str(folder), "list", "check"]
        assert subprocess.run(check, stdout=subprocess.DEVNULL, check=False).returncode == ExitCode.DONE
        assert stat.S_IMODE((folder / ".migrate").stat().st_mode) == 0o700


def test_init_refuses_what_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("mine")
    (tmp_path / ".migrate-init").mkdir()
    assert getattr(call("init", str(tmp_path)).exception, "code", "") == "init.not-empty"
    assert (tmp_path / "letter").read_text() == "mine"


def test_the_state_is_sealed_and_made_again(tmp_path: Path) -> None:
    folder, sealed = tmp_path / "p", tmp_path / "state.age"
    assert call("init", str(folder), "--from", "lab").exit_code == ExitCode.DONE
    state = folder / ".migrate"
    (state / "plans").mkdir(mode=0o700)
    (state / "guest_ed25519").write_text("the key of every guest")
    (state / "plans" / "a.json").write_text("{}")
    (state / "lock").write_text("")
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key], check=True)
    public = key.with_suffix(".pub").read_text().strip()

    assert call("state", "backup", str(sealed), "--recipient", public, folder=folder).exit_code == ExitCode.DONE
    assert b"the key" not in sealed.read_bytes()
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600
    restore = ("state", "restore", str(sealed), "--identity", str(key))
    assert getattr(call(*restore, folder=folder).exception, "code", "") == "state.exists"
    kept = {path.relative_to(state): path.read_bytes() for path in files(state) if path.name == "guest_ed25519"}
    state.rename(tmp_path / "lost")

    assert call(*restore, folder=folder).exit_code == ExitCode.DONE
    assert {stat.S_IMODE(path.stat().st_mode) for path in (state, *state.rglob("*"))} == {0o700, 0o600}
    assert not (state / "lock").exists()
    assert {name: (state / name).read_bytes() for name in kept} == kept
    assert "state.restored" in call("evidence", "show", folder=folder).output


@pytest.mark.parametrize(("passphrase", "code"), [("short", "state.short-passphrase"), (None, "state.no-passphrase")])
def test_a_passphrase_that_opens_to_anybody_is_refused(tmp_path: Path, passphrase: str | None, code: str) -> None:
    assert call("init", str(tmp_path / "p"), "--from", "lab").exit_code == ExitCode.DONE
    given: tuple[str, ...] = ()
    if passphrase is not None:
        (tmp_path / "word").write_text(passphrase)
        given = ("--passphrase-file", str(tmp_path / "word"))
    refused = call("state", "backup", str(tmp_path / "sealed"), *given, folder=tmp_path / "p")
    assert getattr(refused.exception, "code", "") == code
    assert not (tmp_path / "sealed").exists()


def test_a_passphrase_seals_and_another_does_not_open(tmp_path: Path) -> None:
    folder, sealed = tmp_path / "p", tmp_path / "sealed"
    assert call("init", str(folder), "--from", "lab").exit_code == ExitCode.DONE
    right, wrong = tmp_path / "right", tmp_path / "wrong"
    right.write_text("eleven horses on a hill\n")
    wrong.write_text("twelve horses on a hill\n")
    assert call("state", "backup", str(sealed), "--passphrase-file", str(right), folder=folder).exit_code == 0
    (folder / ".migrate").rename(tmp_path / "lost")
    refused = call("state", "restore", str(sealed), "--passphrase-file", str(wrong), folder=folder)
    assert getattr(refused.exception, "code", "") == "state.not-opened"
    assert not (folder / ".migrate").exists()


@pytest.mark.parametrize("kind", ["way out", "absolute", "link", "hard link", "device"])
def test_a_backup_that_leads_anywhere_else_is_none(tmp_path: Path, kind: str) -> None:
    folder, sealed, word = tmp_path / "p", tmp_path / "sealed", tmp_path / "word"
    assert call("init", str(folder), "--from", "lab").exit_code == ExitCode.DONE
    (folder / ".migrate").rename(tmp_path / "lost")
    member = tarfile.TarInfo({"way out": "../escaped", "absolute": str(tmp_path / "escaped")}.get(kind, "escaped"))
    member.type = {"link": tarfile.SYMTYPE, "hard link": tarfile.LNKTYPE, "device": tarfile.CHRTYPE}.get(
        kind, tarfile.REGTYPE
    )
    member.linkname = str(tmp_path / "lost") if "link" in kind else ""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        archive.addfile(member, io.BytesIO())
    word.write_text("eleven horses on a hill\n")
    sealed.write_bytes(pyrage.passphrase.encrypt(packed.getvalue(), word.read_text().strip()))

    refused = call("state", "restore", str(sealed), "--passphrase-file", str(word), folder=folder)
    assert getattr(refused.exception, "code", "") == "state.not-a-backup"
    assert not list(tmp_path.rglob("escaped"))
