"""The parts of the lab that can be known without a cloud: files, pid files, keys, templates, refusals."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from migrate_lab import contents, files, main, mirror, network, packages, rooms
from migrate_lab.box import identity, recorded
from migrate_lab.cloud import Cloud
from migrate_lab.errors import Refused


def test_a_pid_file_counts_only_for_the_process_it_was_written_for(tmp_path: Path) -> None:
    pidfile = tmp_path / "pid"
    assert recorded(pidfile) is None
    pidfile.write_text("")
    assert recorded(pidfile) is None
    pidfile.write_text(f"{os.getpid()} {identity(os.getpid())}\n")
    assert recorded(pidfile) == os.getpid()
    pidfile.write_text(f"{os.getpid()} 1\n")
    assert recorded(pidfile) is None, "the number was given to another process since"


def test_a_process_that_ended_is_gone_even_while_nobody_has_reaped_it() -> None:
    with subprocess.Popen(["true"]) as child:
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert identity(child.pid) is None


def test_a_template_without_a_value_is_an_error() -> None:
    assert files.render("a = ${A}\n", {"A": "1"}) == "a = 1\n"
    with pytest.raises(KeyError):
        files.render("a = ${A}\nb = ${B}\n", {"A": "1"})


def test_every_configuration_file_is_rendered_whole(roots: Path) -> None:
    cloud = Cloud("dr")
    cloud.configure()
    rendered = [path for path in (cloud.folder / "etc").rglob("*") if path.is_file()]
    assert len(rendered) > 15
    assert not [path for path in rendered if "${" in path.read_text()]
    nova = (cloud.folder / "etc/nova/nova.conf").read_text()
    assert "my_ip = 172.29.3.2" in nova
    assert cloud.secrets["service"] in nova


def test_passwords_are_made_once_and_differ_between_clouds(roots: Path) -> None:
    first, again, other = Cloud("dr").secrets, Cloud("dr").secrets, Cloud("administrative").secrets
    assert first == again
    assert not set(first.values()) & set(other.values())
    assert (Cloud("dr").folder / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_a_write_keeps_what_is_right_and_replaces_what_is_not(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file"
    assert files.write(path, "a", 0o600)
    assert not files.write(path, "a", 0o600)
    assert files.write(path, "b", 0o600)
    assert [each.name for each in path.parent.iterdir()] == ["file"]


def test_a_build_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    target = tmp_path / "image-1"
    with pytest.raises(ZeroDivisionError), files.built(target) as work:
        (work / "half").write_text("")
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())
    with files.built(target) as work:
        (work / "whole").write_text("")
    assert [path.name for path in tmp_path.rglob("*")] == ["image-1", "whole"]


def test_a_cache_key_follows_content_and_names(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    first = files.key_of("12.11", tmp_path)
    assert first == files.key_of("12.11", tmp_path)
    assert first != files.key_of("12.12", tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    assert first != files.key_of("12.11", tmp_path)


def test_routes_of_the_machine_that_the_lab_would_hide_are_named() -> None:
    routes = """[{"dst": "default", "dev": "eth0"}, {"dst": "172.29.0.0/16", "dev": "migrate-lab"},
                 {"dst": "192.0.2.0/24", "dev": "eth0"}, {"dst": "10.0.0.0/8", "dev": "eth1"}]"""
    assert network.conflicts(routes) == ["10.0.0.0/8 on eth1"]


@pytest.mark.parametrize(
    ("release", "fits"),
    [
        ('ID=debian\nVERSION_CODENAME=bookworm\nVERSION_ID="12"', True),
        ("ID=debian\nVERSION_CODENAME=trixie", False),
        ("ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=jammy", False),
    ],
)
def test_only_debian_12_fits(release: str, fits: bool) -> None:
    assert packages.is_bookworm(release) is fits


def test_without_root_the_lab_refuses_and_says_how_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert main.main(["up"]) == Refused.exit_code
    assert "clouds.yaml" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", ["clean dr", "quota dr --servers 3", "start dr rabbitmq", "stop dr rabbitmq", "down dr", "destroy dr"]
)
def test_what_changes_the_lab_waits_for_the_command_that_is_at_it(roots: Path, words: str) -> None:
    driver = [sys.executable, str(files.DATA), *words.split()]
    with (files.state() / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with subprocess.Popen(driver, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as waiting:
            assert waiting.stdout
            assert "waiting for another command" in waiting.stdout.readline()
            waiting.kill()  # while the lock is held: no cloud is ever asked


def test_an_unknown_cloud_is_refused() -> None:
    with pytest.raises(Refused, match="public-service"):
        Cloud("elsewhere")


def test_clouds_yaml_has_a_user_and_an_administrator_for_every_cloud(roots: Path) -> None:
    entries = yaml.safe_load(contents.clouds_yaml({"dr": Cloud("dr")}))["clouds"]
    assert {name: entry["auth"]["username"] for name, entry in entries.items()} == {
        "dr": "migrate",
        "dr-admin": "admin",
    }


def test_connect_replaces_only_what_is_the_labs(roots: Path) -> None:
    (files.state() / "clouds.yaml").write_text("clouds: {}\n")
    programme = roots / "programme"
    programme.mkdir()
    (programme / "programme.yaml").write_text("own\n")
    for _ in range(2):
        rooms.connect(programme)
    assert (programme / "clouds.yaml").stat().st_mode & 0o777 == 0o600
    assert (programme / "mirror").readlink() == mirror.folder()
    assert sorted(path.name for path in programme.iterdir()) == ["clouds.yaml", "mirror", "programme.yaml"]
    (programme / "mirror").unlink()
    (programme / "mirror").mkdir()
    rooms.connect(programme)
    assert not (programme / "mirror").is_symlink()


def test_pruning_keeps_the_build_in_use_and_every_other_kind(tmp_path: Path) -> None:
    for name in ("guest-new", "guest-used", "guest-old", "mirror-old"):
        (tmp_path / name).mkdir()
    files.prune(tmp_path / "guest-new", used={tmp_path / "guest-used"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["guest-new", "guest-used", "mirror-old"]
