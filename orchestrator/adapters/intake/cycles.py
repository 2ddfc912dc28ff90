"""Finds the cycles of a directed graph: one for each knot of nodes that all depend on each other."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence


def cycles(edges: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Yield, for each strongly connected component that has one, a shortest cycle through its first node."""
    order = {node: position for position, node in enumerate(edges)}
    for component in _components(edges):
        first = min(component, key=lambda node: order.get(node, len(order)))
        found = _shortest(edges, first, component)
        if found:
            yield found


def _shortest(edges: Mapping[str, Sequence[str]], start: str, within: frozenset[str]) -> tuple[str, ...]:
    came_from: dict[str, str] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for target in edges.get(node, ()):
            if target == start:
                path = [node]
                while path[-1] != start:
                    path.append(came_from[path[-1]])
                return tuple(reversed(path))
            if target in within and target not in came_from:
                came_from[target] = node
                queue.append(target)
    return ()


def _components(edges: Mapping[str, Sequence[str]]) -> Iterator[frozenset[str]]:
    """Yield the strongly connected components (Tarjan), without recursion: a list may be a long chain."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    waiting: list[str] = []
    on_stack: set[str] = set()
    for root in edges:
        work = [(root, iter(edges.get(root, ())))] if root not in number else []
        while work:
            node, targets = work[-1]
            if node not in number:
                number[node] = lowest[node] = len(number)
                waiting.append(node)
                on_stack.add(node)
            descended = False
            for target in targets:
                if target not in number:
                    work.append((target, iter(edges.get(target, ()))))
                    descended = True
                    break
                if target in on_stack:
                    lowest[node] = min(lowest[node], number[target])
            if descended:
                continue
            work.pop()
            if work:
                parent = work[-1][0]
                lowest[parent] = min(lowest[parent], lowest[node])
            if lowest[node] == number[node]:
                cut = waiting.index(node)
                component = frozenset(waiting[cut:])
                del waiting[cut:]
                on_stack -= component
                yield component
