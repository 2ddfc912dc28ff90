"""Names of the queues that workers share, and who serves which."""

from __future__ import annotations

import pytest

from orchestrator.execution.queues import is_shared, parts_queue, served, systems_queue

BOTH = frozenset({"cloud:a", "cloud:b"})


def test_a_worker_serves_what_it_reaches_of_its_programme_in_every_batch() -> None:
    queues = [
        systems_queue("lab", 1, BOTH),
        systems_queue("lab", 1, frozenset({"cloud:a", "JF-1"})),
        systems_queue("lab", 2, frozenset({"cloud:a"})),
        systems_queue("lab2", 1, frozenset({"cloud:a"})),
        parts_queue("lab", 1, "a"),
        parts_queue("lab", 1, "b"),
        "lab:1:departments",
        "lab:1:cloud:a",
        "else",
    ]
    assert served(queues, "lab", frozenset({"cloud:a"})) == sorted([queues[2], queues[4]])
    assert served(queues, "lab", BOTH) == sorted([queues[0], queues[2], queues[4], queues[5]])
    assert served(queues, "lab", frozenset({"cloud:a", "*"})) == sorted([queues[1], queues[2], queues[4]])


@pytest.mark.parametrize(
    ("queue", "told"),
    [
        (None, False),
        ("", False),
        ("lab:1:departments", False),
        ("lab:1:cloud:systems@a", False),
        (systems_queue("lab", 1, BOTH), True),
        (parts_queue("lab", 12, "a"), True),
    ],
)
def test_what_one_machine_does_alone_is_in_no_shared_queue(queue: str | None, told: bool) -> None:
    assert is_shared(queue) is told
