"""The model as a reader of shared figures reads it: every line over what is withheld, and what the lines that are shared tell."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from finmodel.cases import Input
from finmodel.model import Result
from finmodel.packet.affine import Affine, NotLinear
from finmodel.packet.knowledge import Known
from finmodel.packet.policy import Policy, told_of_proposals

# Who works in a hospital is known there.
HEADS = {"provider_fte", "provider_vacancy_share", "roster_change_size"}
TREND = "share/year"


@dataclass(frozen=True)
class Reader:
    """What a reader knows, and every input and line as the reader knows it.

    An entry that is the same in several years is one unknown. A reader who guesses knows who works in which category, takes the
    trends of a table to be one, and has a notion of every amount.
    """

    known: Known
    inputs: dict[str, Any]
    lines: dict[str, Any]


def read(result: Result, policy: Policy, earlier: Collection[str], *, guesses: bool) -> Reader:
    """What somebody knows who is told what the policy shares, and has been told the lines ``earlier``, for all years."""
    known, practice = Known(guesses), result.assumptions[0].practice
    unknowns: dict[tuple[str, float], Affine] = {}
    inputs: dict[str, Any] = {}
    for name, one in result.placed.inputs.items():
        hidden = [quantity is not None and not policy.shares_path(path, practice) for path, quantity in one.rows]
        if not any(hidden) or (guesses and name in HEADS):
            inputs[name] = one.array
        elif guesses and one.unit == TREND:
            inputs[name] = np.where(np.reshape(hidden, (-1, 1, 1)), one.array[hidden].mean(axis=0, keepdims=True), one.array)
        else:
            inputs[name] = _with_unknowns(one, hidden, known, unknowns)
    return Reader(known, inputs, _lines(result, policy, earlier, known, inputs))


def _with_unknowns(one: Input, hidden: list[bool], known: Known, unknowns: dict[tuple[str, float], Affine]) -> Any:
    cells = one.array.astype(object)
    for row, (path, _) in enumerate(one.rows):
        for year in range(cells.shape[1]) if hidden[row] else ():
            value = float(one.array[row, year, 0])
            if (path, value) not in unknowns:
                unknowns[path, value] = known.unknown(value)
            cells[row, year, 0] = unknowns[path, value]
    return cells


def _lines(result: Result, policy: Policy, earlier: Collection[str], known: Known, inputs: dict[str, Any]) -> dict[str, Any]:
    # Lines that were given instead of computed stand on inputs that are no entries.
    values: dict[str, Any] = {**{name: result.values[name] for name in result.graph.inputs}, **result.placed.indices, **inputs}
    told = told_of_proposals(result.assumptions[0].proposals)
    lines: dict[str, Any] = {}
    for line in result.graph.order:
        real = np.asarray(result.values[line.name], dtype=float)
        arguments = [values[name] for name in line.arguments]
        if any(isinstance(one, np.ndarray) and one.dtype.hasobject for one in arguments):
            found = _found(line.function, arguments, real, known)
            if policy.shares_line(line, told) or line.name in earlier:
                for cell in found.flat:
                    known.tell(cell)
            else:
                real = found
        values[line.name] = lines[line.name] = real
    return lines


def _found(function: Any, arguments: list[Any], real: Any, known: Known) -> Any:
    """The line on unknown quantities; where it is not linear, its cells are unknown themselves."""
    try:
        return np.broadcast_to(np.asarray(function(*arguments), dtype=object), real.shape)
    except (NotLinear, ZeroDivisionError, TypeError):
        cells = np.empty(real.shape, dtype=object)
        for place in np.ndindex(real.shape):
            cells[place] = known.unknown(float(real[place])) if np.isfinite(real[place]) else float(real[place])
        return cells
