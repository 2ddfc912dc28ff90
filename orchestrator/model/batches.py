"""Which batch a system belongs to: the one answer that running, planning, auditing and reporting share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from orchestrator.model.programme import Batch
from orchestrator.model.system import System


class Decrees:
    """The batches that a programme names systems and units for."""

    def __init__(self, batches: Iterable[Batch]) -> None:
        self._systems: dict[str, tuple[int, ...]] = {}
        self._units: dict[str, tuple[int, ...]] = {}
        for batch in batches:
            for found, names in ((self._systems, batch.systems), (self._units, batch.units)):
                for name in dict.fromkeys(names):
                    found[name] = (*found.get(name, ()), batch.number)

    def batches_of(self, system: System) -> tuple[int, ...]:
        """Return the batch a system belongs to: as its row says, else as a batch names it, else its unit.

        Empty if none; more than one if the programme contradicts itself.
        """
        if system.batch is not None:
            return (system.batch,)
        return self._systems.get(system.id) or self._units.get(system.unit, ())


def by_batch(systems: Iterable[System], batches: Iterable[Batch]) -> Mapping[int, frozenset[str]]:
    """Return the ids of the systems that belong to each batch; a batch that has none is not among them."""
    decrees = Decrees(batches)
    found: dict[int, set[str]] = {}
    for system in systems:
        for number in decrees.batches_of(system):
            found.setdefault(number, set()).add(system.id)
    return {number: frozenset(ids) for number, ids in found.items()}


def batched(systems: Iterable[System], batches: Iterable[Batch], chosen: Mapping[str, int]) -> tuple[System, ...]:
    """Return the systems with their batch filled in where their row leaves it open.

    Args:
        systems: rows of the list.
        batches: the programme's.
        chosen: system → the batch a plan puts it in; asked last, and followed where the programme says nothing.
    """
    decrees = Decrees(batches)

    def filled(system: System) -> System:
        numbers = decrees.batches_of(system)
        number = numbers[0] if len(numbers) == 1 else None if numbers else chosen.get(system.id)
        return system if number == system.batch else replace(system, batch=number)

    return tuple(map(filled, systems))
