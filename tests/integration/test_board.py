"""`migrate board` in a real headless Chromium, over lives of every phase that our own code wrote.

Needs Debian's chromium, chromium-driver and fonts-noto-cjk; without them the tests fail.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.evidence import EvidenceLog
from orchestrator.adapters.lock import RunLock
from orchestrator.adapters.replicas.kept_drills import told as told_drill
from orchestrator.adapters.schedule_file import write_plan
from orchestrator.adapters.tasks import TaskBoard
from orchestrator.execution.database import Database
from orchestrator.execution.lives import Lives
from orchestrator.model.canonical import digest
from orchestrator.model.drill import Drilled
from orchestrator.model.life import Life, Move, Phase
from orchestrator.model.schedule import Basis, Schedule, Slot, Window
from tests.command_site import CLOUDS, MIGRATE, command_site
from tests.hostile import payloads
from tests.worlds.site import SYSTEM, syncing

pytestmark = pytest.mark.integration

LANGUAGES = ("zh", "en")
WIDTHS = (390, 1440)
CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip
TOKEN = "0123456789abcdef0123456789abcdef"
MIB = 1 << 20
# What leads to each phase.
WAYS: Mapping[Phase, tuple[Move, ...]] = {
    Phase.PROVISIONED: (),
    Phase.PREPARED: (Move.PREPARE,),
    Phase.SYNCING: (Move.PREPARE, Move.SEED),
    Phase.REHEARSED: (Move.PREPARE, Move.SEED, Move.REHEARSE),
    Phase.CUTOVER: (Move.PREPARE, Move.SEED, Move.FREEZE),
    Phase.OPEN: (Move.PREPARE, Move.SEED, Move.FREEZE, Move.OPEN),
    Phase.ROLLBACK: (Move.PREPARE, Move.SEED, Move.FREEZE, Move.OPEN, Move.ROLLBACK),
    Phase.SOAKED: (Move.PREPARE, Move.SEED, Move.FREEZE, Move.OPEN, Move.SOAK),
    Phase.RETIRED: (Move.PREPARE, Move.SEED, Move.FREEZE, Move.OPEN, Move.SOAK, Move.RETIRE),
}


@dataclass(frozen=True)
class Desk:
    """A programme's folder with lives of every phase, a window that is open, and a record."""

    folder: Path

    @property
    def state(self) -> Path:
        return self.folder / ".migrate"

    @property
    def lives(self) -> Lives:
        return Lives(self.database, SystemClock())

    @property
    def database(self) -> Database:
        return Database(programme="p", file=self.state / "state.sqlite", log=self.state / "engine.log")

    @contextmanager
    def serving(self, *arguments: str) -> Iterator[Server]:
        process = subprocess.Popen(
            [*MIGRATE, "-C", str(self.folder), "board", "--port", "0", *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "LC_ALL": "C.UTF-8", "MIGRATE_LANG": "en"},
        )  # fmt: skip
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
            found = re.search(r"http://\S+:(\d+)/", line)
            assert found, line + process.stderr.read()
            yield Server(process, found[0], int(found[1]))
        finally:
            process.kill()
            process.communicate()

    def told(self, expect: int = 0) -> Any:
        done = subprocess.run(
            [*MIGRATE, "-C", str(self.folder), "board", "-o", "json"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == expect, done.stdout[-2000:] + done.stderr[-2000:]
        return json.loads(done.stdout, parse_constant=pytest.fail)


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen[str]
    url: str
    port: int

    def ask(self, path: str = "/", *, method: str = "GET", **headers: str) -> tuple[int, Mapping[str, str], bytes]:
        """Ask as a stranger may: with any `Host` and any header."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as line:
            line.putrequest(method, path, skip_host="Host" in headers)
            for name, value in headers.items():
                if value:
                    line.putheader(name, value)
            line.endheaders()
            answer = line.getresponse()
            return answer.status, dict(answer.headers), answer.read()


def make(folder: Path) -> Desk:
    folder.mkdir(parents=True)
    now = datetime.now(UTC)
    systems = {phase: f"S-{number}" for number, phase in enumerate(WAYS, start=1)}
    cloud = {
        "kind": "administrative",
        "lifecycle": "available",
        "user": "root",
        "images": {"": "i"},
        "flavors": {"f": {"vcpus": 1, "ram_mib": 512, "disk_gib": 3}},
        "zones": {"z": {"network": "n"}},
    }
    programme = {
        "programme": "p",
        "title": "政务信息系统迁移 <script>alert(1)</script>",
        "list": "list.yaml",
        "clouds": {"c": cloud},
        "batches": {1: {"systems": list(systems.values())}},
        "moving": {"approvals": "none", "windows": "schedule.yaml"},
    }
    declare_replicas(folder, programme)
    (folder / "programme.yaml").write_text(yaml.safe_dump(programme, allow_unicode=True))
    start, end = now - timedelta(hours=1), now + timedelta(hours=5)
    slots = tuple(
        Slot(
            system=system, name=f"合成系统{system} <b>x</b>\u202e", unit="甲局", batch=1, group=system, crew=1 + n % 2,
            start=start + n * timedelta(minutes=30), end=start + (n + 1) * timedelta(minutes=30),
            rollback_by=end - timedelta(hours=1), basis=Basis.MEASURED,
        )
        for n, system in enumerate(systems.values())
    )  # fmt: skip
    plan = Schedule(
        programme="p", made_for=now.date(), solver="greedy", inputs={}, goals=(), batches=(),
        windows=(Window(evening=now.date(), start=start, end=end, load={}, slots=slots),),
    )  # fmt: skip
    write_plan(folder / "schedule.yaml", replace(plan, digest=digest(plan)))
    desk = Desk(folder)
    desk.state.mkdir(mode=0o700)
    desk.database.prepare()
    evidence = EvidenceLog(desk.state / "evidence.jsonl", actor="t@t", clock=SystemClock())
    for phase, system in systems.items():
        life = desk.lives.begin(system)
        for move in WAYS[phase]:
            before, life = life.phase, desk.lives.happen(life, move)
            evidence.record("life", system=system, move=str(move), before=str(before), after=str(life.phase))
    lives = desk.lives.all()
    prepared = lives[systems[Phase.PREPARED]]
    waits = {"done": "1", "all": "2"}
    desk.lives.note(prepared, waits_for="move.waits.seed", waits=waits, progress=progress(now, done=300 * MIB))
    desk.lives.note(lives[systems[Phase.SYNCING]], progress=progress(now, done=900 * MIB, lag=4096))
    old = now - timedelta(days=2)
    rehearsed = lives[systems[Phase.REHEARSED]]
    desk.lives.note(rehearsed, waits_for="gate.window.early", waits={"from": "22:00"}, progress=progress(old, done=1))
    held = {"decision": "open", "seconds": 0.042, "failed": "", "code": "", "back": False, "at": now.isoformat()}
    desk.lives.learn(lives[systems[Phase.OPEN]], last=held)
    # What a list, a cloud or a guest may have said, in every place where the board shows something.
    for number, text in enumerate(payloads("/nonexistent/canary").values()):
        life = desk.lives.begin(f"S-hostile-{number:02}")
        desk.lives.note(
            life, waits_for="move.waits.preflight", waits={"checks": text}, last={"decision": text, "at": text}
        )
        evidence.record("life", system=text[:500], move="seed", before=text[:500], after="syncing")
    keep_replicas(evidence, now)
    evidence.close()
    return desk


def declare_replicas(folder: Path, programme: dict[str, Any]) -> None:
    """Write a list with five systems that need a replica, of which three have one."""
    system = {
        "unit": "甲局", "secrecy": "非涉密", "mlps_level": "二级", "audience": "跨部门", "network": "行政服务域",
        "class": "正常", "disposition": "迁移", "target_cloud": "行政服务云", "zone": "z", "strategy": "重装",
        "status": "已评审", "dr_level": "5级",
    }  # fmt: skip
    names = [f"S-{number}" for number in range(1, len(WAYS) + 1)]
    systems = [{**system, "system_id": name, "name": name, "mlps_filing": f"37000-2600{name[-1]}"} for name in names]
    for each in systems[5:]:
        each["dr_level"] = ""
    servers = [{"server_id": f"SV-{name}", "system_id": name, "workload": "postgresql"} for name in names]
    (folder / "list.yaml").write_text(yaml.safe_dump({"systems": systems, "servers": servers}, allow_unicode=True))
    ends = {"source": {"address": "10.0.1.5", "site": "room"}, "replica": {"site": "centre"}}
    programme["recovery"] = {
        "sites": {"room": {"city": "烟台", "province": "山东"}, "centre": {"city": "济南", "province": "山东"}},
        "levels": {5: {"basis": "GB/T 20988-2007", "headroom": 1, "drill": "180d", "retention": "0d", "check": "1d"}},
        "systems": {
            f"S-{number}": {"postgresql": [{**ends, "replica": {"address": f"10.9.1.{number}", "site": "centre"}}]}
            for number in (1, 2, 3)
        },
    }


def keep_replicas(evidence: EvidenceLog, now: datetime) -> None:
    """Record a good check and a drill of the first, a bad check of the second, and an old one of the third."""
    good = dict.fromkeys(("existence", "identity", "freshness", "continuity", "independence"), "pass x")
    verdicts = {1: {**good, "restorability": "pass drilled"}, 2: {**good, "freshness": "fail stale"}, 3: good}
    for number, ago in ((3, timedelta(days=2)), (2, timedelta(hours=1)), (1, timedelta(minutes=5))):
        replica = {"kind": "postgresql", "address": f"10.9.1.{number}", "port": 5432, "seconds": 2.0}
        seen = {"missing": [], "broken": False, "replicas": [{**replica, "verdicts": verdicts[number]}]}
        evidence.record("dr.checked", began=(now - ago).isoformat(), seen={f"S-{number}": seen})
    drill = Drilled(system="S-1", kind="postgresql", address="10.9.1.1", port=5432, id="d", at=now, rto=5.0, rpo=1.0)
    evidence.record("dr.drilled", drill=told_drill(drill))


def progress(at: datetime, *, done: int, lag: int | None = None) -> Mapping[str, object]:
    return {
        "at": at.isoformat(),
        "begun": {"at": (at - timedelta(seconds=100)).isoformat(), "bytes_done": 0},
        "streaming": True,
        "lag_bytes": lag,
        "bytes_done": done,
        "bytes_all": 900 * MIB,
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return make(tmp_path_factory.mktemp("made") / "p")


@pytest.fixture(scope="module")
def desk(made: Desk, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return copied(made, tmp_path_factory.mktemp("board"))


def copied(made: Desk, folder: Path) -> Desk:
    return Desk(Path(shutil.copytree(made.folder, folder / "p")))


@pytest.fixture(scope="module")
def server(desk: Desk) -> Iterator[Server]:
    with desk.serving() as running:
        yield running


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    for program in (CHROMIUM, DRIVER):
        assert program.exists(), f"{program} is missing: apt-get install chromium chromium-driver fonts-noto-cjk"
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    yield driver
    driver.quit()


def logs(browser: webdriver.Chrome) -> tuple[list[str], list[str]]:
    """Return and forget what the console says and which addresses were asked."""
    console = [entry["message"] for entry in _log(browser, "browser")]
    events = [json.loads(entry["message"])["message"] for entry in _log(browser, "performance")]
    asked = [one["params"]["request"]["url"] for one in events if one["method"] == "Network.requestWillBeSent"]
    return console, asked


def _log(browser: webdriver.Chrome, kind: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = browser.get_log(kind)  # type: ignore[no-untyped-call]  # Selenium leaves it so
    return entries


def resize(browser: webdriver.Chrome, width: int) -> None:
    told = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", told)


def until(browser: webdriver.Chrome, holds: Callable[[], object]) -> None:
    WebDriverWait(browser, 30).until(lambda _: holds())


def row(browser: webdriver.Chrome, system: str) -> str:
    lines: list[str] = browser.execute_script(
        "return [...document.querySelectorAll('#systems tbody tr')].map((line) => line.outerHTML)"
    )
    (found,) = [line for line in lines if f'<th scope="row">{system} <' in line]
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_it_is_whole_at_a_phone_s_and_a_wall_s_width(
    browser: webdriver.Chrome, server: Server, lang: str, width: int
) -> None:
    logs(browser)
    resize(browser, width)
    browser.get(f"{server.url}{lang}")
    # A busy machine's browser lays a page out at its old width first; what it comes to is asked for again at the end.
    until(browser, lambda: browser.execute_script("return document.documentElement.scrollWidth") <= width)
    assert browser.find_element(By.TAG_NAME, "h1").text == "政务信息系统迁移 <script>alert(1)</script>"
    counts = [each.text for each in browser.find_elements(By.CSS_SELECTOR, ".stages b")]
    assert len(counts) == 1 + len(Phase)
    assert counts[2:] == ["1"] * (len(Phase) - 1)
    clock = browser.find_element(By.CSS_SELECTOR, ".ticking .tick").text
    assert re.fullmatch(r"[45]:\d\d:\d\d", clock)
    # It counts and renews itself, and asks nobody else for it.
    until(browser, lambda: browser.find_element(By.CSS_SELECTOR, ".ticking .tick").text != clock)
    seen = browser.find_element(By.CSS_SELECTOR, "[data-now]").get_attribute("data-now")
    until(browser, lambda: browser.find_element(By.CSS_SELECTOR, "[data-now]").get_attribute("data-now") != seen)
    console, asked = logs(browser)
    assert console == []
    assert [url for url in asked if not url.startswith((server.url, "data:"))] == []
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def test_colours_say_what_is_known_and_grey_what_is_remembered(browser: webdriver.Chrome, desk: Desk) -> None:
    fresh = progress(datetime.now(UTC), done=900 * MIB, lag=4096)
    desk.lives.learn(_life(desk, "S-3"), progress=fresh)
    with desk.serving() as server:
        browser.get(f"{server.url}en")
        assert 'class="light green"' in row(browser, "S-3")
        assert "4.0 KiB" in row(browser, "S-3").replace("4 KiB", "4.0 KiB")
        waits, old = row(browser, "S-2"), row(browser, "S-4")
        assert 'class="light yellow"' in waits
        assert "3.0 MiB/s" in waits  # 300 MiB in 100 s, and 600 are left
        assert "3m20s" in waits
        assert "old" in old
        for undecided in ("S-5", "S-7"):
            assert 'class="light red"' in row(browser, undecided)
        assert 'class="light done"' in row(browser, "S-6")
        assert 'class="light grey"' in row(browser, "S-1")
        text = browser.find_element(By.TAG_NAME, "main").text
        assert "42 ms" in text
        assert "the window opens 22:00" in text


def test_replicas_stand_by_what_was_seen_of_them_and_the_list_need_not_be_readable(
    browser: webdriver.Chrome, made: Desk, tmp_path: Path
) -> None:
    desk = copied(made, tmp_path)
    told = desk.told()["recovery"]
    assert (told["fault"], told["centre"]["coverage"]["counts"]) == (
        None, {"needing": 5, "configured": 2, "healthy": 1, "drilled": 1},
    )  # fmt: skip
    rows = {each["system"]: (each["status"], each["replicas"][0]["code"]) for each in told["centre"]["systems"]}
    assert rows == {
        "S-1": ("pass", "healthy"), "S-2": ("fail", "faulty"), "S-3": ("unknown", "old"),
        "S-4": ("fail", "missing"), "S-5": ("fail", "missing"),
    }  # fmt: skip
    with desk.serving() as server:
        browser.get(f"{server.url}en")
        panel = browser.find_element(By.CSS_SELECTOR, '[data-part="centre"]')
        lines = [each.text for each in panel.find_elements(By.CSS_SELECTOR, "tbody tr")]
        assert [re.search(r"S-\d", line)[0] for line in lines] == ["S-2", "S-3", "S-1"]  # type: ignore[index]  # each has one
        assert "failed: freshness" in lines[0]
        assert "seen too long ago" in lines[1]
        assert "in time" in lines[2]
        assert "2 system(s)" in panel.text
    (desk.folder / "list.yaml").unlink()
    told = desk.told()["recovery"]
    assert (told["fault"], told["centre"]) == ("list.unread", None)


def test_what_others_wrote_stays_text(browser: webdriver.Chrome, server: Server) -> None:
    browser.get(f"{server.url}en")
    assert browser.find_elements(By.CSS_SELECTOR, "main script, h1 script, th b, [onerror]") == []
    source = browser.page_source
    for sign in "\x1b\u202e\u2066\u200b\ufeff\u2028":
        assert sign not in source
    assert "<script>fetch(" not in source
    assert "\\u001b[2J" in browser.find_element(By.TAG_NAME, "main").text


def test_it_says_when_nobody_answers_any_more(browser: webdriver.Chrome, desk: Desk) -> None:
    with desk.serving() as server:
        browser.get(f"{server.url}en")
        assert not browser.find_element(By.CSS_SELECTOR, ".silent").is_displayed()
        server.process.kill()
        until(browser, lambda: browser.find_element(By.CSS_SELECTOR, ".silent").is_displayed())
        assert browser.find_element(By.CSS_SELECTOR, ".silent b").text
        assert "stale" in (browser.find_element(By.TAG_NAME, "body").get_attribute("class") or "")
    logs(browser)


def test_a_change_shows_while_the_programme_is_held_and_written_to(browser: webdriver.Chrome, desk: Desk) -> None:
    """Whoever runs a batch holds the lock and writes all the time; the board makes it wait for nothing."""
    slowest = 0.0
    stop = threading.Event()

    def write() -> None:
        nonlocal slowest
        number = 0
        while not stop.is_set():
            began, number = time.monotonic(), number + 1
            desk.lives.learn(_life(desk, "S-3"), progress=progress(datetime.now(UTC), done=number, lag=number))
            slowest = max(slowest, time.monotonic() - began)
            stop.wait(0.05)

    with RunLock(desk.state / "lock", clock=SystemClock(), command="migrate batch 1"), desk.serving() as server:
        writer = threading.Thread(target=write)
        writer.start()
        try:
            browser.get(f"{server.url}en")
            assert "migrate batch 1" in browser.find_element(By.CSS_SELECTOR, ".facts").text
            life = desk.lives.begin("S-new")
            until(browser, lambda: "S-new" in browser.find_element(By.ID, "systems").text)
            desk.lives.happen(life, Move.PREPARE)
            until(browser, lambda: "prepared" in row(browser, "S-new"))
        finally:
            stop.set()
            writer.join()
    assert slowest < 20  # SQLite would give up at 30


def test_a_real_move_is_seen_from_syncing_to_open(browser: webdriver.Chrome, tmp_path: Path) -> None:
    """A database moves between two servers in namespaces by our own commands, and the page follows without a reload."""
    with syncing(tmp_path) as site, Desk(tmp_path).serving() as server:
        resize(browser, 1440)
        browser.get(f"{server.url}zh")
        browser.execute_script("window.neverReloaded = true")
        assert "同步中" in row(browser, SYSTEM)
        came = site.migrate("cutover", SYSTEM, "--yes")
        until(browser, lambda: "已在目标端开放" in row(browser, SYSTEM))
        assert 'class="light done"' in row(browser, SYSTEM)
        assert "割接中，未决 → 已在目标端开放" in browser.find_element(By.CSS_SELECTOR, ".night").text
        assert f"已开放，{came['held_seconds'] * 1000:.0f} 毫秒" in row(browser, SYSTEM)
        assert browser.execute_script("return window.neverReloaded")
    logs(browser)


def test_the_running_task_is_on_it_as_in_status(tmp_path: Path) -> None:
    with command_site(tmp_path / "p", {"S-1": "甲局"}) as site:
        site.clouds[CLOUDS[0]].polls = 1 << 30
        batch = site.start("batch", "1")
        site.wait_for(lambda: bool(site.servers()))
        tasks = TaskBoard(site.folder / ".migrate" / "tasks", SystemClock())
        tasks.begun("S-1", "restore the dump", 3, 7)
        (told,), (shown,) = site.ask("status", "1")["systems"], site.ask("board")["systems"]
        assert shown["task"] == told["running_task"]
        assert (shown["task"]["task"], shown["task"]["number"], shown["task"]["of"]) == ("restore the dump", 3, 7)
        batch.kill()
        batch.communicate()
        assert site.ask("board")["systems"][0]["task"] is None  # nobody is at work


def test_json_says_the_same_and_is_json(desk: Desk, server: Server) -> None:
    status, headers, body = server.ask("/board.json")
    assert (status, headers["Content-Type"]) == (200, "application/json")
    served, once = json.loads(body, parse_constant=pytest.fail), desk.told()
    assert served["stages"].keys() == once["stages"].keys()
    assert once["window"]["state"] == "open"
    assert {slot["turn"] for slot in once["window"]["slots"]} >= {"undecided", "done", "due", "planned"}
    (seeding,) = [each for each in once["systems"] if each["system"] == "S-2"]
    assert (seeding["copy"]["rate"], seeding["copy"]["left"]) == (3 * MIB, 200)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:{port}", 200),
        ("localhost:{port}", 200),
        ("LOCALHOST", 200),
        ("[::1]:{port}", 200),
        ("10.1.2.3", 200),
        ("evil.example:{port}", 421),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("localhost@evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost:80, evil.example", 421),
        ("[evil]", 421),
        ("127.1", 421),
        ("", 421),
    ],
)
def test_a_name_that_leads_here_is_no_name_of_ours(server: Server, host: str, status: int) -> None:
    assert server.ask(Host=host.format(port=server.port))[0] == status


def test_it_is_only_read_and_everything_is_closed_that_a_browser_can_close(server: Server) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
        assert server.ask(method=method)[0] == 405
    status, headers, body = server.ask(method="HEAD")
    assert (status, body) == (200, b"")
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    assert "Access-Control-Allow-Origin" not in headers
    for path in ("/../programme.yaml", "/%2e%2e/.migrate/guest_ed25519", "/board.css/", "//etc/passwd", "/%80", "/%00"):
        assert server.ask(path)[0] in {400, 404}
    assert server.ask(f"/?token={TOKEN}&x=%0d%0aSet-Cookie:x")[0] == 200
    with closing(socket.create_connection(("127.0.0.1", server.port), timeout=30)) as line:
        line.sendall(b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n")  # no request may grow without an end
        assert b" 431 " in line.recv(64)


def test_a_token_guards_it(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    file.chmod(0o600)
    basic = base64.b64encode(f"anybody:{TOKEN}".encode()).decode()
    wrong = base64.b64encode(f"{TOKEN}:x".encode()).decode()
    with desk.serving("--bind", "0.0.0.0", "--token-file", str(file), "--name", "Board.example") as server:
        for said in ("", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", TOKEN, f"Basic {wrong}", "Basic ?", "Bearer \xff"):
            for path in ("/", "/board.json", "/board.js", f"/?token={TOKEN}"):
                assert server.ask(path, Authorization=said)[0] == 401, said
        for said in (f"Bearer {TOKEN}", f"bearer {TOKEN}", f"Basic {basic}"):
            assert server.ask(Authorization=said)[0] == 200
        assert server.ask(Host="board.example", Authorization=f"Basic {basic}")[0] == 200
        assert server.ask(Host="evil.example", Authorization=f"Basic {basic}")[0] == 421
        server.process.send_signal(signal.SIGTERM)
        out, err = server.process.communicate(timeout=30)
    assert TOKEN not in out + err


@pytest.mark.parametrize(
    ("arguments", "mode", "text", "code"),
    [
        (("--bind", "0.0.0.0"), None, "", "board.no-token"),
        (("--bind", "::"), None, "", "board.no-token"),
        (("--token-file", "{file}"), 0o644, TOKEN, "board.token"),
        (("--token-file", "{file}"), 0o600, "short", "board.token"),
        (("--token-file", "{file}"), 0o600, "", "board.token"),
        (("--token-file", "{file}"), None, "", "board.token"),
        (("--bind", "192.0.2.7", "--token-file", "{file}"), 0o600, TOKEN, "board.address"),
    ],
)
def test_a_board_that_could_not_be_guarded_is_refused(
    desk: Desk, tmp_path: Path, arguments: tuple[str, ...], mode: int | None, text: str, code: str
) -> None:
    file = tmp_path / "token"
    if mode is not None:
        file.write_text(text)
        file.chmod(mode)
    words = [each.format(file=file) for each in arguments]
    done = subprocess.run(
        [*MIGRATE, "-C", str(desk.folder), "board", "--port", "0", *words],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 4
    assert f"[{code}]" in done.stderr
    assert "→" in done.stderr


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_when_it_is_told_to(desk: Desk, sent: signal.Signals) -> None:
    with desk.serving() as server, closing(socket.create_connection(("127.0.0.1", server.port), timeout=30)) as idle:
        assert server.ask()[0] == 200
        idle.sendall(b"GET / HTTP/1.1\r\n")  # somebody who never finishes
        server.process.send_signal(sent)
        out, err = server.process.communicate(timeout=30)
        assert server.process.returncode == 0, err
        assert "Traceback" not in out + err
        with pytest.raises(OSError), closing(socket.create_connection(("127.0.0.1", server.port), timeout=5)):
            pass


def test_looking_leaves_no_trace(made: Desk, tmp_path: Path) -> None:
    desk = copied(made, tmp_path)

    def marks() -> dict[str, tuple[int, int]]:
        files = (path for path in desk.folder.rglob("*") if path.is_file())
        return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in files}

    with closing(desk.database.engine().raw_connection()):  # a writer is there, so the shared files are too
        before = marks()
        desk.told()
        with desk.serving() as server:
            assert server.ask("/board.json")[0] == 200
        after = marks()
        shared = {name for name in before if name.endswith("-shm")}
        assert {name: mark for name, mark in after.items() if name not in shared} == {
            name: mark for name, mark in before.items() if name not in shared
        }


def _spoil_life(desk: Desk) -> None:
    import sqlite3

    with closing(sqlite3.connect(desk.state / "state.sqlite")) as line:
        line.execute("UPDATE migrate_lives SET phase = 'no-such-phase' WHERE system = 'S-1'")
        line.commit()


def _spoil_database(desk: Desk) -> None:
    for name in ("state.sqlite-wal", "state.sqlite-shm"):
        (desk.state / name).unlink(missing_ok=True)
    (desk.state / "state.sqlite").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)


def _spoil_record(desk: Desk) -> None:
    (desk.state / "evidence.jsonl").unlink()
    os.mkfifo(desk.state / "evidence.jsonl")


def _spoil_place(desk: Desk) -> None:
    desk.state.rename(desk.folder / "elsewhere")
    desk.state.symlink_to("elsewhere")


def _spoil_plan(desk: Desk) -> None:
    (desk.folder / "schedule.yaml").write_text("kind: migrate-schedule/1\nprogramme: other\n")


@pytest.mark.parametrize(
    "spoil",
    [
        _spoil_database,
        _spoil_place,
        *(pytest.param(spoil, marks=pytest.mark.nightly) for spoil in (_spoil_life, _spoil_record, _spoil_plan)),
    ],
)
def test_a_state_that_cannot_be_read_is_told_and_what_was_seen_is_grey(
    made: Desk, tmp_path: Path, spoil: Callable[[Desk], None]
) -> None:
    desk = copied(made, tmp_path)
    with desk.serving() as server:
        seen = json.loads(server.ask("/board.json")[2])
        assert seen["faults"] == []
        spoil(desk)
        now: Any = seen
        deadline = time.monotonic() + 30
        while not now["faults"]:
            assert time.monotonic() < deadline
            time.sleep(0.2)
            now = json.loads(server.ask("/board.json")[2])
        status, _, page = server.ask("/en")
    assert status == 200
    assert b'class="fault"' in page
    assert [each["system"] for each in now["systems"]] == [each["system"] for each in seen["systems"]]
    if spoil is not _spoil_plan and spoil is not _spoil_record:
        assert {each["light"] for each in now["systems"]} == {"grey"}
        assert now["state_as_of"] < now["as_of"]
    assert desk.told(expect=1)["faults"]


def _life(desk: Desk, system: str) -> Life:
    found = desk.lives.of(system)
    assert found is not None
    return found
