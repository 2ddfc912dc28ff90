"""The state folder is private, its key pair is made once, pins and plans are whole or not there."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import paramiko
import pytest

from orchestrator.adapters.state import PinnedHostKeys, StateFolder
from orchestrator.errors import MigrateError


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    state = StateFolder(tmp_path)
    state.ensure()
    return state


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_looking_makes_nothing(tmp_path: Path) -> None:
    state = StateFolder(tmp_path)

    assert (state.mode(), state.public_key()) == (None, "")
    assert list(tmp_path.iterdir()) == []


def test_others_rights_are_taken_back(state: StateFolder) -> None:
    state.path.chmod(0o755)

    state.ensure()

    assert state.mode() == 0o700
    assert mode(state.runs) == 0o700


@pytest.mark.parametrize("kind", ["link", "file"])
def test_a_link_or_a_file_in_its_place_is_refused(tmp_path: Path, kind: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    place = tmp_path / ".migrate"
    place.symlink_to(elsewhere) if kind == "link" else place.write_text("")

    with pytest.raises(MigrateError) as refused:
        StateFolder(tmp_path).ensure()

    assert refused.value.code == "state.not-a-folder"
    assert list(elsewhere.iterdir()) == []


def test_the_key_pair_is_made_once_and_fits(state: StateFolder) -> None:
    public = state.ensure_public_key()
    private = state.private_key.read_bytes()

    assert state.ensure_public_key() == state.public_key() == public
    assert state.private_key.read_bytes() == private
    assert mode(state.private_key) == 0o600
    key = paramiko.Ed25519Key.from_private_key_file(str(state.private_key))
    assert public.split()[:2] == [key.get_name(), key.get_base64()]


@pytest.mark.parametrize("lost", ["missing", "empty"])
def test_a_lost_public_key_is_derived_and_the_private_key_stays(state: StateFolder, lost: str) -> None:
    """The private key opens the servers that there are; another one would lock us out of all of them."""
    public, private = state.ensure_public_key(), state.private_key.read_bytes()
    path = state.private_key.with_suffix(".pub")
    path.unlink() if lost == "missing" else path.write_text("")

    assert state.ensure_public_key() == public
    assert state.private_key.read_bytes() == private


def test_a_private_key_that_is_none_is_told_and_not_replaced(state: StateFolder) -> None:
    state.private_key.write_text("")

    with pytest.raises(MigrateError) as told:
        state.ensure_public_key()

    assert told.value.code == "state.key-unreadable"
    assert state.private_key.read_text() == ""


def test_a_key_that_others_could_read_is_made_private_again(state: StateFolder) -> None:
    state.ensure_public_key()
    state.private_key.chmod(0o644)

    state.ensure_public_key()

    assert mode(state.private_key) == 0o600


def test_a_plan_is_kept_under_its_digest(state: StateFolder) -> None:
    path = state.save_plan("a" * 64, '{"batch": 1}')

    assert path == state.path / "plans" / f"{'a' * 64}.json"
    assert json.loads(path.read_text()) == {"batch": 1}
    assert mode(path) == 0o600


def test_pins_belong_to_a_server_id_and_outlive_the_process(state: StateFolder) -> None:
    path = state.path / "host-keys.json"
    PinnedHostKeys(path).pin("dr", "id-1", ("ssh-ed25519 AAAA",))
    PinnedHostKeys(path).pin("dr", "id-2", ("ssh-ed25519 BBBB",))

    pins = PinnedHostKeys(path)
    assert pins.known("dr", "id-1") == ("ssh-ed25519 AAAA",)
    assert pins.known("dr", "id-3") == ()
    assert pins.known("administrative", "id-1") == ()
