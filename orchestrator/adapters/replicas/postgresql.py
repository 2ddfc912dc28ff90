"""Asks a PostgreSQL primary and its standby, by SQL that can write nothing; PostgreSQL 13 and newer.

The source is asked first, so a standby that has its position has everything that the source had then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StringConstraints

from orchestrator.adapters.replicas.answers import (
    Answer,
    Count,
    Directory,
    Seconds,
    Setting,
    Word,
    free_under,
    read,
    read_beat,
    there,
)
from orchestrator.adapters.replicas.asking import ask_both
from orchestrator.adapters.replicas.direct import PROGRAM
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Voice
from orchestrator.model.machines import Reach
from orchestrator.model.observed import Cluster, Seen, Sender, Slot
from orchestrator.model.replica import Beat, End, Heartbeat, Replica
from orchestrator.ports.move import Session, Sessions

_SECONDS = 10.0
_OLDEST = 130000
# With less of the first five than its source a standby stops replaying; the others make it another server.
_SETTINGS = (
    "max_connections", "max_locks_per_transaction", "max_prepared_transactions", "max_wal_senders",
    "max_worker_processes", "block_size", "wal_segment_size", "server_encoding", "lc_collate", "timezone",
    "data_checksums", "shared_preload_libraries",
)  # fmt: skip
_READ_ONLY = (
    "SET default_transaction_read_only = on; SET statement_timeout = '8s'; SET application_name = 'migrate-dr';"
)
_RECOVERING = "pg_is_in_recovery()"
_STATE = "CASE WHEN pg_is_wal_replay_paused() THEN 'paused' ELSE 'not paused' END"
_STATE_14 = "pg_get_wal_replay_pause_state()"
# One row, one moment.
_FACTS = """SELECT json_build_object(
 'version', current_setting('server_version_num')::int,
 'identifier', (SELECT system_identifier::text FROM pg_control_system()),
 'recovery', {recovering},
 'timeline', CASE WHEN {recovering}
  THEN coalesce((SELECT received_tli FROM pg_stat_wal_receiver), (SELECT timeline_id FROM pg_control_checkpoint()))
  ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int END,
 'lsn', CASE WHEN {recovering} THEN pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')
  ELSE pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') END,
 'now', extract(epoch FROM clock_timestamp()),
 'replayed_at', extract(epoch FROM pg_last_xact_replay_timestamp()),
 'paused', CASE WHEN {recovering} THEN {state} ELSE '' END,
 'apply_delay', (SELECT setting::bigint / 1000.0 FROM pg_settings WHERE name = 'recovery_min_apply_delay'),
 'receiver', coalesce((SELECT status FROM pg_stat_wal_receiver), ''),
 'receipt_age', (SELECT extract(epoch FROM clock_timestamp() - last_msg_receipt_time) FROM pg_stat_wal_receiver),
 'slot', coalesce(current_setting('primary_slot_name', true), ''),
 'status_interval', (SELECT setting::int FROM pg_settings WHERE name = 'wal_receiver_status_interval'),
 'sender_timeout', (SELECT setting::int / 1000.0 FROM pg_settings WHERE name = 'wal_sender_timeout'),
 'slots', (SELECT coalesce(json_agg(json_build_object('name', slot_name, 'active', active,
  'status', coalesce(wal_status, ''))), '[]') FROM pg_replication_slots WHERE slot_type = 'physical'),
 'senders', (SELECT coalesce(json_agg(json_build_object('address', coalesce(host(r.client_addr), ''),
  'slot', coalesce(s.slot_name, ''), 'state', coalesce(r.state, ''), 'tls', t.ssl,
  'reply_age', extract(epoch FROM clock_timestamp() - r.reply_time))), '[]')
  FROM pg_stat_replication r LEFT JOIN pg_stat_ssl t ON t.pid = r.pid
  LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid),
 'settings', (SELECT json_object_agg(name, setting) FROM pg_settings WHERE name IN ({settings})),
 'page_checksums', current_setting('data_checksums') = 'on',
 'page_failures', (SELECT coalesce(sum(checksum_failures), 0) FROM pg_stat_database),
 'size', (SELECT sum(pg_database_size(oid)) FROM pg_database WHERE has_database_privilege(oid, 'CONNECT')),
 'directory', coalesce((SELECT setting FROM pg_settings WHERE name = 'data_directory'), ''))"""


class _Slot(Answer):
    name: Word
    active: bool
    status: Word


class _Sender(Answer):
    address: Word
    slot: Word
    state: Word
    tls: bool | None
    reply_age: Seconds | None


class _Facts(Answer):
    version: Count
    identifier: Annotated[str, StringConstraints(pattern=r"^\d{1,20}$")]
    recovery: bool
    timeline: Annotated[int, Field(ge=1, le=1 << 32)]
    lsn: Count | None
    now: Seconds
    replayed_at: Seconds | None
    paused: Word
    apply_delay: Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)]
    receiver: Word
    receipt_age: Seconds | None
    slot: Word
    status_interval: Annotated[float, Field(ge=0, le=1e9)]
    sender_timeout: Annotated[float, Field(ge=0, le=1e9)]
    slots: Annotated[tuple[_Slot, ...], Field(max_length=1000)]
    senders: Annotated[tuple[_Sender, ...], Field(max_length=1000)]
    settings: Annotated[dict[Word, Setting], Field(max_length=len(_SETTINGS))]
    page_checksums: bool
    page_failures: Count
    size: Count | None
    directory: Directory


class PostgresObserver:
    """Looks at both ends of a standby."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def observe(self, replica: Replica) -> tuple[Seen, Seen]:
        """Return what source and replica say, asked in this order."""
        beat = replica.heartbeat
        source, target = replica.source, replica.replica
        voices = [_voice(end, beat) for end in (source, target)]

        def question(session: Session, first: bool) -> Seen:
            return Seen(
                at=0, took=0, cluster=_cluster(session, beat, direct=bool((source if first else target).secret))
            )

        return ask_both(self._sessions, voices[0], voices[1], question)


def _voice(end: End, beat: Heartbeat | None) -> Voice:
    database = beat.database if beat else "postgres"
    if end.secret:
        return Voice(
            name=end.reach.address,
            reach=Reach(address=end.reach.address),
            account=end.secret,
            program=PROGRAM,
            port=end.port,
            role=end.role,
            database=database,
            ours=False,
        )
    return Voice(
        name=end.reach.address,
        reach=end.reach,
        account=end.account,
        socket=end.socket,
        port=end.port,
        role=end.role,
        database=database,
        # Nothing that is asked is long or secret, and who may only read cannot set what the server logs.
        ours=False,
    )


def _cluster(session: Session, beat: Heartbeat | None, *, direct: bool) -> Cluster:
    if not direct:  # whose sessions begin so
        session.ask(_READ_ONLY, _SECONDS)
    version = session.ask("SHOW server_version_num;", _SECONDS).strip()
    if not re.fullmatch(r"\d{5,7}", version):
        raise MigrateError("dr.answer", what="server_version_num")
    if int(version) < _OLDEST:
        raise MigrateError("dr.too-old", version=int(version) // 10000, least=_OLDEST // 10000)
    # The heartbeat is read first on both sides: on the replica it must not be newer than the position.
    found = heartbeat_of(session, beat) if beat else None
    text = _FACTS.format(
        recovering=_RECOVERING,
        state=_STATE_14 if int(version) >= 140000 else _STATE,
        settings=", ".join(f"'{name}'" for name in _SETTINGS),
    )
    facts = read(_Facts, session.ask(text, _SECONDS), "facts")
    told: Mapping[str, object] = facts.model_dump(exclude={"slots", "senders", "directory"})
    return Cluster(
        **told,  # type: ignore[arg-type]  # the shape is the same, field by field
        slots=tuple(Slot(**slot.model_dump()) for slot in facts.slots),
        senders=tuple(Sender(**sender.model_dump()) for sender in facts.senders),
        # A server tells nobody how much room its disk has; its machine does.
        free=None if direct else free_under(session, facts.directory, _SECONDS),
        closing=None if direct or facts.recovery else there(session, facts.directory, "standby.signal", _SECONDS),
        beat=found,
    )


def heartbeat_of(session: Session, beat: Heartbeat) -> Beat | None:
    """Return the row; None where there is none, or no table of that name that the role may read."""
    table = ".".join(f'"{part}"' for part in beat.table.split("."))  # its form was checked when it was read
    # Asked first: what an error says is in the server's own language.
    if session.ask(f"SELECT has_table_privilege(to_regclass('{table}'), 'SELECT');", _SECONDS).strip() != "t":
        return None
    text = f"SELECT json_build_object('n', n, 'ts', extract(epoch FROM ts)) FROM {table} ORDER BY n DESC LIMIT 1;"
    return read_beat(session.ask(text, _SECONDS))
