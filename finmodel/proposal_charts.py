"""The chart of a proposal: what each part pays in each year, and what of the deficit is left."""

from functools import cache
from typing import Any

from finmodel.charts import GRID, INK, Chart, Spec
from finmodel.contracts.wiring import payment_name
from finmodel.format import money, short_money
from finmodel.model import Result

# Neighbours differ in hue and in lightness, for colour-blind readers and grey print.
PARTS = {
    "light": ("#175a8f", "#d9822b", "#5aa9e6", "#8a5a00", "#33475b", "#7fb069", "#8e4b8b", "#c9a227"),
    "dark": ("#5aa9e6", "#f0a04b", "#1f77b4", "#c58b2b", "#9fb3c8", "#8fce74", "#c38bc0", "#e3cf6a"),
}
LEFT = {"light": "#cfd7df", "dark": "#46525f"}
LEFT_UNCOVERED = "Left uncovered"
WHOLE_ADJUSTED = "Clauses on the whole"


def payments(result: Result, key: str, years: list[int], theme: str, case: int = 0) -> Chart:
    """The payments of a proposal by part and year, with the deficit left uncovered on top."""
    parts = payment_lines(result, key)
    rows = [_row(label, year, result.series(name, case)[result.years.index(year)], at)
            for at, (name, label) in enumerate(parts.items()) for year in years]
    left = result.series(f"{key}__residual_deficit", case)
    rows += [_row(LEFT_UNCOVERED, year, max(left[result.years.index(year)], 0.0), len(parts)) for year in years]
    total = result.series(f"{key}__total", case)
    told = "; ".join(f"{year}: {money(total[result.years.index(year)])}" for year in years)
    sentence = f"What the hospital pays by part and year. In all, {told}. " + "; ".join(row["sentence"] for row in rows) + "."
    return Chart(_spec(theme, (*parts.values(), LEFT_UNCOVERED)), rows, sentence)


def payment_lines(result: Result, key: str) -> dict[str, str]:
    """The lines of what each part pays with their labels, no two the same, and of what the clauses on the whole change."""
    proposal = result.assumptions[0].proposals[key]
    named = {payment_name(key, instance): one.label or type(one).title for instance, one in proposal.active_mechanisms.items()}
    if proposal.modifiers:
        named[f"{key}__adjustment"] = WHOLE_ADJUSTED
    labels = list(named.values())
    return {name: label if labels.count(label) == 1 else f"{label} ({labels[:at + 1].count(label)})"
            for at, (name, label) in enumerate(named.items())}


def _row(label: str, year: int, value: float, order: int) -> dict[str, Any]:
    return {"part": label, "year": str(year), "value": value, "shown": short_money(value), "order": order,
            "sentence": f"{label} {year}: {money(value)}"}


@cache
def _spec(theme: str, parts: tuple[str, ...]) -> Spec:
    """Bars for the years, stacked from the parts in their order."""
    palette = PARTS[theme]
    colours = [*(palette[at % len(palette)] for at in range(len(parts) - 1)), LEFT[theme]]
    axis = {"labelColor": INK[theme], "titleColor": INK[theme], "gridColor": GRID[theme], "domainColor": GRID[theme],
            "tickColor": GRID[theme], "labelFontSize": 12, "titleFontSize": 12}
    millions = "replace(format(datum.value / 1e6, '$,.1f'), '$-', '−$') + ' M'"
    return {
        "height": 300 + 12 * len(parts),
        "mark": {"type": "bar", "size": 54, "cornerRadius": 1, "stroke": INK[theme], "strokeWidth": 0.4},
        "encoding": {
            "x": {"field": "year", "type": "ordinal", "title": None, "axis": {**axis, "labelAngle": 0}},
            "y": {"field": "value", "type": "quantitative", "stack": "zero",
                  "axis": {**axis, "title": "dollars a year, millions", "tickCount": 6, "labelExpr": millions}},
            "color": {"field": "part", "type": "nominal", "scale": {"domain": list(parts), "range": colours},
                      "legend": {"title": None, "orient": "bottom", "columns": 2, "labelColor": INK[theme], "labelLimit": 420}},
            "order": {"field": "order", "type": "quantitative"},
            "tooltip": [{"field": "part", "title": "Part"}, {"field": "year", "title": "Year"},
                        {"field": "shown", "title": "Amount"}],
            "description": {"field": "sentence", "type": "nominal"},
        },
        "config": {"view": {"stroke": None}, "background": "transparent"},
    }
