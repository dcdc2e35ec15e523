"""Which lines of a run a workbook shows, and how: live over what is shown, with an amount for what is not, or as computed."""

import dataclasses
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from finmodel.analysis.placement import part_behind
from finmodel.contracts.wiring import BUDGET
from finmodel.engine import Graph, Line
from finmodel.model import Result
from finmodel.packet.workbook.cells import Cells, named_in
from finmodel.packet.workbook.placing import CellPlacer, placed_on_cells
from finmodel.packet.workbook.trace import Trace
from finmodel.packet.workbook.withheld import gathered, opened, set_apart, withheld


def traced(result: Result, lines: Collection[str] | None = None, paths: Collection[str] | None = None,
           kept_back: Collection[str] = ()) -> Trace:
    """The blocks of the lines named, of all where none are named, over the assumptions at the paths named.

    Lines that follow from these alone are there as well where one of them needs them, unless they are ``kept_back``. Of a line
    that stands on something else too, that part is an amount of its own where it can be told apart; else the line is as computed.
    """
    placer = placed_on_cells(result.assumptions[0])
    graph = result.graph
    inputs = {name for name in graph.inputs if _may_be_shown(placer, name, lines, paths)}
    wanted = set(graph.lines) if lines is None else set(lines) & graph.lines.keys()
    known = {*inputs, *result.placed.indices, *wanted}
    followed = opened(graph, known, kept_back)
    there = known | followed
    needed = set(part_behind(graph, wanted).lines)
    laid = [one for one in graph.order if one.name in wanted or (one.name in followed and one.name in needed)]
    trace = Trace(result, Graph(tuple(laid), {one.name: one for one in laid}, graph.inputs), placer)
    trace.arguments.update(result.placed.indices)
    for name in graph.inputs:
        if name in inputs and any(name in one.arguments for one in graph.order if one.name in needed):
            trace.lay_input(name)
    unseen = {name for one in laid if _is_of_the_practice(trace, one) and one.unit != "check" for name in one.arguments} - there
    trace.locked = _behind(trace, unseen - graph.downstream(kept_back))
    bare, in_part = {*graph.inputs, *kept_back}, dict[str, np.ndarray]()
    for line in (one for one in graph.order if one.name in needed):
        is_laid = line.name in trace.graph.lines
        if is_laid and there.issuperset(line.arguments):
            trace.lay_line(line)
        elif is_laid:
            _lay_in_part(trace, line, _over_what_is_shown(trace, line, in_part, bare))
        elif len(result[line.name]) == 1 and not line.name.startswith(BUDGET) and (there | in_part.keys()) & {*line.arguments}:
            cells = _over_what_is_shown(trace, line, in_part, bare)
            in_part |= {line.name: cells} if _in_part(trace, line, cells) else {}
    if lines is not None:
        _see_what_stands_still(trace, there)
        _drop_what_nothing_needs(trace, wanted)
    return trace


def _may_be_shown(placer: CellPlacer, name: str, lines: Collection[str] | None, paths: Collection[str] | None) -> bool:
    """Whether everything that an input is placed from may be shown; what was given in place of a line goes with the line."""
    instead_of, _, kind = name.rpartition("__")
    if kind in {"given", "is_given"} and name not in placer.laid:
        return lines is None or instead_of in lines
    entries = (placer.entries[cell.argument] for cell in named_in(placer.laid.get(name, np.empty(0))))
    return paths is None or all(entry.path in paths or not entry.editable for entry in entries)


def _is_of_the_practice(trace: Trace, line: Line) -> bool:
    return not line.name.removeprefix(BUDGET).startswith(tuple(f"{key}__" for key in trace.result.assumptions[0].proposals))


def _behind(trace: Trace, names: Collection[str]) -> set[str]:
    """The entries that lines and inputs stand on in the whole model."""
    laid, inputs = trace.placer.laid, {*part_behind(trace.result.graph, names).inputs, *names}
    return {cell.argument for one in inputs & laid.keys() for cell in named_in(laid[one])} & trace.entries.keys()


def _over_what_is_shown(trace: Trace, line: Line, in_part: Mapping[str, np.ndarray], bare: Collection[str]) -> np.ndarray:
    """The cells of a line over what is shown; the rest are amounts that must not be written."""

    def argument(name: str) -> Any:
        shown = trace.arguments.get(name)
        if shown is None:
            values = trace.result.values[name]
            return Cells(in_part[name] if name in in_part else withheld(values, bare=name in bare))
        # What is kept in rows of its own would be written.
        return Cells(shown.cells) if isinstance(shown, Cells) else shown

    return gathered(line.function(*(argument(name) for name in line.arguments)).cells)


def _in_part(trace: Trace, line: Line, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """The cells of a line over its confidential amounts, and these; None where nothing moves or they cannot be told apart."""
    moves = any((block := trace.block_of(cell)) is None or not block.is_fixed for cell in named_in(cells))
    return set_apart(cells, Cells.of(f"{line.name}__confidential", cells.shape).cells, trace.value) if moves else None


def _lay_in_part(trace: Trace, line: Line, cells: np.ndarray) -> None:
    found = _in_part(trace, line, cells)
    if found:
        trace.lay_with_amount(line, found[0], f"{line.name}__confidential", found[1])
    else:
        trace.lay_computed(line)


def _see_what_stands_still(trace: Trace, there: Collection[str]) -> None:
    """Mark the lines that do not follow all entries that may be changed, and leave checks of such lines as they were computed."""
    changeable = {name for name, entry in trace.entries.items() if entry.editable} & trace.entries_used() - trace.locked
    begin = set()
    for name, line in trace.graph.lines.items():
        unseen = line.arguments if trace.blocks[name].is_fixed else set(line.arguments).difference(there)
        if changeable & _behind(trace, unseen):
            begin.add(name)
    trace.still = set(trace.result.graph.downstream(begin) & trace.graph.lines.keys())
    for name in trace.still:
        if trace.graph.lines[name].unit == "check":
            trace.lay_computed(trace.graph.lines[name])


def _drop_what_nothing_needs(trace: Trace, wanted: Collection[str]) -> None:
    """Keep the lines that are wanted and what their cells name, and tell of each line which lines these are."""
    kept, waiting = set(), list(wanted)
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept.add(name)
            waiting += {block.name for cell in named_in(trace.blocks[name].cells) if (block := trace.block_of(cell))}
    trace.blocks = {name: block for name, block in trace.blocks.items() if name in kept}
    order = tuple(dataclasses.replace(one, arguments=_named(trace, one.name)) for one in trace.graph.order if one.name in kept)
    trace.graph = Graph(order, {one.name: one for one in order}, dict.fromkeys(kept - {one.name for one in order}))


def _named(trace: Trace, name: str) -> tuple[str, ...]:
    """The blocks of lines and inputs that a line names, in rows of its own too."""
    own = [name, *(one for one in trace.helpers.get(name, ()) if one in trace.blocks)]
    named = {block.name for one in own for cell in named_in(trace.blocks[one].cells) if (block := trace.block_of(cell))}
    return tuple(sorted(named.difference(own)))
