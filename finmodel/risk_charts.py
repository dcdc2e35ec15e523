"""Charts of what is uncertain: the fan of the deficit, how often what is paid, what moves a number most, and a map of two."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from finmodel.analysis.heat_map import HeatMap
from finmodel.analysis.uncertainty.outlook import Bins, Outlook
from finmodel.charts import COLOURS, GRID, INK, Chart, Spec, step_spec, steps
from finmodel.format import money, percent, short_money
from finmodel.proposal_charts import PARTS

DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [4, 2, 1, 2])
MIDDLE, HALF, NINE_OF_TEN = "Half of all futures below", "Half of all futures between", "Nine of ten futures between"
AS_BUDGETED = "As budgeted"
QUIET: Spec = {"view": {"stroke": None}, "background": "transparent"}


def fan(found: Outlook, theme: str) -> Chart:
    """The deficit over the years: as budgeted, in the middle, and the ranges of half and of nine in ten futures."""
    rows = []
    for at, year in enumerate(found.years):
        low, quarter, middle, three_quarters, high = (found.fan[share][at] for share in (5, 25, 50, 75, 95))
        sentence = (f"{year}: half of all futures below {money(middle)}, nine of ten from {money(low)} to {money(high)}, "
                    f"budgeted {money(found.expected[at])}")
        rows.append({"year": str(year), "low": low, "quarter": quarter, "middle": middle, "three_quarters": three_quarters,
                     "high": high, "expected": found.expected[at], "range": f"{short_money(low)} to {short_money(high)}",
                     "shown": short_money(middle), "budgeted": short_money(found.expected[at]), "sentence": sentence})
    return Chart(_fan_spec(theme), rows, _told("The support deficit by year in all futures", rows))


def distributions(title: str, bins: Mapping[str, Bins], told: Mapping[str, str], theme: str) -> Chart:
    """How often a result lies where, one outline for each proposal; ``told`` says each in a sentence."""
    rows = []
    for label, one in bins.items():
        rows += [{"series": label, "at": begin, "share": share, "shown": percent(share),
                  "between": f"{short_money(begin)} to {short_money(end)}"}
                 for begin, end, share in zip(one.edges[:-1], one.edges[1:], one.shares, strict=True)]
        rows.append({**rows[-1], "at": one.edges[-1], "share": 0.0})
    return Chart(_outline_spec(theme, tuple(bins)), rows, f"{title}. " + "; ".join(told.values()) + ".")


def tornado(rows: Sequence[tuple[str, float, float, float, str]], year: str, theme: str) -> Chart:
    """Bars from the line at the low to the line at the high of each input: label, at low, line, at high, what was moved."""
    data = []
    for label, at_low, line, at_high, moved in rows:
        for end, value in (("at its low", at_low), ("at its high", at_high)):
            data.append({"label": label, "end": end, "begin": line, "value": value, "shown": short_money(value), "moved": moved,
                         "sentence": f"{label} {end} ({moved}): {money(value)}"})
    return Chart(_tornado_spec(theme), data, _told(f"What moves the line of {year} most", data))


def heat_map(found: HeatMap, labels: tuple[str, str], percents: tuple[bool, bool], title: str, theme: str) -> Chart:
    """A line for every pair of values of two assumptions, with the values where it is zero drawn over it."""
    xs, ys = found.first_values, found.second_values
    # A little more than half of the way to the neighbour, so that no seam is left between the cells.
    half_x, half_y = ((ends[1] - ends[0]) * 0.52 for ends in (xs, ys))
    rows = [{"kind": "cell", "x": x - half_x, "x2": x + half_x, "y": y - half_y, "y2": y + half_y, "value": value,
             "shown": short_money(value)}
            for x, column in zip(xs, found.line, strict=True) for y, value in zip(ys, column, strict=True)]
    rows += [{"kind": "zero", "x": x, "y": y, "shown": "nothing"} for x, y in found.zeros]
    corners = "; ".join(f"{labels[0]} {_end(xs[i], percents[0])} and {labels[1]} {_end(ys[j], percents[1])}: "
                        f"{money(found.line[i][j])}" for i in (0, -1) for j in (0, -1))
    return Chart(_map_spec(theme, labels, percents, title), rows, f"{title} by two assumptions. {corners}.")


def bridge(rows: Sequence[tuple[str, float, bool]], title: str, theme: str) -> Chart:
    """From one total to another, step by step."""
    data = steps(rows)
    return Chart(step_spec(theme), data, _told(title, data))


def _end(value: float, is_share: bool) -> str:
    return percent(value) if is_share else f"{value:,.6g}"


def _told(title: str, rows: Sequence[dict[str, Any]]) -> str:
    return f"{title}. " + "; ".join(row["sentence"] for row in rows) + "."


def _axis(theme: str, **more: Any) -> Spec:
    return {"labelColor": INK[theme], "titleColor": INK[theme], "gridColor": GRID[theme], "domainColor": GRID[theme],
            "tickColor": GRID[theme], "labelFontSize": 12, "titleFontSize": 12, **more}


def _dollars(theme: str, title: str) -> Spec:
    return _axis(theme, title=title, tickCount=6, labelExpr="replace(format(datum.value / 1e6, '$,.1f'), '$-', '−$') + ' M'")


def _legend(theme: str, **more: Any) -> Spec:
    return {"title": None, "orient": "bottom", "columns": 1, "labelColor": INK[theme], "labelLimit": 420, "symbolOpacity": 1,
            **more}


@cache
def _fan_spec(theme: str) -> Spec:
    colour = COLOURS[theme][1]
    x = {"field": "year", "type": "ordinal", "title": None, "axis": _axis(theme, labelAngle=0), "scale": {"padding": 0.2}}
    value = {"type": "quantitative", "axis": _dollars(theme, "dollars a year, millions"), "scale": {"zero": False}}
    told = {"tooltip": [{"field": "year", "title": "Year"}, {"field": "shown", "title": MIDDLE},
                        {"field": "range", "title": NINE_OF_TEN}, {"field": "budgeted", "title": AS_BUDGETED}],
            "description": {"field": "sentence", "type": "nominal"}}
    kinds = [NINE_OF_TEN, HALF, MIDDLE, AS_BUDGETED]
    legend = {"type": "nominal", "scale": {"domain": kinds, "range": [f"{colour}44", f"{colour}88", colour, COLOURS[theme][2]]},
              "legend": _legend(theme, columns=2, symbolType="square")}

    def band(low: str, high: str, kind: str) -> Spec:
        return {"mark": {"type": "area", "interpolate": "monotone"},
                "encoding": {"x": x, "y": {"field": low, **value}, "y2": {"field": high},
                             "color": {"datum": kind, **legend}, **told}}

    def line(field: str, kind: str, **mark: Any) -> Spec:
        return {"mark": {"type": "line", "strokeWidth": 2.5, "point": {"size": 60}, **mark},
                "encoding": {"x": x, "y": {"field": field, **value}, "color": {"datum": kind, **legend}, **told}}

    return {"height": 320, "config": QUIET,
            "layer": [band("low", "high", NINE_OF_TEN), band("quarter", "three_quarters", HALF), line("middle", MIDDLE),
                      line("expected", AS_BUDGETED, strokeDash=[6, 3])]}


@cache
def _outline_spec(theme: str, series: tuple[str, ...]) -> Spec:
    one = {"field": "series", "type": "nominal", "legend": _legend(theme)}
    colour = {**one, "scale": {"domain": list(series), "range": list(PARTS[theme][:len(series)])}}
    base = {"x": {"field": "at", "type": "quantitative", "axis": _dollars(theme, "dollars a year, millions"),
                  "scale": {"zero": False, "nice": False}},
            "y": {"field": "share", "type": "quantitative", "stack": None,
                  "axis": _axis(theme, title="share of all futures", format=".0%", tickCount=4)},
            "color": colour,
            "tooltip": [{"field": "series", "title": "Proposal"}, {"field": "between", "title": "Dollars a year"},
                        {"field": "shown", "title": "Of all futures"}]}
    dash = {**one, "scale": {"domain": list(series), "range": [list(dashes) for dashes in DASHES[:len(series)]]}}
    return {"height": 240, "config": QUIET,
            "layer": [{"mark": {"type": "area", "interpolate": "step-after", "opacity": 0.25}, "encoding": base},
                      {"mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2},
                       "encoding": {**base, "strokeDash": dash}}]}


@cache
def _tornado_spec(theme: str) -> Spec:
    ends = ["at its low", "at its high"]
    names = {"field": "label", "type": "nominal", "sort": None, "title": None,
             "axis": _axis(theme, labelLimit=330, labelOverlap=False, ticks=False, domain=False)}
    colour = {"field": "end", "type": "nominal", "legend": _legend(theme, columns=2),
              "scale": {"domain": ends, "range": [COLOURS[theme][1], COLOURS[theme][2]]}}
    return {"height": {"step": 30}, "config": QUIET, "encoding": {"y": names},
            "layer": [{"mark": {"type": "bar", "height": 18, "cornerRadius": 2},
                       "encoding": {"x": {"field": "begin", "type": "quantitative", "scale": {"zero": False},
                                          "axis": _dollars(theme, "dollars a year, millions")},
                                    "x2": {"field": "value"}, "color": colour,
                                    "tooltip": [{"field": "label", "title": "Input"}, {"field": "end", "title": "Where"},
                                                {"field": "moved", "title": "Moved"}, {"field": "shown", "title": "Result"}],
                                    "description": {"field": "sentence", "type": "nominal"}}},
                      {"mark": {"type": "rule", "color": INK[theme], "strokeWidth": 1.5},
                       "encoding": {"x": {"aggregate": "min", "field": "begin", "type": "quantitative"}, "y": None}}]}


@cache
def _map_spec(theme: str, labels: tuple[str, str], percents: tuple[bool, bool], title: str) -> Spec:
    def axis(at: int) -> Spec:
        shown = {"format": ".1%"} if percents[at] else {}
        return _axis(theme, title=labels[at], tickCount=6, grid=False, titleLimit=400, **shown)

    x, y = ({"field": name, "type": "quantitative", "scale": {"zero": False, "nice": False}, "axis": axis(at)}
            for at, name in enumerate(("x", "y")))
    nothing = "#f4f6f8" if theme == "light" else "#26303c"
    money_scale = {"field": "value", "type": "quantitative", "title": title,
                   "scale": {"domainMid": 0, "interpolate": "rgb", "range": [COLOURS[theme][1], nothing, COLOURS[theme][2]]},
                   "legend": {"labelColor": INK[theme], "titleColor": INK[theme], "gradientLength": 260, "titleLimit": 160,
                              "labelExpr": "replace(format(datum.value / 1e6, '$,.0f'), '$-', '−$') + ' M'"}}
    return {"height": 420, "config": QUIET,
            "layer": [{"transform": [{"filter": "datum.kind == 'cell'"}], "mark": {"type": "rect"},
                       "encoding": {"x": x, "x2": {"field": "x2"}, "y": y, "y2": {"field": "y2"}, "color": money_scale,
                                    "tooltip": [{"field": "x", "title": labels[0], "format": ",.4~g"},
                                                {"field": "y", "title": labels[1], "format": ",.4~g"},
                                                {"field": "shown", "title": title}]}},
                      {"transform": [{"filter": "datum.kind == 'zero'"}],
                       "mark": {"type": "point", "filled": True, "size": 22, "color": INK[theme], "opacity": 1},
                       "encoding": {"x": x, "y": y}}]}
