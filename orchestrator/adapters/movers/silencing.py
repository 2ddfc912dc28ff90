"""Ends what an interrupted frozen section left talking on a machine."""

from __future__ import annotations


def silence(word: str) -> str:
    """Return text that ends every other shell with that word, with what it runs, and waits until it is gone.

    The word is looked for as a whole argument, and stands in none of what looks for it: whoever only speaks to such a
    shell, or looks for one, is not found. Our own session's processes are told by their group.
    """
    return (
        "(set +f; read -r _ _ _ _ own _ </proc/$$/stat; n=0; while :; do left=;"
        f" for p in $(printf %s {word} | grep -lzxF -f - /proc/[0-9]*/cmdline 2>/dev/null"
        " | cut -d / -f 3); do g=; { read -r _ _ _ _ g _ </proc/$p/stat; } 2>/dev/null;"
        ' [ -z "$g" ] || [ "$g" = "$own" ] || { left=$g; kill -KILL -- "-$g"; }; done;'
        ' [ -n "$left" ] || exit 0; n=$((n + 1)); [ $n -lt 40 ] || exit 1; sleep 0.05; done)'
    )
