"""Charts of proposals beside each other: payments by year against the deficit, and cash by month."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from finmodel.charts import GRID, INK, Chart, Spec
from finmodel.format import money, short_money
from finmodel.model import Result
from finmodel.proposal_charts import PARTS

DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [4, 2, 1, 2])
STROKE = {"symbolType": "stroke", "symbolSize": 500, "symbolStrokeWidth": 2.5}
# A chart's height contains its legend.
LEGEND_ROW = 20
MONTH = "timeFormat(datetime(toNumber(slice(datum.value, 0, 4)), toNumber(slice(datum.value, 5)) - 1, 1), '%b %Y')"


def payments(result: Result, labels: Mapping[str, str], deficits: Mapping[str, str], years: Sequence[int], theme: str,
             case: int = 0) -> Chart:
    """What the hospital pays under each proposal by year as bars, and the deficits that they are about as lines above them."""

    def rows(line: str, label: str, kind: str) -> list[dict[str, Any]]:
        values = result.series(line, case)
        return [_row(label, str(year), values[result.years.index(year)]) | {"kind": kind} for year in years]

    bars = [row for key, label in labels.items() for row in rows(f"{key}__proposal_cost", label, "paid")]
    lines = [row for line, label in deficits.items() for row in rows(line, label, "deficit")]
    return Chart(_payments_spec(theme, tuple(labels.values()), tuple(deficits.values())), [*bars, *lines],
                 _told("What the hospital pays by year beside the deficit", [*lines, *bars]))


def by_month(title: str, values: Mapping[str, Sequence[tuple[str, float]]], theme: str, *, is_step: bool) -> Chart:
    """An amount by month for each proposal; the text alternative tells the first, lowest, highest and last month of each."""
    rows = {label: [_row(label, month, value) for month, value in of] for label, of in values.items()}
    told = [row for of in rows.values() for row in _corners(of)]
    return Chart(_months_spec(theme, tuple(values), is_step), [row for of in rows.values() for row in of], _told(title, told))


def _row(label: str, when: str, value: float) -> dict[str, Any]:
    return {"series": label, "when": when, "value": value, "shown": short_money(value),
            "sentence": f"{label} {when}: {money(value)}"}


def _corners(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    lowest, highest = (pick(range(len(rows)), key=lambda at: rows[at]["value"]) for pick in (min, max))
    return [rows[at] for at in sorted({0, lowest, highest, len(rows) - 1})]


def _told(title: str, rows: Sequence[dict[str, Any]]) -> str:
    return f"{title}. " + "; ".join(row["sentence"] for row in rows) + "."


def _axis(theme: str) -> Spec:
    return {"labelColor": INK[theme], "titleColor": INK[theme], "gridColor": GRID[theme], "domainColor": GRID[theme],
            "tickColor": GRID[theme], "labelFontSize": 12, "titleFontSize": 12}


def _millions(theme: str, title: str, places: int) -> Spec:
    return {**_axis(theme), "title": title, "tickCount": 6,
            "labelExpr": f"replace(format(datum.value / 1e6, '$,.{places}f'), '$-', '−$') + ' M'"}


def _legend(theme: str) -> Spec:
    return {"title": None, "orient": "bottom", "columns": 1, "labelColor": INK[theme], "labelLimit": 420}


@cache
def _payments_spec(theme: str, proposals: tuple[str, ...], deficits: tuple[str, ...]) -> Spec:
    """Bars beside each other in every year, and a line for each deficit."""
    x = {"field": "when", "type": "ordinal", "title": None, "axis": {**_axis(theme), "labelAngle": 0}}
    y = {"field": "value", "type": "quantitative", "axis": _millions(theme, "dollars a year, millions", 1)}
    tooltip = [{"field": "series", "title": "What"}, {"field": "when", "title": "Year"}, {"field": "shown", "title": "Amount"}]
    told = {"tooltip": tooltip, "description": {"field": "sentence", "type": "nominal"}}
    colour = {"field": "series", "type": "nominal", "legend": _legend(theme),
              "scale": {"domain": list(proposals), "range": list(PARTS[theme][:len(proposals)])}}
    dash = {"field": "series", "type": "nominal", "legend": {**_legend(theme), **STROKE, "symbolStrokeColor": INK[theme]},
            "scale": {"domain": list(deficits), "range": [list(one) for one in DASHES[:len(deficits)]]}}
    offset = {"field": "series", "type": "nominal", "scale": {"domain": list(proposals)}}
    return {
        "height": 300 + LEGEND_ROW * max(len(proposals), len(deficits)),
        "layer": [
            {"transform": [{"filter": "datum.kind == 'paid'"}],
             "mark": {"type": "bar", "cornerRadius": 1, "stroke": INK[theme], "strokeWidth": 0.4},
             "encoding": {"x": x, "xOffset": offset, "y": y, "color": colour, **told}},
            {"transform": [{"filter": "datum.kind == 'deficit'"}],
             "mark": {"type": "line", "color": INK[theme], "strokeWidth": 2.5},
             "encoding": {"x": x, "y": y, "strokeDash": dash, **told}},
            {"transform": [{"filter": "datum.kind == 'deficit'"}],
             "mark": {"type": "point", "filled": True, "size": 70, "color": INK[theme], "opacity": 1},
             "encoding": {"x": x, "y": y, "detail": {"field": "series"}, **told}},
        ],
        "resolve": {"legend": {"strokeDash": "independent"}},
        "config": {"view": {"stroke": None}, "background": "transparent"},
    }


@cache
def _months_spec(theme: str, proposals: tuple[str, ...], is_step: bool) -> Spec:
    """A line for each proposal, told apart by colour and dashes."""
    series = {"field": "series", "type": "nominal", "legend": {**_legend(theme), **STROKE}}
    return {
        "height": 220 + LEGEND_ROW * len(proposals),
        "mark": {"type": "line", "strokeWidth": 2.5, "interpolate": "step-after" if is_step else "linear"},
        "encoding": {
            "x": {"field": "when", "type": "ordinal", "title": None,
                  "axis": {**_axis(theme), "labelAngle": 0, "labelOverlap": True, "labelExpr": MONTH, "labelSeparation": 12}},
            "y": {"field": "value", "type": "quantitative", "axis": _millions(theme, "dollars, millions", 2)},
            "color": {**series, "scale": {"domain": list(proposals), "range": list(PARTS[theme][:len(proposals)])}},
            "strokeDash": {**series, "scale": {"domain": list(proposals),
                                               "range": [list(one) for one in DASHES[:len(proposals)]]}},
            "tooltip": [{"field": "series", "title": "Proposal"}, {"field": "when", "title": "Month"},
                        {"field": "shown", "title": "Amount"}],
            "description": {"field": "sentence", "type": "nominal"},
        },
        "config": {"view": {"stroke": None}, "background": "transparent"},
    }
