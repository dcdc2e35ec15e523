"""What the most that the hospital can owe counts of rises that are expected and not agreed."""

import math

from finmodel.analysis.greatest_rise import most_at_the_greatest_rise, rises_without_end
from finmodel.format import short_money
from finmodel.ui.run import Session


def rises_in_words(run: Session, key: str, year: int) -> str:
    """What the most counts of rises that are not agreed to the percent; empty where all are."""
    assumptions = run.result.assumptions[run.shown]
    greatest = most_at_the_greatest_rise(assumptions, key).get(year, math.nan)
    expected = run.result.series(f"{key}__most_owed", run.shown)[run.result.years.index(year)]
    told = []
    if math.isfinite(greatest) and greatest > expected + 0.5:
        told.append(f"With the greatest rise that the collar allows it would be {short_money(greatest)} in {year}.")
    if rises_without_end(assumptions.proposals[key]):
        told.append("Amounts that follow pay or the conversion factor may rise further; nothing is agreed on how far.")
    return " ".join(["The most counts rises as they are expected.", *told]) if told else ""
