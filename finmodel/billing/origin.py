"""What the numbers of a practice made of exports are traced to, and its volumes, small cells put together."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from finmodel.assumptions.quantity import Quantity, Status, Unit
from finmodel.billing.disclosure import is_small, to_fold

OTHER_LINES, OTHER_SITES = "other_lines", "Other sites"
Volumes = dict[str, dict[str, dict[str, tuple[float, float]]]]


@dataclass(frozen=True)
class Origin:
    """What the numbers of the practice are traced to."""

    name: str
    files: str
    year: int
    months: int
    sites: Mapping[int | None, str]

    @property
    def to_a_year(self) -> float:
        """What a part of a year is multiplied with."""
        return 12 / self.months

    def note(self, figure: str) -> str:
        """Which figure of which files a number is."""
        part = "" if self.months == 12 else f" in {self.months} months, × 12 ÷ {self.months}"
        return f"{self.files}: {figure} of {self.year}{part}"[:400]

    def counted(self, value: float, unit: Unit, figure: str) -> Quantity:
        """A number counted in the export; one of a part of a year scaled up is somebody's judgment."""
        status: Status = "client" if self.months == 12 else "judgment"
        return Quantity(value=value, unit=unit, status=status, note=self.note(figure), as_of=datetime.date(self.year, 12, 31))


def together(counted: list[dict[str, Any]], behind: Mapping[tuple[Any, ...], float], origin: Origin) -> Volumes:
    """Exams and work RVUs by site, setting and line, small cells put together within their setting, small sites with another."""
    patients = {(row["site"], row["setting"], row["line"]):
                behind.get((row["site"], row["setting"], row["line"]), row["services"]) for row in counted}
    of_setting: dict[tuple[Any, ...], float] = {}
    for (site, setting, _), count in patients.items():
        of_setting[site, setting] = max(of_setting.get((site, setting), 0.0), count)
    weakest = {site: min(count for (one, _), count in of_setting.items() if one == site) for site, _ in of_setting}
    folded_sites = to_fold(weakest)
    found: Volumes = {}
    merged: dict[tuple[Any, ...], float] = {}
    for row in counted:
        site = OTHER_SITES if row["site"] in folded_sites else row["site"]
        lines = found.setdefault(site, {}).setdefault(row["setting"], {})
        exams, work = lines.get(row["line"], (0.0, 0.0))
        lines[row["line"]] = (exams + row["exams"] * origin.to_a_year, work + row["work_rvus"] * origin.to_a_year)
        cell = (site, row["setting"], row["line"])
        merged[cell] = max(merged.get(cell, 0.0), patients[row["site"], row["setting"], row["line"]])
    for site, settings in found.items():
        for setting, lines in list(settings.items()):
            counts = {line: merged[site, setting, line] for line in lines}
            together = to_fold(counts)
            if together == set(counts) and all(is_small(count) for count in counts.values()):
                del settings[setting]
            elif together:
                sums = [lines.pop(line) for line in sorted(together)]
                lines[OTHER_LINES] = (sum(one[0] for one in sums), sum(one[1] for one in sums))
    return found
