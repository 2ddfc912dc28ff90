"""One cloud: its address, its passwords, its configuration, and the order in which its services start and stop."""

from __future__ import annotations

import base64
import json
import secrets
import shutil
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path

from . import databases, files, listening, network, patches
from .api import Api
from .box import Box
from .errors import LabError, NoAnswer, Refused
from .progress import say, wait_for
from .services import ON_DEMAND, services

NUMBERS = {"public-service": 1, "administrative": 2, "dr": 3}
DEFAULT = ("public-service", "administrative")
_USERS = ("placement", "glance", "nova", "neutron", "cinder")
_WORKERS = frozenset({
    "nova-conductor", "nova-scheduler", "nova-compute", "cinder-scheduler", "cinder-volume",
    "neutron-linuxbridge", "neutron-dhcp", "neutron-l3", "neutron-metadata",
})  # fmt: skip
# Seconds for a service to answer: one that was found running, and one that was just started, on a busy machine.
_FOUND_S, _STARTED_S = 60.0, 300.0


class Cloud:
    """One complete OpenStack in one box."""

    def __init__(self, name: str, number: int | None = None) -> None:
        if number is None and name not in NUMBERS:
            raise Refused(f"there is no cloud {name!r}", f"the lab knows {', '.join(NUMBERS)}")
        self.name = name
        self.number = NUMBERS[name] if number is None else number
        self.folder = files.state() / "clouds" / name
        self.address = f"172.29.{self.number}.2"
        self.box = Box(name, self.folder)
        self.services = services(self.address)

    @cached_property
    def secrets(self) -> dict[str, str]:
        """The cloud's own passwords, made once: of its administrator, of the project's user, of its services."""
        path = self.folder / "secrets.json"
        if not path.exists():
            made = {name: secrets.token_urlsafe(24) for name in ("admin", "migrate", "service")}
            made |= {name: _fernet_key() for name in ("fernet-0", "fernet-1", "credential-0", "credential-1")}
            files.write(path, json.dumps(made | {"uuid": str(uuid.uuid4())}, indent=1) + "\n", 0o600)
        known: dict[str, str] = json.loads(path.read_text())
        return known

    @property
    def fresh(self) -> bool:
        """Whether the cloud has no databases yet."""
        return not (self.folder / "var/lib/lab-mysql/mysql").is_dir()

    def api(self, user: str = "admin", project: str = "", *, within: float = 180) -> Api:
        """Open a session of one of the two users people know of; each of its calls may take `within` seconds."""
        where = project or {"admin": "admin"}.get(user, "egov")
        return Api(self.address, user, self.secrets[user], where, logs=self.folder / "var/log", within=within)

    def log(self, service: str) -> Path:
        """Return the log in which a service has written last."""
        logs = self.folder / "var/log"
        found = [path for name in (service, f"{service}-agent") for path in logs.glob(f"*/{name}.log")]
        return max(found, key=lambda path: path.stat().st_mtime, default=logs / "lab" / f"{service}.log")

    def configure(self) -> None:
        """Write every configuration file; into the running box when there is one, else below its overlay."""
        root = self.box.path("/etc") if self.box.pid else self.folder / "etc"
        values = self._values()
        templates = files.DATA / "cloud" / "etc"
        for template in sorted(path for path in templates.rglob("*") if path.is_file()):
            files.write(root / template.relative_to(templates), files.render(template.read_text(), values))
        for kind in ("fernet", "credential"):
            for number in "01":
                files.write(root / f"keystone/{kind}-keys/{number}", self.secrets[f"{kind}-{number}"], 0o600)
        for script in ("listens.py", "fake_agent.py"):
            files.write(root / "migrate-lab" / script, (files.DATA / "cloud" / script).read_text())

    def _values(self) -> dict[str, str]:
        rabbit = f"rabbit://openstack:{self.secrets['service']}@127.0.0.1:5672/"
        values = {
            "NAME": self.name,
            "API": self.address,
            "RABBIT": rabbit,
            "SECRET": self.secrets["service"],
            "UUID": self.secrets["uuid"],
        }
        values |= {f"DATABASE_{name}": databases.url(name) for name in databases.NAMES}
        for user in _USERS:
            values[f"AUTH_{user}"] = auth = "\n".join(
                (
                    "auth_type = password",
                    f"auth_url = http://{self.address}:5000/v3",
                    f"username = {user}",
                    f"password = {self.secrets['service']}",
                    "project_name = service",
                    "user_domain_name = Default",
                    "project_domain_name = Default",
                    f"region_name = {self.name}",
                )
            )
            values[f"TOKEN_{user}"] = "\n".join(
                (
                    "[keystone_authtoken]",
                    auth,
                    f"www_authenticate_uri = http://{self.address}:5000/v3",
                    "memcached_servers = 127.0.0.1:11211",
                    "service_token_roles_required = True",
                    "service_token_roles = admin",
                    "\n[service_user]",
                    "send_service_user_token = True",
                    auth,
                )
            )
        return values

    def start_box(self) -> None:
        """Start the namespaces, without any service."""
        if self.box.pid:
            self.configure()
            return
        self.configure()
        for name in ("mount.nfs", "qemu-system-x86_64"):
            files.write(self.folder / "sbin" / name, (files.DATA / "cloud/sbin" / name).read_text(), 0o755)
        folders = "mysql lab rabbitmq keystone placement glance nova neutron cinder libvirt"
        places = [f"log/{name}" for name in folders.split()]
        places += ["lib/rabbitmq", "lib/keystone", "lib/glance/images", "lib/nova/instances", "lib/nova/fake"]
        places += ["lib/neutron", "lib/cinder/export", "lib/cinder/mnt", "lib/libvirt", "cache/libvirt", "tmp"]
        for place in places:
            (self.folder / "var" / place).mkdir(parents=True, exist_ok=True)
        for link in ("run", "lock"):
            target = self.folder / "var" / link
            if not target.is_symlink():
                target.symlink_to({"run": "/run", "lock": "/run/lock"}[link])
        init: list[str | Path] = ["sh", files.DATA / "cloud/init.sh", self.folder, files.state() / "shared", self.name]
        for patched, original in patches.write(self.folder / "patched"):
            init += [patched, original]
        self.box.start(init)

    def start(self, *names: str) -> None:
        """Start services; those that run are left alone."""
        for name in names:
            if name not in self.services:
                raise Refused(f"there is no service {name!r}", f"known: {', '.join(self.services)}")
            if name == "neutron-linuxbridge" and not self.box.service_pid(name):
                listening.forget_macs(self)
            service = self.services[name]
            self.box.spawn(name, service.argv, service.env)

    def stop(self, *names: str) -> None:
        """Stop services."""
        self.box.end(*names)

    def revive(self, *names: str) -> None:
        """Start services; one that runs and does not listen is started again."""
        running = [name for name in names if name in self.services and self.box.service_pid(name)]
        self.start(*names)
        if deaf := [name for name in running if not listening.hears(self, name)]:
            say(self.name, f"deaf, started again: {', '.join(deaf)}")
            self.restart(*deaf)

    def restart(self, *names: str) -> None:
        """Start services again that do not listen, and so cannot be asked to end either."""
        self.box.end(*names, within=3)
        self.start(*names)

    def remember(self, option: str, asked: bool) -> bool:
        """Say whether an option of `up` holds: asked for now, or ever before."""
        marker = self.folder / option
        if asked:
            files.write(marker, "")
        return marker.exists()

    def up(self, *, fake: bool = False, backup: bool = False) -> None:
        """Bring the cloud up from whatever is there: nothing, a part, the remains of a killed one, or all of it."""
        note = partial(say, self.name)
        if self.fresh:
            databases.copy_to(self.folder / "var/lib/lab-mysql")
            note("databases copied")
        self.start_box()
        number, router = self.number, f"172.29.{self.number}.1"
        network.plug(self.box, "mgmt0", f"m-{number}", address=f"{self.address}/24", gateway=f"{router}/24")
        if network.plug(self.box, "prov0", f"p-{number}", gateway=f"172.30.{number}.1/24"):
            # only when it starts does the agent look for its interface and put it into its bridge
            self.stop("neutron-linuxbridge")
        self.box.run("ip", "route", "replace", "default", "via", router)
        found = {name for name, pid in self.status().items() if pid}
        began = datetime.now(UTC).isoformat(timespec="seconds")[:19]
        if held := sorted(name for name in found if self.box.stopped(name)):
            self.box.end(*held, within=1)
            note(f"deaf and ended: {', '.join(held)}")
            found -= set(held)
        self.box.let_go()
        renewed = not found >= set(self.services) - ON_DEMAND

        def hear(service: str, probe: Callable[[], object] | None = None) -> None:
            nonlocal renewed
            patience = _FOUND_S if service in found else _STARTED_S
            renewed |= self._hear(service, probe or listening.probe(self, service), patience)

        self.start("mariadb", "rabbitmq", "memcached")
        hear("mariadb")
        registered = self.folder / "registered"
        if not registered.exists():
            self._bootstrap()
        self.start("keystone", "placement", "glance", "virtlogd", "libvirtd")
        hear("rabbitmq")
        hear("keystone")
        if not registered.exists():
            self._register()
            registered.touch()
            note("service catalogue registered")
        # without its queue each of these waits out a whole RPC time-out, so its server comes first
        self.start("nova-conductor", "neutron-server", "nova-api", "nova-scheduler")
        self.start("cinder-api", "cinder-scheduler", "cinder-volume")
        hear("libvirtd")
        hear("nova-conductor", partial(listening.consumed, self, "conductor"))
        self.start("nova-compute")
        if self.remember("backup", backup or self.name == "dr"):
            self.start("cinder-backup")
        hear("neutron-server", partial(listening.consumed, self, "q-l3-plugin", "q-plugin"))
        self.start("neutron-linuxbridge", "neutron-dhcp", "neutron-l3", "neutron-metadata")
        if self.remember("fake", fake):
            self.start("fake-agent", "nova-fake")
        note("all services started")
        for api in listening.APIS:
            hear(api)
        note("all APIs answer")
        hear("neutron-linuxbridge")
        self._all_report(began if renewed else "")
        if ended := [name for name, pid in self.status().items() if not pid and name not in ON_DEMAND]:
            logs = ", ".join(str(self.log(name)) for name in ended)
            raise LabError(f"{self.name}: {', '.join(ended)} ended at once", f"the logs: {logs}")
        note("every worker reports up")

    def _hear(self, service: str, probe: Callable[[], object], patience: float) -> bool:
        """Wait until a service listens; one that does not within its time is started again, once.

        Returns:
            Whether it was started again.

        Raises:
            LabError: it does not listen then either.
        """

        def heard() -> object:
            if not self.box.service_pid(service):
                raise LabError(f"{self.name}: {service} has ended")
            return probe()

        try:
            wait_for(self.name, f"{service} to answer", heard, within=patience)
        except LabError:
            say(self.name, f"{service} is deaf; started again")
        else:
            return False
        self.restart(service)
        try:
            wait_for(self.name, f"{service} to answer", heard, within=_STARTED_S)
        except LabError as error:
            raise LabError(f"{error}; it was started twice", f"its log is {self.log(service)}") from error
        return True

    def _all_report(self, since: str) -> None:
        """Wait until every worker reports up; those that do not in time are started again, once."""

        def all_report() -> bool:
            if missing := self.missing(since):
                raise NoAnswer(f"missing: {', '.join(missing)}")
            return True

        wait = partial(wait_for, self.name, "every worker to report up", all_report, within=_STARTED_S, pause=1)
        try:
            wait()
        except NoAnswer:
            missing = self.missing(since)
            say(self.name, f"deaf, started again: {', '.join(missing)}")
            self.restart(*missing)
        else:
            return
        try:
            wait()
        except NoAnswer as error:
            logs = ", ".join(str(self.log(name)) for name in self.missing(since))
            raise LabError(f"{error}; they were started twice", f"the logs: {logs}") from error

    def _bootstrap(self) -> None:
        url = f"http://{self.address}:5000/v3"
        urls = [word for kind in ("admin", "internal", "public") for word in (f"--bootstrap-{kind}-url", url)]
        password = {"OS_BOOTSTRAP_PASSWORD": self.secrets["admin"]}
        self.box.run("keystone-manage", "bootstrap", "--bootstrap-region-id", self.name, *urls, env=password)

    def _register(self) -> None:
        """Register the services' users and the catalogue."""
        api = self.api()
        project = api.ensure("identity", "/projects", "project", "service", domain_id="default")["id"]
        roles = {role["name"]: role["id"] for role in api.get("identity", "/roles")["roles"]}
        endpoints = {(e["service_id"], e["interface"]) for e in api.get("identity", "/endpoints")["endpoints"]}
        for name, kind, suffix in (
            ("glance", "image", ":9292"),
            ("placement", "placement", ":8778"),
            ("nova", "compute", ":8774/v2.1"),
            ("neutron", "network", ":9696"),
            ("cinder", "volumev3", ":8776/v3/%(project_id)s"),
        ):
            user = api.ensure(
                "identity", "/users", "user", name, password=self.secrets["service"], domain_id="default"
            )["id"]
            for role in ("admin", "service"):
                if role in roles:
                    api.call("identity", "PUT", f"/projects/{project}/users/{user}/roles/{roles[role]}")
            service = api.ensure("identity", "/services", "service", name, type=kind)["id"]
            for interface in ("public", "internal", "admin"):
                if (service, interface) not in endpoints:
                    endpoint = {
                        "service_id": service,
                        "interface": interface,
                        "url": f"http://{self.address}{suffix}",
                        "region_id": self.name,
                    }
                    api.call("identity", "POST", "/endpoints", {"endpoint": endpoint})

    def ready(self) -> bool:
        """Say whether every worker reports up, and a hypervisor and a volume backend can be scheduled to."""
        try:
            return not self.missing()
        except NoAnswer:
            return False

    def missing(self, since: str = "") -> list[str]:
        """Return the services for which a new server or volume would wait in vain.

        An API that answers is not a cloud that works: servers created before this point may hang for minutes.

        Args:
            since: only reports after this time count (UTC, ISO 8601): those of a dead worker stay fresh for a minute.

        Raises:
            ApiError: an API does not answer.
        """
        api = self.api(within=60)
        compute = api.get("compute", "/os-services")["services"]
        volume = api.get("volume", "/os-services")["services"]
        agents = api.get("network", "/agents")["agents"]
        up = {s["binary"] for s in compute + volume if s["state"] == "up" and _after(s["updated_at"], since)}
        up |= {
            a["binary"].removesuffix("-agent") for a in agents if a["alive"] and _after(a["heartbeat_timestamp"], since)
        }
        missing = _WORKERS - up
        hypervisors = api.get("compute", "/os-hypervisors/detail")["hypervisors"]
        placed = all(reported(api, one["hypervisor_hostname"]) for one in hypervisors)
        if not placed or not any(one["state"] == "up" for one in hypervisors):
            missing |= {"nova-compute"}
        # What cinder-volume told before cinder-scheduler listened is lost, and no volume can be placed until it tells
        # again.
        if not api.get("volume", "/scheduler-stats/get_pools")["pools"]:
            missing |= {"cinder-volume"}
        return sorted(missing)

    def status(self) -> dict[str, int | None]:
        """Return each service and its process number inside the box, or None."""
        return {name: self.box.service_pid(name) for name in self.services}

    def down(self) -> None:
        """Stop the services, the database last, then the box; guests end with it, their disks stay."""
        if self.box.pid is None:
            return
        base = ("rabbitmq", "mariadb")
        self.box.end(*(name for name in self.services if name not in base), within=8)
        self.box.end(*base, within=20)
        self.box.stop()
        say(self.name, "down")

    def destroy(self) -> None:
        """Take the cloud down and delete everything it kept."""
        self.down()
        shutil.rmtree(self.folder, ignore_errors=True)
        say(self.name, "deleted")


def reported(api: Api, host: str) -> bool:
    """Say whether a compute service told Placement what it has to give; before, nothing can be scheduled to it."""
    found = api.get("placement", f"/resource_providers?name={host}")["resource_providers"]
    return bool(found and api.get("placement", f"/resource_providers/{found[0]['uuid']}/inventories")["inventories"])


def _after(told: str | None, since: str) -> bool:
    """Compare the APIs' times, which are UTC and differ only in the letter between date and time."""
    return not since or (told or "").replace(" ", "T") >= since


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
