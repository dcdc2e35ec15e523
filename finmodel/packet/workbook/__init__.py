"""The live workbook: the lines of a run as spreadsheet formulas over cells that a reader may change.

The lines are run once more, on arrays whose cells record what is done to them (``cells``, ``trace``), from assumptions placed on
cells (``placing``); what was recorded is written as formulas (``formulas``), laid twice, as agreed and actual (``layout``).
"""

import datetime
from collections.abc import Collection, Mapping
from pathlib import Path

from finmodel.assumptions import Source
from finmodel.model import Result


def write_workbook(path: Path, result: Result, sources: Mapping[str, Source], lines: Collection[str] | None = None,
                   paths: Collection[str] | None = None, *, kept_back: Collection[str] = (), title: str,
                   made: datetime.date) -> None:
    """Write one .xlsx of a run that recomputes itself when an input is changed.

    Args:
        path: Where to write.
        result: The whole run of a practice with its proposals that is its own budget, as ``evaluate(assumptions)`` gives it; of
            several cases, the first is written.
        sources: Every source to list, by key.
        lines: The lines that the reader may see, by name; all where None. What follows from these alone is there too where one of
            them needs it. The part of a line that stands on anything else is an amount of its own, where that gives nothing away,
            else the line is the number that finmodel computed.
        paths: The assumptions that the reader may see and change, by path; all where None.
        kept_back: Lines that are not in the file though they follow from what is.
        title: What stands at the top of the first sheet and in the properties of the file.
        made: The date that the file says it was written on.
    """
    from finmodel.packet.workbook.shown import traced
    from finmodel.packet.workbook.writing import write

    whole = result.assumptions[0]
    write(path, sources, traced(result, lines, paths, kept_back), [whole[one] for one in (whole if paths is None else paths)],
          title=title, made=made)
