"""What is made of a disk's copy. Runs on the keeper by itself, as `passes.py` does: `python3 fitting.py VERB`.

It stands in a folder of its own: `copy` copies, `mend` ends what the file system had open, `fit` makes it fit for the
cloud by the copy's own programs where nothing else is, `final` does these three, `boot` starts it where it reaches
nobody and waits for its ports. What the copy says is words of a stranger: only lines of a known form are taken, and
never many.
"""

from __future__ import annotations

import json
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SECTOR = 512
_MOST = 65536
_UUID = re.compile(r"[0-9A-Za-z-]{4,40}")
_WORD = re.compile(r"(left) (/dev/[A-Za-z0-9/_.:+-]{1,90})|(kernel|lacking) ([A-Za-z0-9._+~-]{1,80})")
_FIT_SECONDS = 900
_LOOK = 0.5
_STARTING = 20
WRONG = 4  # from here on e2fsck left something wrong


class BrokenError(Exception):
    """What cannot be gone on with, in words for a person."""


def run(*words: str, text: str = "", seconds: float = 3600, good: Sequence[int] = (0,)) -> str:
    """Run a program and return what it said."""
    done = subprocess.run(
        words, input=text.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=seconds
    )
    said = done.stdout[-_MOST:].decode(errors="replace")
    if done.returncode not in good:
        last = [line for line in said.splitlines() if line.strip()][-1:]
        raise BrokenError(f"{words[0]}: {last[0] if last else done.returncode}")
    return said


def partitions(image: Path) -> dict[int, tuple[int, int]]:
    """Return where each partition is, by its number: the first byte and how many."""
    table = json.loads(run("sfdisk", "--json", str(image)))["partitiontable"]
    found = {}
    for each in table["partitions"]:
        number = re.search(r"(\d+)$", each["node"])
        if number:
            found[int(number[1])] = (each["start"] * SECTOR, each["size"] * SECTOR)
    return found


def copied(kept: Path, image: Path) -> str:
    """Copy the disk, its bytes shared with it where the file system can."""
    run("cp", "--reflink=auto", "--sparse=always", str(kept), str(image))
    return "done"


def mended(image: Path, root: int) -> dict[str, int]:
    """Check the root file system; what a running machine had not ended is ended, as after its power was cut."""
    start, size = partitions(image)[root]
    # By a device: of a file at an offset e2fsck replays the journal, and then does not find the file system again.
    device = run("losetup", "--find", "--show", "--offset", str(start), "--sizelimit", str(size), str(image)).strip()
    try:
        return {"code": subprocess.run(["e2fsck", "-f", "-y", device], check=False, capture_output=True).returncode}
    finally:
        run("losetup", "--detach", device)


def fitted(image: Path, told: Mapping[str, Any]) -> dict[str, object]:
    """Make the copy fit; return what it said."""
    where = partitions(image)
    devices = []
    for number, (start, size) in where.items():
        asked = ["blkid", "--probe", "-O", str(start), "-S", str(size), "-s", "UUID", "-o", "value", str(image)]
        uuid = run(*asked, good=(0, 2)).strip()
        between = "p" if told["disk"][-1].isdigit() else ""
        if _UUID.fullmatch(uuid):
            devices.append(f"{told['disk']}{between}{number} {uuid}")
    values = {"disk": told["disk"], "devices": "\n".join(devices), "ours": told["ours"], "key": told["key"]}
    script = "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items()) + told["fit"]
    start, size = where[told["root"]]
    apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--net", "--ipc", "--uts", "--"]
    jail = ["sh", str(HERE / "jail"), str(image), str(start), str(size), str(HERE / "root")]
    lines = run(*apart, *jail, text=script, seconds=_FIT_SECONDS).splitlines()
    words = {found.groups() for line in lines if (found := _WORD.fullmatch(line))}
    named = {
        kind: sorted({left or kernel for is_left, left, is_kernel, kernel in words if kind in {is_left, is_kernel}})
        for kind in ("left", "kernel", "lacking")
    }
    return {**named, "network": "network" in lines, "done": lines[-1:] == ["done"]}


def final(kept: Path, image: Path, told: Mapping[str, Any]) -> str:
    """Copy the disk, mend the copy and make it fit; whatever is not as it must be ends that.

    Raises:
        BrokenError: what it is.
    """
    copied(kept, image)
    code = mended(image, told["root"])["code"]
    if code >= WRONG:
        raise BrokenError(f"e2fsck left errors ({code})")
    found = fitted(image, told)
    for kind in ("left", "lacking"):
        if found[kind]:
            raise BrokenError(f"not fit: {kind} {found[kind]}")
    if not (found["done"] and found["network"] and found["kernel"]):
        raise BrokenError("not fit: it did not come to its end")
    return "fit"


def booted(image: Path, ports: Sequence[int], seconds: float) -> dict[str, object]:
    """Start the copy with a network of its own that leads nowhere, and wait until it answers.

    It runs in this very process's network, which has nothing but a loop; what it writes is thrown away.
    """
    run("ip", "link", "set", "lo", "up")
    here = {port: 10000 + number for number, port in enumerate(ports)}
    ways = "".join(f",hostfwd=tcp:127.0.0.1:{ours}-:{port}" for port, ours in here.items())
    words = [
        # Emulated: a keeper in a cloud may show `/dev/kvm` and still hang a stock kernel.
        "qemu-system-x86_64", "-machine", "pc,accel=tcg", "-cpu", "max", "-m", "1024", "-smp", "1",
        "-nodefaults", "-display", "none", "-serial", f"file:{HERE / 'console'}", "-vga", "std",
        "-drive", f"file={image},format=raw,if=virtio,snapshot=on",
        "-netdev", f"user,id=alone,restrict=on{ways}", "-device", "virtio-net-pci,netdev=alone",
        "-sandbox", "on,spawn=deny", "-runas", "nobody",
    ]  # fmt: skip
    began = time.monotonic()
    with (HERE / "machine").open("wb") as log:
        machine = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=HERE)
    try:
        silent = set(ports)
        while silent and machine.poll() is None and time.monotonic() - began < seconds:
            silent -= {port for port in silent if answers("127.0.0.1", here[port])}
            time.sleep(_LOOK if silent else 0)
        said = (HERE / "machine").read_text(errors="replace").strip().splitlines()[-1:]
        ended = machine.returncode is not None
        return {
            "seconds": round(time.monotonic() - began, 1),
            "silent": sorted(silent),
            "said": said[0][:300] if ended and said else "",
        }
    finally:
        machine.kill()
        machine.wait()


def answers(address: str, port: int) -> bool:
    """Tell whether whoever listens says anything, by itself or when asked for a page."""
    with suppress(OSError), socket.create_connection((address, port), timeout=5) as line:
        line.settimeout(5)
        line.sendall(b"GET / HTTP/1.0\r\n\r\n")
        return bool(line.recv(1))
    return False


def main(verb: str) -> object:
    """Do what is asked; return what is answered."""
    told: dict[str, Any] = json.loads((HERE / "told.json").read_text(encoding="utf-8"))
    image = HERE / "disk.raw"
    if verb == "copy":
        return copied(Path(told["kept"]) / "disk.raw", image)
    if verb == "mend":
        return mended(image, told["root"])
    if verb == "fit":
        return fitted(image, told)
    if verb == "final":
        return final(Path(told["kept"]) / "disk.raw", image, told)
    if verb == "boot":
        alone = ["unshare", "--net", "--", "python3", str(HERE / "fitting.py"), "inside"]
        return json.loads(run(*alone, seconds=told["boot"] + _STARTING))
    if verb == "inside":
        return booted(image, told["answers"], told["boot"])
    raise BrokenError(verb)


if __name__ == "__main__":
    try:
        answer = main(sys.argv[1])
    except (BrokenError, OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
        sys.stdout.write(f"{error}\n")
        raise SystemExit(1) from None
    sys.stdout.write(f"{json.dumps(answer)}\n")
