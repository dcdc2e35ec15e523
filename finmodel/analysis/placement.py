"""Where an assumption enters the model: the cells of the input arrays that it fills, and the part of the graph behind a line."""

from collections.abc import Iterable, Mapping

from finmodel.cases import Placed
from finmodel.engine import Graph

Cells = Mapping[str, list[tuple[str, int]]]


def computed_when_placed(placed: Placed) -> dict[str, tuple[str, ...]]:
    """The inputs that are computed from an assumption when values are placed, so that they do not hold its values."""
    levels = tuple(name for name in placed.inputs if name.endswith("_level"))
    return {"medicare_rules.efficiency_adjustment": levels,
            "benchmark.percentile": ("benchmark_work_rvus_per_fte", "reference_compensation")}


def cells_of(placed: Placed) -> Cells:
    """The (input, row) pairs that each path fills, also those that are computed from it."""
    cells: dict[str, list[tuple[str, int]]] = {path: [(name, 0) for name in names]
                                               for path, names in computed_when_placed(placed).items()}
    for name, one in placed.inputs.items():
        for row, (path, quantity) in enumerate(one.rows):
            if quantity is not None:
                cells.setdefault(path, []).append((name, row))
    return cells


def part_behind(graph: Graph, names: Iterable[str]) -> Graph:
    """The lines that the named lines need, themselves among them, and the inputs and indices these stand on."""
    needed = set(names)
    for one in reversed(graph.order):
        if one.name in needed:
            needed.update(one.arguments)
    order = tuple(one for one in graph.order if one.name in needed)
    return Graph(order, {one.name: one for one in order}, {name: one for name, one in graph.inputs.items() if name in needed})
