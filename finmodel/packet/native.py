"""The data of a chart as a presentation program draws them: categories, series, and which series nobody sees."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from finmodel.charts import COLOURS, KINDS
from finmodel.packet.blocks import Drawing
from finmodel.proposal_charts import LEFT, LEFT_UNCOVERED, PARTS

Rows = Sequence[Mapping[str, Any]]
FAN = (("low", "One future in twenty below"), ("quarter", "One in four below"), ("middle", "In the middle"),
       ("three_quarters", "One in four above"), ("high", "One in twenty above"), ("expected", "As budgeted"))


@dataclass(frozen=True)
class Series:
    """Numbers by category in a colour; without one nobody sees them, as what a hanging bar stands on."""

    name: str
    values: tuple[float | None, ...]
    colour: str | None


@dataclass(frozen=True)
class Native:
    """A chart of bars, columns or lines, stacked or side by side; bars may begin elsewhere than at zero."""

    shape: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    is_stacked: bool = False
    begins_at: float | None = None
    has_legend: bool = True


def native(drawing: Drawing) -> Native:
    """The data laid for a native chart."""
    rows = drawing.chart.data
    if drawing.drawn == "steps":
        return _steps(rows)
    if drawing.drawn == "tornado":
        return _tornado(rows)
    if drawing.drawn == "fan":
        colours = (*PARTS["light"][:5], COLOURS["light"][2])
        return Native("line", tuple(row["year"] for row in rows),
                      tuple(Series(name, tuple(row[field] for row in rows), colour)
                            for (field, name), colour in zip(FAN, colours, strict=True)))
    name, when = ("part", "year") if drawing.drawn == "stack" else ("series", "when")
    return Native("column", *_by_series(rows, name, when), is_stacked=drawing.drawn == "stack")


def _by_series(rows: Rows, name: str, when: str) -> tuple[tuple[str, ...], tuple[Series, ...]]:
    categories, names = (tuple(dict.fromkeys(row[field] for row in rows)) for field in (when, name))
    found = {(row[name], row[when]): row["value"] for row in rows}
    deficits = {row[name] for row in rows if row.get("kind") == "deficit"}
    colours = [LEFT["light"] if one == LEFT_UNCOVERED else COLOURS["light"][0] if one in deficits else
               PARTS["light"][at % len(PARTS["light"])] for at, one in enumerate(names)]
    return categories, tuple(Series(one, tuple(found.get((one, category)) for category in categories), colour)
                             for one, colour in zip(names, colours, strict=True))


def _steps(rows: Rows) -> Native:
    """Hanging bars: on each side of zero one that nobody sees, and the bar on top of it."""
    colours = dict(zip(KINDS, COLOURS["light"], strict=True))
    ends = [sorted((row["begin"], row["end"])) for row in rows]
    bases = [Series("Begins above zero", tuple(max(low, 0.0) for low, _ in ends), None),
             Series("Begins below zero", tuple(min(high, 0.0) for _, high in ends), None)]
    bars = [series for kind in KINDS for series in _halves(kind, rows, ends, colours[kind])]
    labels = tuple(f"{row['label']}: {row['shown']}" for row in rows)
    return Native("bar", labels, (*bases, *bars), is_stacked=True, has_legend=False)


def _halves(kind: str, rows: Rows, ends: Sequence[Sequence[float]], colour: str) -> Iterator[Series]:
    mine = [row["kind"] == kind for row in rows]
    yield Series(kind, tuple(max(high, 0.0) - max(low, 0.0) if is_mine else 0.0
                             for (low, high), is_mine in zip(ends, mine, strict=True)), colour)
    yield Series(f"{kind}, below zero", tuple(min(low, 0.0) - min(high, 0.0) if is_mine else 0.0
                                              for (low, high), is_mine in zip(ends, mine, strict=True)), colour)


def _tornado(rows: Rows) -> Native:
    labels = tuple(dict.fromkeys(row["label"] for row in rows))
    found = {(row["label"], row["end"]): row["value"] for row in rows}
    ends = ("at its low", "at its high")
    return Native("bar", labels, tuple(Series(end, tuple(found[label, end] for label in labels), colour)
                                       for end, colour in zip(ends, COLOURS["light"][1:], strict=True)),
                  begins_at=rows[0]["begin"])
