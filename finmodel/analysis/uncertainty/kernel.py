"""Steps on arrays (year, case) recorded once and replayed on any number of cases: what a model comes down to in between.

Each step makes one node from earlier ones; a node that nobody needs is never made, and one that nobody needs any more is
let go, so that a replay stays within the processor's own memory.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from finmodel.engine import Array

Node = int


@dataclass(frozen=True)
class Step:
    """A node, the function that makes it, and the nodes that the function takes."""

    node: Node
    function: Callable[..., Array]
    operands: tuple[Node, ...]


class Recording:
    """The steps recorded so far, over as many years; the same function of the same nodes is one node."""

    def __init__(self, years: int) -> None:
        self.years = years
        self.steps: list[Step] = []
        self._nodes: dict[Hashable, Node] = {}
        self._factors: dict[Node, tuple[Node, Node]] = {}
        self._count = 0

    def given(self, name: str) -> Node:
        """The node that a replay is given under a name."""
        if name not in self._nodes:
            self._nodes[name] = self._new()
        return self._nodes[name]

    def made(self, key: Hashable, function: Callable[..., Array], *operands: Node) -> Node:
        """The node that a function makes of other nodes; functions of equal keys do the same."""
        known = (key, operands)
        if known not in self._nodes:
            node = self._new()
            self._nodes[known] = node
            self.steps.append(Step(node, function, operands))
        return self._nodes[known]

    def product(self, one: Node, other: Node) -> Node:
        """The node of one node times another."""
        node = self.made("multiply", np.multiply, *sorted((one, other)))
        self._factors[node] = (one, other)
        return node

    def sum_of(self, terms: Sequence[tuple[Node, Array]], fixed: Array | None = None) -> Node:
        """The node of a sum of nodes, each times its weights by year (year, 1), and of what is fixed.

        Products with a factor in common are added up before they are multiplied with it.
        """
        times = Counter(factor for node, _ in terms for factor in set(self._factors.get(node, ())))
        groups: dict[Node, list[tuple[Node, Array]]] = {}
        left: list[tuple[Node, Array]] = []
        for node, weight in terms:
            common = max(self._factors.get(node, ()), key=times.__getitem__, default=None)
            if common is None or times[common] < 2:
                left.append((node, weight))
            else:
                one, other = self._factors[node]
                groups.setdefault(common, []).append((other if common == one else one, weight))
        left += [(self.product(common, self._added(inner)), np.ones((1, 1))) for common, inner in groups.items()]
        return self._added(left, fixed)

    def _added(self, terms: Sequence[tuple[Node, Array]], fixed: Array | None = None) -> Node:
        scales = [None if (weight == 1.0).all() else weight for _, weight in terms]
        if fixed is None and len(terms) == 1 and scales[0] is None:
            return terms[0][0]
        key = ("sum", b"" if fixed is None else fixed.tobytes(), tuple(b"" if one is None else one.tobytes() for one in scales))
        return self.made(key, _weighted_sum(fixed, scales), *(node for node, _ in terms))

    def kernel(self, outputs: Mapping[str, Node]) -> "Kernel":
        """The steps behind some nodes."""
        needed = set(outputs.values())
        steps = []
        for step in reversed(self.steps):
            if step.node in needed:
                needed.update(step.operands)
                steps.append(step)
        given = {name: node for name, node in self._nodes.items() if isinstance(name, str) and node in needed}
        return Kernel(given, steps[::-1], outputs)

    def _new(self) -> Node:
        self._count += 1
        return self._count - 1


class Kernel:
    """Steps ready to be replayed."""

    def __init__(self, given: Mapping[str, Node], steps: Sequence[Step], outputs: Mapping[str, Node]) -> None:
        self.given = dict(given)
        self.outputs = dict(outputs)
        last_use = {node: at for at, step in enumerate(steps) for node in step.operands}
        kept = set(self.outputs.values())
        # A step, and the nodes that nobody needs after it.
        self.steps = [(step, [node for node in dict.fromkeys(step.operands) if last_use[node] == at and node not in kept])
                      for at, step in enumerate(steps)]

    def run(self, given: Mapping[str, Array]) -> dict[str, Array]:
        """The outputs, of shape (year, case) or what broadcasts to it."""
        nodes: dict[Node, Any] = {node: given[name] for name, node in self.given.items()}
        for step, spent in self.steps:
            nodes[step.node] = step.function(*[nodes[operand] for operand in step.operands])
            for node in spent:
                del nodes[node]
        return {name: nodes[node] for name, node in self.outputs.items()}


def _weighted_sum(fixed: Array | None, scales: Sequence[Array | None]) -> Callable[..., Array]:
    """The function that adds nodes, each times its weight by year."""

    def add(*nodes: Array) -> Array:
        first = nodes[0] if scales[0] is None else nodes[0] * scales[0]
        # What is true counts as one.
        total = np.add(first, 0.0 if fixed is None else fixed, dtype=np.float64)
        for node, scale in zip(nodes[1:], scales[1:], strict=True):
            part = node if scale is None else node * scale
            total = np.add(total, part, out=total if part.shape == total.shape else None)
        return total

    return add
