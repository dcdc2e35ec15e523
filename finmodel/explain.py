"""Where a number comes from: lineage as a tree of label, value, unit, formula and citation."""

from collections.abc import Iterator
from dataclasses import dataclass

from finmodel.assumptions import Quantity, Source
from finmodel.cases import Changed, Input
from finmodel.format import amount, unit_in_words
from finmodel.model import Result


@dataclass(frozen=True)
class Citation:
    """Where an assumption was read: its path, status and date, and the source in words."""

    path: str
    status: str
    as_of: str
    source: str
    note: str

    def __str__(self) -> str:
        parts = [self.status, self.source, f"as of {self.as_of}" if self.as_of else "", self.note]
        return "; ".join(part for part in parts if part)


@dataclass(frozen=True)
class Leaf:
    """One row of an input."""

    row: str
    value: float
    citation: Citation | None


@dataclass(frozen=True)
class Node:
    """A number in one year: its rows, how it is computed and what it is computed from."""

    name: str
    label: str
    unit: str
    formula: str
    rows: tuple[tuple[str, float], ...]
    overridden: bool
    children: tuple["Node", ...]
    leaves: tuple[Leaf, ...]
    shown_above: bool = False

    @property
    def total(self) -> float | None:
        """The value of a number that has a single row."""
        return self.rows[0][1] if len(self.rows) == 1 and not self.rows[0][0] else None


def explain(result: Result, name: str, year: int, sources: dict[str, Source], case: int = 0) -> Node:
    """The tree behind a line in a year, down to cited inputs; a number met again is shown once.

    Raises:
        BadInput: when there is no such line.
    """
    if name not in result.placed.inputs:
        result[name]
    return _node(result, name, result.years.index(year), sources, case, set())


def _node(result: Result, name: str, position: int, sources: dict[str, Source], case: int, seen: set[str]) -> Node:
    if name in result.placed.inputs:
        return _input_node(result, result.placed.inputs[name], position, sources, case)
    one = result.graph.lines.get(name)
    if one is None:
        return Node(name, "Given in place of the computed value", "factor", "", (), True, (), ())
    rows = result.rows(name) or ("",)
    values = tuple((row, float(result[name][at, position, case])) for at, row in enumerate(rows))
    again = name in seen
    seen.add(name)
    needed = [a for a in one.arguments if a not in result.placed.indices]
    children = () if again else tuple(_node(result, argument, position, sources, case, seen) for argument in needed)
    return Node(name, one.label, one.unit, one.formula.split("\n")[0], values, name in result.overridden, children, (), again)


def _input_node(result: Result, placed: Input, position: int, sources: dict[str, Source], case: int) -> Node:
    array = placed.array
    assumptions = result.assumptions[case if case < len(result.assumptions) else 0]
    leaves, values = [], []
    for at, (path, own) in enumerate(placed.rows):
        quantity = assumptions.get(path, own)
        year = result.years[position]
        value = quantity.at(year) if quantity else float(array[at, position, 0])
        citation = cite(path, quantity, year, sources, assumptions.changed.get(path)) if quantity else None
        values.append((path if placed.table else "", value))
        if quantity or placed.table is None:
            leaves.append(Leaf(path, value, citation))
    return Node(placed.name, placed.label, placed.unit, "", tuple(values), False, (), tuple(leaves))


def cite(path: str, quantity: Quantity, year: int, sources: dict[str, Source], changed: Changed | None = None) -> Citation:
    """The citation of an assumption in a year in words; of a changed one, who changed it and what it was."""
    source = sources.get(quantity.source or "")
    words = f"{source.publisher}, {source.title}, {source.date}, {source.address}" if source else ""
    status: str = quantity.status_in(year)
    if changed and changed.was.at(year) != quantity.at(year):
        status = f"changed by {', '.join(changed.origins)}; was {_shown(changed.was.at(year), quantity.unit)}, {status}"
    return Citation(path, status, str(quantity.as_of or ""), words, quantity.note or "")


def tree_lines(node: Node, depth: int = 0) -> Iterator[str]:
    """The tree as indented text."""
    pad = "  " * depth
    mark = "  [given, or depends on a given number]" if node.overridden else ""
    value = f" = {_shown(node.total, node.unit)}" if node.total is not None else ""
    yield f"{pad}{node.label} ({node.name}){value}{mark}"
    if node.shown_above:
        yield f"{pad}  shown above"
        return
    if node.formula:
        yield f"{pad}  = {node.formula}"
    cited = {leaf.row: leaf.citation for leaf in node.leaves}
    for row, shown in node.rows if node.total is None else ():
        citation = cited.get(row)
        yield f"{pad}  · {row}: {_shown(shown, node.unit)}{f'  [{citation}]' if citation else ''}"
    if node.total is not None:
        for leaf in node.leaves:
            if leaf.citation:
                yield f"{pad}  [{leaf.citation.path}: {leaf.citation}]"
    for child in node.children:
        yield from tree_lines(child, depth + 1)


def _shown(value: float | None, unit: str) -> str:
    return f"{amount(value, unit)} {unit_in_words(unit)}".rstrip() if value is not None else ""


def node_document(node: Node) -> dict[str, object]:
    """The tree as plain data; not available is None."""
    return {
        "name": node.name, "label": node.label, "unit": node.unit, "formula": node.formula, "overridden": node.overridden,
        "rows": [row for row, _ in node.rows] if node.total is None else None,
        "values": [_plain(value) for _, value in node.rows] if node.total is None else _plain(node.total),
        "citations": [{"path": leaf.citation.path, "status": leaf.citation.status, "as_of": leaf.citation.as_of or None,
                       "source": leaf.citation.source or None, "note": leaf.citation.note or None}
                      for leaf in node.leaves if leaf.citation],
        "shown_above": node.shown_above,
        "from": [node_document(child) for child in node.children],
    }


def _plain(value: float) -> float | None:
    return value if value == value and abs(value) != float("inf") else None
