#!/usr/bin/python
"""Ansible module: a server's name, its neighbours' addresses and its data disk, in one start of Python."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = r"""
module: prepared_server
short_description: Give a server its name, its neighbours' addresses and its data disk
description:
  - Writes /etc/hostname and a block of /etc/hosts. hostnamectl needs D-Bus, which small images do not have.
  - Finds the one whole disk of the given size that is neither mounted nor partitioned, or the one that this
    module has labelled before; makes an ext4 file system only where there is no signature of any kind, and
    mounts it by UUID, now and at every boot. Never overwrites data.
options:
  name: {type: str, required: true, description: Host name.}
  neighbours: {type: dict, default: {}, description: Host names of other servers and their addresses.}
  disk_gib: {type: int, default: 0, description: Size of the data disk; 0 for none.}
  folder: {type: path, default: /srv/data, description: Where the data disk is mounted.}
"""

LABEL = "migrate-data"
LOCK = "/run/migrate-prepared.lock"
BLANK = 2  # blkid -p: no signature found
BEGIN, END = "# BEGIN migrate", "# END migrate"


def write(path: Path, text: str) -> bool:
    """Write a file unless it says so already; never half of it."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    fresh = path.with_name(f".{path.name}.migrate")
    fresh.write_text(text, encoding="utf-8")
    fresh.chmod(0o644)
    fresh.replace(path)
    return True


def name_server(name: str, neighbours: dict[str, str]) -> bool:
    """Set the host name and the block of /etc/hosts."""
    changed = write(Path("/etc/hostname"), f"{name}\n")
    if socket.gethostname() != name:
        socket.sethostname(name)
        changed = True
    table = Path("/etc/hosts")
    lines = table.read_text(encoding="utf-8").splitlines() if table.exists() else []
    if BEGIN in lines and END in lines:
        del lines[lines.index(BEGIN) : lines.index(END) + 1]
    block = [f"127.0.1.1 {name}", *(f"{address} {host}" for host, address in sorted(neighbours.items()))]
    return write(table, "\n".join([*lines, BEGIN, *block, END]) + "\n") or changed


def signature(module: AnsibleModule, device: str) -> dict[str, str]:
    """Return what is written on a device, empty when it is blank."""
    code, out, err = module.run_command(["blkid", "-p", "-o", "export", device])
    if code == BLANK:
        return {}
    if code != 0:
        module.fail_json(msg=f"cannot read {device}: {err.strip()}")
    return dict(line.split("=", 1) for line in out.splitlines() if "=" in line)


def choose(module: AnsibleModule, size_gib: int, folder: str) -> tuple[str, dict[str, str], bool]:
    """Return the disk, its signature and whether it is mounted at `folder` already."""
    argv = ["lsblk", "--json", "--bytes", "-o", "PATH,TYPE,SIZE,RO,MOUNTPOINT"]
    _, out, _ = module.run_command(argv, check_rc=True)
    found = [
        (str(disk["path"]), signature(module, str(disk["path"])), disk["mountpoint"] == folder)
        for disk in json.loads(out)["blockdevices"]
        if disk["type"] == "disk"
        and int(disk["size"]) == size_gib << 30
        and not disk["ro"]
        and not disk.get("children")
        and disk["mountpoint"] in (None, folder)
    ]
    candidates = [one for one in found if one[1].get("LABEL") == LABEL] or [one for one in found if not one[1]]
    if len(candidates) != 1:
        seen = ", ".join(f"{device} ({told.get('TYPE', 'blank')})" for device, told, _ in found) or "none"
        module.fail_json(msg=f"need exactly one blank or own disk of {size_gib} GiB, found: {seen}")
    return candidates[0]


def mount_disk(module: AnsibleModule, size_gib: int, folder: str) -> bool:
    """Make the data disk usable."""
    device, told, mounted = choose(module, size_gib, folder)
    changed = not told
    if not told:
        module.run_command(["mkfs.ext4", "-q", "-L", LABEL, device], check_rc=True)
        told = signature(module, device)
    table = Path("/etc/fstab")
    lines = table.read_text(encoding="utf-8").splitlines() if table.exists() else []
    entry = f"UUID={told['UUID']} {folder} ext4 defaults,nofail 0 2"
    kept = [line for line in lines if line.split()[1:2] != [folder]]
    changed = write(table, "\n".join([*kept, entry]) + "\n") or changed
    if not mounted:
        Path(folder).mkdir(parents=True, exist_ok=True)
        module.run_command(["mount", folder], check_rc=True)
    return changed or not mounted


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "neighbours": {"type": "dict", "default": {}},
            "disk_gib": {"type": "int", "default": 0},
            "folder": {"type": "path", "default": "/srv/data"},
        }
    )
    wanted = module.params
    # A run that lost its controller may still be at work here: the second waits for it.
    with Path(LOCK).open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        changed = name_server(wanted["name"], wanted["neighbours"])
        if wanted["disk_gib"]:
            changed = mount_disk(module, wanted["disk_gib"], wanted["folder"]) or changed
        os.sync()
    module.exit_json(changed=changed)


if __name__ == "__main__":
    main()
