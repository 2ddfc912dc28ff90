"""Makes a PostgreSQL standby the primary: decides, promotes and proves it, leads clients there, tries their roles.

What follows the decision looks first and may be said again by whoever finds it half done.
"""

from __future__ import annotations

import time

from orchestrator.adapters.clock import running_seconds
from orchestrator.adapters.movers.postgresql.access import SECONDS, admin
from orchestrator.adapters.movers.postgresql.sql import literal, names
from orchestrator.adapters.movers.postgresql.verify import insert_as
from orchestrator.adapters.replicas.failover_place import FailoverPlace
from orchestrator.adapters.routes import pgbouncer
from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.failover import LIMITS, Decided, FailoverStep, Looked
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.move import DatabaseMove
from orchestrator.model.replica import End, Replica
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.ports.move import Session, Sessions
from orchestrator.ports.replica import ReplicaObserver

_POLL = 0.02
_STILL = 5.0  # seconds without any replay, after which what was received is not waited for
_RECEIVED = (
    "SELECT CASE WHEN pg_is_in_recovery()"
    " THEN coalesce(pg_wal_lsn_diff(pg_last_wal_receive_lsn(), '0/0')::text, '') ELSE '' END;"
)
_RECOVERS = "SELECT pg_is_in_recovery();"
_REPLAYED = "SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0');"
# Without it every commit would wait for a standby that nobody made yet. It may be said while the server recovers.
_SYNCHRONOUS = "SELECT setting FROM pg_settings WHERE name = 'synchronous_standby_names';"
_ALONE = "ALTER SYSTEM SET synchronous_standby_names = '';"
_TIMELINE = "SELECT ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int;"
_ROW = """CREATE SCHEMA IF NOT EXISTS migrate_dr;
CREATE TABLE IF NOT EXISTS migrate_dr.state (id text PRIMARY KEY, what text NOT NULL, timeline int NOT NULL,
 lsn pg_lsn NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
INSERT INTO migrate_dr.state (id, what, timeline, lsn) VALUES ({id}, 'open', {timeline}, pg_current_wal_insert_lsn())
 ON CONFLICT DO NOTHING;"""

_READ = "SELECT what FROM migrate_dr.state WHERE id = {id};"
_ABLE = "SELECT rolname FROM pg_roles WHERE rolcanlogin AND rolname IN ({roles});"


class PostgresPromoter:
    """The `Promoter` port for one standby; making the object touches nothing.

    Args:
        sessions: kept open; one for each voice.
        guards: opens sessions of their own.
    """

    def __init__(self, replica: Replica, sessions: Sessions, guards: Sessions, observer: ReplicaObserver) -> None:
        self._replica = replica
        self._sessions = sessions
        self._observer = observer
        self._server = server_of("replica", replica, replica.replica)
        self._place = FailoverPlace(replica, self._server, sessions, guards)

    def hold(self) -> None:
        """Hold the place by a lock of the machine's kernel."""
        self._place.hold()

    def look(self) -> Looked:
        """Ask both ends as a check does, how much the standby has received, and what was decided."""
        source, target = self._observer.observe(self._replica)
        if target.cluster is None:
            return Looked(source=source, target=target)
        received = self._session().ask(_RECEIVED, SECONDS)
        return Looked(
            source=source,
            target=target,
            received=int(received) if received.isdecimal() else None,
            decided=self._place.decided(),
        )

    def replay(self) -> None:
        """Wait until what was received is replayed, or nothing moves: the last of it may be half a record."""
        session = self._session()
        received, last = session.ask(_RECEIVED, SECONDS), ""
        moved = running_seconds()
        while received.isdecimal() and running_seconds() < moved + _STILL:
            replayed = session.ask(_REPLAYED, SECONDS)
            if replayed.isdecimal() and int(replayed) >= int(received):
                return
            if replayed != last:
                last, moved = replayed, running_seconds()
            time.sleep(_POLL)

    def decide(self, wanted: Decided) -> Decided:
        """Give the one name."""
        return self._place.decide(wanted)

    def ensure_settings(self) -> tuple[CheckResult, ...]:
        """Let the new primary commit without a standby; one that is promoted may have got another since."""
        session = self._session()
        before = session.ask(_SYNCHRONOUS, SECONDS) if self._recovers(session) else ""
        if before:
            session.ask(_ALONE, SECONDS)
            session.ask("SELECT pg_reload_conf();", SECONDS)
            self._until(session, _SYNCHRONOUS, "", LIMITS[FailoverStep.SETTINGS].total_seconds(), "failover.settings")
        return (CheckResult.of("failover.synchronous", True, self._replica.system, before=plain(before, 200) or "-"),)

    def ensure_promoted(self, decided: Decided) -> tuple[CheckResult, ...]:
        """Promote what still recovers, and prove by its timeline and a row that it may be written to."""
        session = self._session()
        if self._recovers(session):
            session.ask("SELECT pg_promote(false);", SECONDS)
            limit = LIMITS[FailoverStep.PROMOTE].total_seconds()
            self._until(session, _RECOVERS, "f", limit, "failover.not-promoted")
        timeline = session.ask(_TIMELINE, SECONDS)
        if not timeline.isdecimal():
            raise MigrateError("dr.answer", what="timeline")
        session.ask(_ROW.format(id=literal(decided.id), timeline=timeline), SECONDS)
        row = session.ask(_READ.format(id=literal(decided.id)), SECONDS)
        told = {"before": str(decided.timeline), "timeline": timeline}
        passed = int(timeline) > decided.timeline and row == "open"
        return (CheckResult.of("failover.promoted", passed, self._replica.system, **told),)

    def ensure_route(self) -> tuple[CheckResult, ...]:
        """Point the pooler at the new primary: its sessions to the old one end, and new ones go there."""
        rules = self._replica.failover
        if rules.pooler is None:
            unknown = CheckStatus.UNKNOWN
            return (CheckResult(code="failover.route.none", status=unknown, subject=self._replica.system),)
        move = DatabaseMove(
            system=self._replica.system,
            slug="",
            databases=rules.databases,
            source=server_of("source", self._replica, self._replica.source),
            target=self._server,
            pooler=rules.pooler,
        )
        console, files = (self._sessions.open(voice, seconds=SECONDS) for voice in pgbouncer.voices(rules.pooler))
        missing = self._elsewhere(console)
        if missing:
            known = {line.split("|", 1)[0] for line in console.ask("SHOW DATABASES;", SECONDS).splitlines()}
            for name in rules.databases:
                if name in known:  # a client that waits for the old one would wait as long as its machine is silent
                    console.ask(pgbouncer.kill(name), SECONDS)
            files.ask(pgbouncer.route(move, self._server), SECONDS)
            console.ask("RELOAD;", SECONDS)
            missing = self._elsewhere(console)
        for name in rules.databases:
            if name not in missing:
                self._resume(console, name)
        told = {"pooler": rules.pooler.reach.address, "databases": ", ".join(missing or rules.databases)}
        return (CheckResult.of("failover.route", not missing, self._replica.system, **told),)

    def verify(self) -> tuple[CheckResult, ...]:
        """Let each application's role log in as far as the server tells, and try one insert that is taken back."""
        rules, system = self._replica.failover, self._replica.system
        if not rules.roles:
            return (CheckResult(code="failover.insert.none", status=CheckStatus.UNKNOWN, subject=system),)
        able = set(self._session().ask(_ABLE.format(roles=names(rules.roles)), SECONDS).splitlines())
        found = [CheckResult.of("failover.login", role in able, system, role=role) for role in rules.roles]
        tried = [
            each
            for name in rules.databases
            for each in insert_as(name, self._session(name), [role for role in rules.roles if role in able])
        ]
        if not tried:
            tried = [CheckResult(code="failover.insert.nothing", status=CheckStatus.UNKNOWN, subject=system)]
        return (*found, *tried)

    def forget(self) -> None:
        """Take the place away where nothing was decided."""
        self._place.forget()

    def release(self) -> None:
        """Let others fail over here again."""
        self._place.release()

    def _session(self, database: str = "postgres") -> Session:
        return self._sessions.open(admin(self._server, database), seconds=SECONDS)

    def _elsewhere(self, console: Session) -> list[str]:
        """Return the databases that the pooler does not lead to the new primary."""
        shown = console.ask("SHOW DATABASES;", SECONDS)
        names = self._replica.failover.databases
        return [name for name in names if pgbouncer.shown(name, self._server) not in shown]

    @staticmethod
    def _recovers(session: Session) -> bool:
        return session.ask(_RECOVERS, SECONDS) == "t"

    @staticmethod
    def _resume(console: Session, name: str) -> None:
        undo = pgbouncer.resume(name)
        try:
            console.ask(undo.text, SECONDS)
        except MigrateError as error:
            if not any(word in str(error.values.get("said", "")) for word in undo.already):
                raise

    @staticmethod
    def _until(session: Session, text: str, wanted: str, seconds: float, late: str) -> None:
        until = running_seconds() + seconds
        while session.ask(text, SECONDS) != wanted:
            if running_seconds() > until:
                raise MigrateError(late, seconds=f"{seconds:.0f}")
            time.sleep(_POLL)


def server_of(name: str, replica: Replica, end: End) -> DatabaseServer:
    """Return one end as a server whose superuser is the standby's declared one."""
    return DatabaseServer(
        name=name,
        reach=end.reach,
        address=end.reach.address,
        data_port=end.port,
        socket=end.socket,
        account=end.account,
        superuser=replica.drill_role,
    )
