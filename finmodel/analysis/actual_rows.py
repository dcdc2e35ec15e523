"""Rows of lines that are given as they came out: the other rows, and what follows from all of them, stay computed."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from finmodel.engine import Array, assemble, override_line
from finmodel.model import Model


def with_rows(model: Model, given: Mapping[tuple[str, int], float]) -> Model:
    """The model in which rows, called ``line.row``, are as given in the years stated."""
    if not given:
        return model
    named = {name.partition(".")[0] for name, _ in given}
    lines = [part for one in model.graph.order for part in (override_line(one) if one.name in named else (one,))]
    inputs = {name: array for line in sorted(named) for name, array in _arrays(model, line, given).items()}
    tables = {name: model.graph.lines[name.partition("__")[0]].table for name in inputs}
    graph = assemble(lines, {**model.graph.inputs, **tables}, model.placed.indices)
    return replace(model, graph=graph, inputs={**model.inputs, **inputs})


def _arrays(model: Model, line: str, given: Mapping[tuple[str, int], float]) -> dict[str, Array]:
    """What is given of a line, and in which rows and years."""
    rows, years = model.placed.tables[str(model.graph.lines[line].table)].rows, model.placed.years
    amounts = np.zeros((len(rows), len(years), 1))
    is_given = np.zeros_like(amounts)
    for (name, year), amount in given.items():
        whole, _, row = name.partition(".")
        if whole == line:
            at = rows.index(row), years.index(year), 0
            amounts[at], is_given[at] = amount, 1.0
    return {f"{line}__given": amounts, f"{line}__is_given": is_given}
