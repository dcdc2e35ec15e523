"""Chart specifications, built once for each theme and drawn with data passed beside them; the same on screen and on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from finmodel.format import money, short_money
from finmodel.model import Result

Spec = dict[str, Any]

INK = {"light": "#1f2933", "dark": "#e6eaf0"}
GRID = {"light": "#d9dee5", "dark": "#3a4452"}
# Blue and orange stay apart for colour-blind readers and in grey print.
KINDS = ("total", "adds", "takes away")
COLOURS = {"light": ("#33475b", "#2a7ab9", "#d9822b"), "dark": ("#9fb3c8", "#5aa9e6", "#f0a04b")}

WATERFALL = (("total_revenue", 1), ("radiologist_compensation", -1), ("benefits_and_insurance", -1), ("bought_coverage", -1),
             ("other_provider_expense", -1), ("total_operating_expense", -1))
BRIDGE = ("bridge_rates", "bridge_volume", "bridge_compensation", "bridge_other_provider", "bridge_operating")


@dataclass(frozen=True)
class Chart:
    """A chart ready to draw: specification, data row by row, and its text alternative."""

    spec: Spec
    data: list[dict[str, Any]]
    alternative: str


def _axis(theme: str, **more: Any) -> Spec:
    return {"labelColor": INK[theme], "titleColor": INK[theme], "gridColor": GRID[theme], "domainColor": GRID[theme],
            "tickColor": GRID[theme], "labelFontSize": 12, "titleFontSize": 12, **more}


def _dollars(theme: str, title: str) -> Spec:
    return _axis(theme, title=title, format="$,.0f", tickCount=6, labelOverlap=True,
                 labelExpr="replace(format(datum.value / 1e6, '$,.1f'), '$-', '−$') + ' M'")


@cache
def step_spec(theme: str) -> Spec:
    """Bars that hang between a beginning and an end, labelled, in the order given: a waterfall or a bridge."""
    names = {"field": "label", "type": "nominal", "sort": None, "title": None,
             "axis": _axis(theme, labelLimit=300, labelOverlap=False, ticks=False, domain=False)}
    colour = {"field": "kind", "type": "nominal", "scale": {"domain": list(KINDS), "range": list(COLOURS[theme])},
              "legend": {"title": None, "orient": "bottom", "labelColor": INK[theme]}}
    tooltip = [{"field": "label", "title": "Step"}, {"field": "shown", "title": "Amount"}]
    return {
        "height": {"step": 34},
        "encoding": {"y": names},
        "layer": [
            {"mark": {"type": "bar", "cornerRadius": 2, "height": 22},
             "encoding": {"x": {"field": "begin", "type": "quantitative", "scale": {"padding": 90},
                                "axis": _dollars(theme, "dollars a year, millions")},
                          "x2": {"field": "end"}, "color": colour, "tooltip": tooltip,
                          "description": {"field": "sentence", "type": "nominal"}}},
            {"mark": {"type": "text", "align": "left", "dx": 5, "color": INK[theme], "fontSize": 12},
             "encoding": {"x": {"field": "right", "type": "quantitative"}, "text": {"field": "shown", "type": "nominal"}}},
        ],
        "config": {"view": {"stroke": None}, "background": "transparent"},
    }


@cache
def year_spec(theme: str) -> Spec:
    """Revenue and expense as lines over the years, and the deficit as bars."""
    years = {"field": "year", "type": "ordinal", "title": None, "axis": _axis(theme, labelAngle=0)}
    value = {"field": "value", "type": "quantitative", "axis": _dollars(theme, "dollars a year, millions")}
    tooltip = [{"field": "series"}, {"field": "year", "type": "ordinal"}, {"field": "shown", "title": "Amount"}]
    series = ["Total revenue", "Total expense", "Support deficit"]
    total, first, second = COLOURS[theme]
    colour = {"field": "series", "type": "nominal", "scale": {"domain": series, "range": [first, second, total]},
              "legend": {"title": None, "orient": "bottom", "labelColor": INK[theme]}}
    is_deficit = "datum.series == 'Support deficit'"
    base = {"x": years, "y": value, "color": colour, "tooltip": tooltip, "description": {"field": "sentence", "type": "nominal"}}
    return {
        "height": 320,
        "layer": [
            {"transform": [{"filter": is_deficit}], "mark": {"type": "bar", "size": 34, "cornerRadius": 2}, "encoding": base},
            {"transform": [{"filter": is_deficit}], "mark": {"type": "text", "dy": -8, "color": INK[theme], "fontSize": 12},
             "encoding": {"x": years, "y": value, "text": {"field": "shown", "type": "nominal"}}},
            {"transform": [{"filter": f"!({is_deficit})"}], "mark": {"type": "line", "point": {"size": 60}, "strokeWidth": 3},
             "encoding": base},
        ],
        "config": {"view": {"stroke": None}, "background": "transparent"},
    }


@cache
def reference_spec(theme: str) -> Spec:
    """Support per FTE as points, and ranges as bars, one row for each statement."""
    names = {"field": "label", "type": "nominal", "sort": None, "title": None,
             "axis": _axis(theme, labelLimit=420, labelOverlap=False, ticks=False, domain=False)}
    axis = _axis(theme, title="dollars per FTE and year", format="$,.0f")
    kinds = {"domain": ["this practice", "reference"], "range": [COLOURS[theme][2], COLOURS[theme][1]]}
    colour = {"field": "kind", "type": "nominal", "scale": kinds, "legend": None}
    tooltip = [{"field": "label", "title": "What"}, {"field": "stated_by", "title": "Stated by"},
               {"field": "shown", "title": "Value"}]
    return {
        "height": {"step": 30},
        "encoding": {"y": names, "color": colour, "tooltip": tooltip,
                     "description": {"field": "sentence", "type": "nominal"}},
        "layer": [
            {"mark": {"type": "bar", "height": 8, "opacity": 0.45},
             "encoding": {"x": {"field": "low", "type": "quantitative", "axis": axis}, "x2": {"field": "high"}}},
            {"mark": {"type": "point", "filled": True, "size": 130},
             "encoding": {"x": {"field": "value", "type": "quantitative"}}},
        ],
        "config": {"view": {"stroke": None}, "background": "transparent"},
    }


def steps(rows: Sequence[tuple[str, float, bool]]) -> list[dict[str, Any]]:
    """Steps laid end to end; a total begins at zero."""
    reached, laid = 0.0, []
    for label, amount, is_total in rows:
        begin, end = (0.0, amount) if is_total else (reached, reached + amount)
        reached = end
        kind = KINDS[0] if is_total else KINDS[1] if amount >= 0 else KINDS[2]
        laid.append({"label": label, "begin": begin, "end": end, "right": max(begin, end), "kind": kind,
                     "shown": short_money(amount), "sentence": f"{label}: {money(amount)}"})
    return laid


def _told(title: str, data: Sequence[dict[str, Any]]) -> str:
    return f"{title}. " + "; ".join(row["sentence"] for row in data) + "."


def waterfall(result: Result, year: int, theme: str, case: int = 0) -> Chart:
    """From revenue to the deficit in one year."""
    at = result.years.index(year)
    rows = [(result.graph.lines[name].label, sign * result.series(name, case)[at], position == 0)
            for position, (name, sign) in enumerate(WATERFALL)]
    deficit = result.series("support_deficit", case)[at]
    data = steps([*rows, ("Surplus" if deficit < 0 else "Deficit", -deficit, True)])
    return Chart(step_spec(theme), data, _told(f"From revenue to the {'surplus' if deficit < 0 else 'deficit'} of {year}", data))


def bridge(result: Result, year: int, theme: str, case: int = 0) -> Chart:
    """From last year's actual deficit to the deficit of a year; steps that are not shared stand as one."""
    at = result.years.index(year)
    last = result.assumptions[0].practice.actuals.year
    shared = [name for name in BRIDGE if name in result.graph.lines]
    parts = [(result.graph.lines[name].label.removeprefix("Bridge: "), result.series(name, case)[at], False) for name in shared]
    begin, end = result.series("actual_deficit", case)[at], result.series("support_deficit", case)[at]
    if len(shared) < len(BRIDGE):
        parts.append(("Pay and all else", end - begin - sum(value for _, value, _ in parts), False))
    rows = [(f"Actual deficit {last}", begin, True), *parts, (f"Support deficit {year}", end, True)]
    data = steps(rows)
    return Chart(step_spec(theme), data, _told(f"From the actual deficit of {last} to the support deficit of {year}", data))


def over_years(result: Result, theme: str, case: int = 0) -> Chart:
    """Revenue, expense and deficit over the horizon."""
    rows = []
    for name in ("total_revenue", "total_expense", "support_deficit"):
        label = result.graph.lines[name].label
        for year, value in zip(result.years, result.series(name, case), strict=True):
            rows.append({"series": label, "year": str(year), "value": value, "shown": short_money(value),
                         "sentence": f"{label} {year}: {money(value)}"})
    return Chart(year_spec(theme), rows, _told("Revenue, expense and deficit by year", rows))


def support_references(result: Result, year: int, theme: str, case: int = 0) -> Chart:
    """Support per FTE of this practice beside every reference that is loaded, each named as what it is."""
    at = result.years.index(year)
    own = result.series("support_deficit_per_fte", case)[at]
    rows = [{"label": f"This practice, {year}", "stated_by": "computed", "kind": "this practice", "low": own, "high": own,
             "value": own, "shown": money(own)}]
    for table in result.assumptions[0].benchmarks.values():
        if table.statistic != "support_per_fte":
            continue
        low, high = table.span
        middle = dict(table.points).get(50.0)
        span = f"{money(low)} to {money(high)}" if high > low else money(low)
        shown = f"{span}, median {money(middle)}" if middle and high > low else span
        rows.append({"label": table.label, "stated_by": f"{table.stated_by} ({table.kind})", "kind": "reference", "low": low,
                     "high": high, "value": middle, "shown": shown})
    data = [{**row, "sentence": f"{row['label']}: {row['shown']}"} for row in rows]
    return Chart(reference_spec(theme), data, _told("Support per FTE beside references", data))
