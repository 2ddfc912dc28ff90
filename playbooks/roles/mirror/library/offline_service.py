#!/usr/bin/python
"""Ansible module: a service installed from an archive of packages, with its files, and running."""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = r"""
module: offline_service
short_description: Install a service without internet, configure it and keep it running
description:
  - Writes the configuration first, so that the service starts with it when its packages are installed, and
    need not be restarted. Later changes restart it.
  - The packages come from a tar file on the server that unpacks to a flat apt repository. The server's own apt
    sources are neither read nor changed.
  - One module instead of five, for servers on which each start of Python takes seconds.
  - Without an archive it changes nothing where one is needed, and answers with C(archive_wanted).
options:
  service: {type: str, required: true, description: Name of the service.}
  packages: {type: list, elements: str, required: true, description: Packages to install.}
  archive:
    type: path
    description: The tar file, on the controller; the action of this name brings it along where it is asked for.
  digest: {type: str, required: true, description: Digest of the tar file; another one installs again. By the action.}
  files: {type: list, elements: dict, default: [], description: Files to write, each path and content.}
"""

STATE = Path("/var/lib/migrate")
LOCK_SECONDS = "600"  # how long apt waits for a run that lost its controller


def write_files(files: list[dict[str, str]]) -> list[str]:
    """Write each file that does not say so already; return their paths."""
    changed = []
    for file in files:
        path, content = Path(file["path"]), file["content"].encode("utf-8")
        if path.is_file() and path.read_bytes() == content:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.migrate")
        fresh.write_bytes(content)
        fresh.chmod(0o644)
        fresh.replace(path)
        changed.append(str(path))
    return changed


def stamp_of(service: str) -> Path:
    """Return the file that says what a service was installed from."""
    return STATE / f"{service}.installed"


def is_installed(service: str, stamp: str) -> bool:
    """Tell whether the packages were installed from this very archive."""
    path = stamp_of(service)
    return path.exists() and path.read_text(encoding="utf-8") == stamp


def install(module: AnsibleModule, service: str, packages: list[str], archive: str, stamp: str) -> None:
    """Install the packages."""
    repository = STATE / "mirror" / service
    shutil.rmtree(repository, ignore_errors=True)
    repository.mkdir(parents=True)
    module.run_command(["tar", "-xf", archive, "-C", str(repository)], check_rc=True)
    sources = STATE / f"{service}.list"
    sources.write_text(f"deb [trusted=yes] file:{repository} ./\n", encoding="utf-8")
    options = {
        "Dir::Etc::SourceList": str(sources),
        "Dir::Etc::SourceParts": "/dev/null",
        "Acquire::Languages": "none",
        "APT::Sandbox::User": "root",
        "DPkg::Lock::Timeout": LOCK_SECONDS,
        "DPkg::Use-Pty": "0",
    }
    apt = ["apt-get", "-q", *(f"-o{name}={text}" for name, text in options.items())]
    dpkg = [f"-oDpkg::Options::=--force-{name}" for name in ("confold", "confdef", "unsafe-io")]
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    module.run_command([*apt, "update"], check_rc=True, environ_update=quiet)
    argv = [*apt, *dpkg, "install", "--yes", "--no-install-recommends", *packages]
    module.run_command(argv, check_rc=True, environ_update=quiet)
    shutil.rmtree(repository)
    stamp_of(service).write_text(stamp, encoding="utf-8")


def run(module: AnsibleModule, service: str, *, restart: bool) -> bool:
    """Have the service running and started at boot; tell whether something was done for it."""
    if not Path("/run/systemd/system").is_dir():
        running = module.run_command(["service", service, "status"])[0] == 0
        if running and not restart:
            return False
        module.run_command(["service", service, "restart" if running else "start"], check_rc=True)
        return True
    states = [
        module.run_command(["systemctl", verb, "--quiet", service])[0] == 0 for verb in ("is-enabled", "is-active")
    ]
    if not all(states):
        module.run_command(["systemctl", "enable", "--now", service], check_rc=True)
    if restart and states[1]:
        module.run_command(["systemctl", "restart", service], check_rc=True)
    return restart or not all(states)


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            "service": {"type": "str", "required": True},
            "packages": {"type": "list", "elements": "str", "required": True},
            "archive": {"type": "path"},
            "digest": {"type": "str", "required": True},
            "files": {"type": "list", "elements": "dict", "default": []},
        }
    )
    service, packages, archive = (module.params[name] for name in ("service", "packages", "archive"))
    stamp = f"{module.params['digest']} {' '.join(packages)}\n"
    STATE.mkdir(mode=0o755, parents=True, exist_ok=True)
    with (STATE / "lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        missing = not is_installed(service, stamp)
        if missing and not archive:
            module.exit_json(changed=False, archive_wanted=True)
        written = write_files(module.params["files"])
        if missing:
            install(module, service, packages, archive, stamp)
        # A service that was installed just now has started with these files.
        started = run(module, service, restart=bool(written) and not missing)
    module.exit_json(changed=bool(written) or missing or started, files=written, installed=missing)


if __name__ == "__main__":
    main()
