"""A search for the strongest way between two nodes, from both ends at once."""

import heapq
from collections.abc import Iterator
from math import inf, log, log2

from graph.adjacency import Adjacency, Window

# People have about so many ties; one with ten times as many (a worker named on every file) explains little.
ORDINARY_NEIGHBOURS = 16
_LEAST_STRENGTH = 1e-9
_SAME = 1e-9


def toll(kind: str, degree: int) -> float:
    """What passing through a node costs. Things are discounted on their edges already; people are here."""
    return log(max(1.0, log2(1 + degree / ORDINARY_NEIGHBOURS))) if kind == "person" else 0.0


class Search:
    """Ways through one graph. The cost of a way is minus the logarithm of its strength, so that costs add."""

    def __init__(self, graph: Adjacency, window: Window, hub_cap: int, most_steps: int) -> None:
        """``hub_cap``: things with more people are not passed through. ``most_steps``: edges of a way."""
        self._graph = graph
        self._window = window
        self._hub_cap = hub_cap
        self._most_steps = most_steps
        self._barred: set[int] = set()
        self._direct_is_barred = False

    def bar(self, numbers: list[int]) -> None:
        """Keep the next way off the nodes between the ends of this one (or off its only edge)."""
        self._barred.update(numbers[1:-1])
        self._direct_is_barred |= len(numbers) == 2

    def strongest_way(self, start: int, end: int) -> list[int] | None:
        """Node numbers from ``start`` to ``end``, or None when no way is left."""
        sides = (_Side(start), _Side(end))
        best, meeting = inf, -1
        while sides[0].heap and sides[1].heap and sides[0].nearest + sides[1].nearest < best:
            side, other = sides if sides[0].nearest <= sides[1].nearest else (sides[1], sides[0])
            number = side.take()
            if number is None or side.steps[number] * 2 >= self._most_steps:
                continue
            for target, cost in self._onward(number, start, end):
                ahead = side.cost[number] + cost
                if ahead >= side.cost.get(target, inf) - _SAME:
                    continue
                side.put(target, ahead, number)
                whole = ahead + other.cost.get(target, inf)
                if whole < best - _SAME:
                    best, meeting = whole, target
        if meeting < 0:
            return None
        return [*reversed(sides[0].way_back(meeting)), meeting, *sides[1].way_back(meeting)]

    def _onward(self, number: int, start: int, end: int) -> Iterator[tuple[int, float]]:
        graph = self._graph
        positions = graph.edges_from(number, self._window)
        own_half = self._half_toll(number, start, end)
        for target, strength in zip(
            graph.target[positions].tolist(), graph.strength[positions].tolist(), strict=True
        ):
            if target in (start, end):
                if self._direct_is_barred and number in (start, end):
                    continue
            elif target in self._barred or graph.degree[target] > self._hub_cap:
                continue
            yield target, own_half + self._half_toll(target, start, end) - log(max(strength, _LEAST_STRENGTH))

    def _half_toll(self, number: int, start: int, end: int) -> float:
        # Half is paid on entering a node and half on leaving, so that both directions cost the same.
        if number in (start, end):
            return 0.0
        return toll(self._graph.kind_of(number), int(self._graph.degree[number])) / 2


class _Side:
    """What one end of the search has reached."""

    def __init__(self, first: int) -> None:
        self.cost = {first: 0.0}
        self.steps = {first: 0}
        self.came: dict[int, int] = {}
        self.heap = [(0.0, first)]
        self._done: set[int] = set()

    @property
    def nearest(self) -> float:
        return self.heap[0][0]

    def take(self) -> int | None:
        """The nearest node not yet taken; None when the one on top was."""
        _, number = heapq.heappop(self.heap)
        if number in self._done:
            return None
        self._done.add(number)
        return number

    def put(self, number: int, cost: float, came_from: int) -> None:
        self.cost[number] = cost
        self.steps[number] = self.steps[came_from] + 1
        self.came[number] = came_from
        heapq.heappush(self.heap, (cost, number))

    def way_back(self, number: int) -> list[int]:
        way = []
        while number in self.came:
            number = self.came[number]
            way.append(number)
        return way
