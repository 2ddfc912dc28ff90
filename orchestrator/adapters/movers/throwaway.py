"""Shell texts about a throw-away server's processes and its folder, on the machine that it stands on."""

from __future__ import annotations

import shlex

from orchestrator.errors import MigrateError
from orchestrator.model.result import CheckResult
from orchestrator.ports.move import Session

_SECONDS = 30.0
# Networks, mounts and shared memory of its own.
UNSHARE = ("unshare", "--net", "--mount", "--ipc", "--")
# Of the process `$p`: a namespace of its own, no way out of it, and no port that anybody could connect to.
WAYS = (
    "if [ $(readlink /proc/$p/ns/net) = $(readlink /proc/self/ns/net) ]; then echo shared; fi;"
    " sed 1d /proc/$p/net/route | wc -l; grep -cv ' lo$' /proc/$p/net/ipv6_route 2>/dev/null;"
    " cat /proc/$p/net/tcp /proc/$p/net/tcp6 2>/dev/null | grep -c ' 0A '; :"
)
# Of the paths that it reads: those that are still sockets, and at last how many paths there were.
UNCOVERED = 'n=0; while read -r s; do n=$((n + 1)); if [ -S "$s" ]; then printf "%s\\n" "$s"; fi; done; echo $n'


def namespaces(root: Session, word: str) -> CheckResult:
    """Check that root may make namespaces on the machine: `WORD.namespaces`."""
    said = ""
    try:
        root.ask(shlex.join([*UNSHARE, "true"]), _SECONDS)
    except MigrateError as error:
        said = str(error.values.get("said", error.code))
    return CheckResult.of(f"{word}.namespaces", not said, said=said or "-")


def found(folder: str) -> str:
    """Return text for a function `found`: every process that stands in the folder `$f` or was told of it."""
    # The path stands in no argument of what looks for it, so that it never finds itself.
    return (
        f"set +f; f={shlex.quote(folder)}; found() {{ {{ ls -ld /proc/[0-9]*/cwd | while read -r l; do"
        ' case "$l" in *" -> $f"*) echo "$l";; esac; done;'
        ' printf %s "$f" | grep -laF -f - /proc/[0-9]*/cmdline; } 2>/dev/null'
        " | sed -n 's|.*/proc/\\([0-9]*\\)/c[wm].*|\\1|p' | sort -u; }"
    )


def ended(folder: str) -> str:
    """Return text that ends its processes, politely first so that none of its memory stays; then its folder goes."""
    return (
        f'({found(folder)}; n=0; while l=$(found); [ -n "$l" ] && [ $n -lt 100 ]; do'
        " if [ $n -lt 50 ]; then kill -QUIT $l 2>/dev/null; else kill -KILL $l 2>/dev/null; fi;"
        ' sleep 0.1; n=$((n + 1)); done; rm -rf -- "$f")'
    )


def remains(folder: str) -> str:
    """Return text that answers, a line each, what of it is still there."""
    return (
        f'({found(folder)}; for n in $(found); do echo "process $n"; done;'
        ' if [ -e "$f" ] || [ -L "$f" ]; then echo "folder $f"; fi)'
    )
