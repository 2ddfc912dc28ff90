"""The command line of `script/bench`."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import asdict

from benchmarks import (
    configuring,
    cutovers,
    documents,
    evidence,
    file_cutovers,
    lists,
    maria_cutovers,
    plans,
    provisioning,
    provisioning_memory,
    replicas,
    restart,
    results,
    start,
)
from benchmarks.measure import Unready, load, machine, now

PARTS = {
    part.NAME: part
    for part in (
        start,
        lists,
        plans,
        provisioning,
        provisioning_memory,
        configuring,
        restart,
        cutovers,
        maria_cutovers,
        file_cutovers,
        replicas,
        documents,
        evidence,
    )
}


def say(text: str) -> None:
    """Tell how far it is."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Measure the parts named; 1 if one of them could not be."""
    about = "\n".join(f"  {name:14} {part.__doc__}  Needs: {part.NEEDS}." for name, part in PARTS.items())
    parser = argparse.ArgumentParser(
        prog="script/bench", description=f"parts:\n{about}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help="what to measure; all if left out")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that everything runs")
    parser.add_argument("--write", action="store_true", help="keep the results and write docs/benchmarks.md")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.parts) - PARTS.keys())
    if unknown:
        parser.error(f"no part named {', '.join(unknown)}")
    failed = False
    for name in arguments.parts or PARTS:
        say(f"== {name}  load {load()}")
        before = {"began": now(), "load_began": load(), **machine()}
        clock = time.monotonic()
        try:
            part = PARTS[name].measure(quick=arguments.quick, say=say)
        except Unready as missing:
            say(f"script/bench: {name} cannot be measured: {missing}")
            failed = True
            continue
        circumstances = {**before, "ended": now(), "load_ended": load()}
        for line in results.section({**asdict(part), "quick": arguments.quick, **circumstances}):
            say(line)
        say(f"== {name} took {time.monotonic() - clock:.0f} s")
        if arguments.write:
            results.keep(part, quick=arguments.quick, circumstances=circumstances)
            results.write_page(list(PARTS))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
