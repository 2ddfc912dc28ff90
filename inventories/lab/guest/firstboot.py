#!/usr/bin/python3 -IS
"""First boot of a guest: host name, login keys, user data; from the config drive, else from the metadata service.

It stands for cloud-init, which takes longer to start in an emulated guest than the guest takes to boot.
"""
# Importing pathlib takes an emulated guest longer than all the rest of this file.
# ruff: noqa: PTH101, PTH103, PTH108, PTH110, PTH123, SIM115

import json
import os
import sys
import time

DRIVE = "/run/config-drive"
STAMP = "/var/lib/firstboot"
HOST_KEY = "/etc/ssh/ssh_host_ed25519_key"


def run(*argv):
    """Run a program, its output dropped (importing `subprocess` takes an emulated guest a second)."""
    quiet = [(os.POSIX_SPAWN_OPEN, number, "/dev/null", os.O_RDWR, 0) for number in (0, 1, 2)]
    child = os.posix_spawnp(argv[0], argv, os.environ, file_actions=quiet)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def config_drive():
    """Return a reader of the config drive, or None when the server has none."""
    os.makedirs(DRIVE, exist_ok=True)
    for _ in range(20):
        if os.path.exists("/dev/sr0") and run("mount", "-t", "iso9660", "-o", "ro", "/dev/sr0", DRIVE) == 0:
            return lambda name: open(f"{DRIVE}/openstack/latest/{name}").read()
        time.sleep(0.1)
    return None


def metadata_service():
    """Return a reader of the metadata service."""
    import urllib.request

    def read(name):
        url = f"http://169.254.169.254/openstack/latest/{name}"
        for _ in range(30):
            try:
                return urllib.request.urlopen(url, timeout=3).read().decode()
            except urllib.request.HTTPError as error:
                raise FileNotFoundError(name) from error
            except OSError:
                time.sleep(1)
        raise FileNotFoundError(name)

    return read


def write(path, text, mode=0o644, owner=0):
    """Write a small file."""
    with open(path, "w") as stream:
        stream.write(text)
    os.chmod(path, mode)
    os.chown(path, owner, owner)


def announce_host_key(name):
    """Print the host key on the console, where only the cloud can read it: a client can then trust the first login."""
    with open(f"{HOST_KEY}.pub") as stream:
        key = " ".join(stream.read().split()[:2])
    lines = ("", "-----BEGIN SSH HOST KEY KEYS-----", f"{key} root@{name}", "-----END SSH HOST KEY KEYS-----", "")
    with open("/dev/console", "w") as console:
        console.write("\r\n".join(lines))


def main():
    """Do what this server's metadata says, once per server."""
    read = metadata_service() if "--http" in sys.argv else config_drive()
    if read is None:
        return run("systemctl", "--no-block", "start", "firstboot-http.service")
    meta = json.loads(read("meta_data.json"))
    if os.path.exists(STAMP) and open(STAMP).read() == meta["uuid"]:
        return 0
    name = meta.get("hostname", "guest").split(".")[0]
    run("hostname", name)
    write("/etc/hostname", f"{name}\n")
    write("/etc/hosts", f"127.0.0.1 localhost\n127.0.1.1 {name}\n")
    # an image made of another server brings its keys: a host key belongs to one server
    for path in (HOST_KEY, f"{HOST_KEY}.pub"):
        if os.path.exists(path):
            os.unlink(path)
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", f"root@{name}", "-f", HOST_KEY)
    announce_host_key(name)
    keys = "".join(f"{key.strip()}\n" for key in (meta.get("public_keys") or {}).values())
    os.makedirs("/home/debian/.ssh", 0o700, exist_ok=True)
    os.chown("/home/debian/.ssh", 1000, 1000)
    write("/home/debian/.ssh/authorized_keys", keys, 0o600, 1000)
    try:
        script = read("user_data")
    except FileNotFoundError:
        script = ""
    if script.startswith("#!"):
        write("/run/user-data", script, 0o700)
        run("/run/user-data")
    write(STAMP, meta["uuid"])
    return 0


sys.exit(main())
