"""A cell without what cannot matter in it, so that its formula reads as a person would write it."""

from collections.abc import Callable, Mapping
from typing import Any

from finmodel.packet.workbook.cells import Applied, Named
from finmodel.packet.workbook.possible import Possible, possible

NOTHING: Mapping[Any, bool] = {}


def simple(cell: Any, known: Callable[[Named], Possible], taken: Mapping[Any, bool] = NOTHING) -> Any:
    """The cell with nothing added, nothing multiplied by one, and no condition asked again that has been answered."""
    if not isinstance(cell, Applied):
        return cell
    if cell.operation == "where":
        condition = simple(cell.operands[0], known, taken)
        if condition in taken:
            return simple(cell.operands[1 if taken[condition] else 2], known, taken)
        branches = (simple(branch, known, {**taken, condition: way}) for branch, way in zip(cell.operands[1:], (True, False),
                                                                                            strict=True))
        return Applied("where", (condition, *branches))
    operands = tuple(simple(operand, known, taken) for operand in cell.operands)
    match cell.operation, *operands:
        case "multiply", one, other if any(_is(a, 0.0) and _is_number(b, known) for a, b in ((one, other), (other, one))):
            return 0.0
        case ("multiply", one, other) if _is(one, 1.0):
            return other
        case ("multiply" | "true_divide", one, other) if _is(other, 1.0):
            return one
        case ("add", one, other) if _is(one, 0.0):
            return other
        case ("add" | "subtract", one, other) if _is(other, 0.0):
            return one
        case "sum", *parts:
            return Applied("sum", tuple(part for part in parts if not _is(part, 0.0)) or (0.0,))
    return Applied(cell.operation, operands)


def _is(cell: Any, value: float) -> bool:
    return isinstance(cell, int | float) and cell == value


def _is_number(cell: Any, known: Callable[[Named], Possible]) -> bool:
    found = possible(cell, known)
    return not (found.dash or found.meets_dash)
