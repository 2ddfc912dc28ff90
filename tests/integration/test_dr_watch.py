"""`migrate dr check --watch` as a service manager and a pipe have it: lines, and an end without a trace."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.command_site import MIGRATE

pytestmark = pytest.mark.integration

SYSTEM = {
    "system_id": "S-1", "unit": "甲局", "name": "合成系统", "secrecy": "非涉密", "mlps_level": "二级",
    "audience": "跨部门", "network": "行政服务域", "mlps_filing": "37000-26001", "class": "正常", "disposition": "迁移",
    "target_cloud": "行政服务云", "zone": "z", "strategy": "重装", "status": "已评审", "dr_level": "5级",
}  # fmt: skip


@pytest.mark.parametrize(
    "ending", [signal.SIGTERM, signal.SIGINT, pytest.param(signal.SIGHUP, marks=pytest.mark.nightly)]
)
def test_it_tells_lines_and_ends_by_a_signal(tmp_path: Path, ending: signal.Signals) -> None:
    (tmp_path / "list.yaml").write_text(yaml.safe_dump({"systems": [SYSTEM]}, allow_unicode=True))
    told = {
        "programme": "p", "title": "合成", "list": "list.yaml",
        "clouds": {
            "c": {
                "kind": "administrative", "lifecycle": "available", "images": {"": "i"},
                "flavors": {"f": {"vcpus": 1, "ram_mib": 512, "disk_gib": 3}}, "zones": {"z": {"network": "n"}},
            }
        },
        "batches": {1: {"systems": ["S-1"]}},
    }  # fmt: skip
    (tmp_path / "programme.yaml").write_text(yaml.safe_dump(told, allow_unicode=True))
    metrics = tmp_path / "dr.prom"
    process = subprocess.Popen(
        [*MIGRATE, "-C", str(tmp_path), "dr", "check", "--all", "--watch", "--prometheus", str(metrics)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "MIGRATE_LANG": "en", "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert process.stdout
    first, second = process.stdout.readline(), process.stdout.readline()
    process.send_signal(ending)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (8, "")
    assert "1 fail" in first
    assert second == "  S-1: FAIL  dr.existence.none\n"
    assert err == "the watch has ended\n"
    assert "migrate_dr_systems" in metrics.read_text()
