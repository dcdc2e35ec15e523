"""Where an assumption enters the model: the cells of the input arrays that it fills, and the part of the graph behind a line."""

from collections.abc import Iterable, Mapping

from finmodel.cases import Placed
from finmodel.engine import Graph

# Assumptions that fill other inputs than those whose rows name them: what is computed from them when values are placed.
ALSO_PLACED_AS = {
    "medicare_rules.efficiency_adjustment": ("base_year_work_rvu_level", "file_work_rvu_level", "benchmark_work_rvu_level",
                                             "actual_work_rvu_level"),
    "benchmark.percentile": ("benchmark_work_rvus_per_fte", "reference_compensation"),
}

Cells = Mapping[str, list[tuple[str, int]]]


def cells_of(placed: Placed) -> Cells:
    """The (input, row) pairs that each path fills."""
    cells: dict[str, list[tuple[str, int]]] = {path: [(name, 0) for name in names] for path, names in ALSO_PLACED_AS.items()}
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
