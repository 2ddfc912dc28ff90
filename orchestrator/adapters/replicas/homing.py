"""Makes an old primary a standby of the one that took its place: its data is put aside, never deleted."""

from __future__ import annotations

import shlex

from orchestrator.adapters.replicas.making import PostgresMaker
from orchestrator.adapters.replicas.seeding import PLACE, STOP, asked
from orchestrator.model.standby import Facts

# Of data that is not a standby's of ours: what it was. `none` is nobody's that we know.
_OLD = f"""p=$({PLACE}); i=$(LC_ALL=C "$bin/pg_controldata" "$data" 2>/dev/null |
 sed -n 's/^Database system identifier: *//p')
if [ "$p" != foreign ] && [ "$p" != promoted ] || [ -z "$i" ] || mountpoint -q "$data"; then old=none
elif "$bin/pg_ctl" -D "$data" status >/dev/null 2>&1; then old="runs $i"; else old="stopped $i"; fi"""


class PostgresHomeMaker(PostgresMaker):
    """The `StandbyMaker` port for a side that was failed over."""

    _identifier = ""  # of its data, as seen

    def look(self) -> tuple[Facts, Facts]:
        """Ask both machines; data of this very cluster on which nobody runs counts as absent, for it is put aside."""
        source, place = super().look()
        if "silent" in source or not self.seed.programs:
            return source, place
        word, _, identifier = asked(self.seed, self._sessions, _OLD, 'echo "$old"').partition(" ")
        if identifier and identifier == source.get("identifier"):
            self._identifier = identifier
            if word == "runs":
                return source, {**place, "old": "runs"}
            return source, {**place, "old": "stopped", "data": "absent"}
        return source, place

    def begin(self) -> None:
        """Put the old data aside, then begin or go on with the first copy."""
        aside = f"""if [ "$old" = {shlex.quote(f"stopped {self._identifier}")} ]; then
d=$(dirname "$data"); a="$d/migrate-old-$(date -u +%Y%m%dT%H%M%SZ)"
[ ! -e "$a" ]; mv -T "$data" "$a"; sync "$d"; fi"""
        asked(self.seed, self._sessions, _OLD, aside, seconds=STOP)
        super().begin()
