"""The live workbook: the lines of a run as spreadsheet formulas over cells that a reader may change.

The lines are run once more, on arrays whose cells record what is done to them (``cells``, ``trace``), from assumptions placed on
cells (``placing``); what was recorded is written as formulas (``formulas``), laid twice, as agreed and actual (``layout``).
"""

import datetime
from collections.abc import Collection, Mapping
from pathlib import Path

from finmodel.assumptions import Source
from finmodel.model import Result


def write_workbook(path: Path, result: Result, sources: Mapping[str, Source], lines: Collection[str] | None = None, *, title: str,
                   made: datetime.date) -> None:
    """Write one .xlsx of a run that recomputes itself when an input is changed.

    Args:
        path: Where to write.
        result: The run of a practice with its proposals that is its own budget, as ``evaluate(assumptions)`` gives it; of several
            cases, the first is written.
        sources: Every source to list, by key.
        lines: The lines the reader may see; the workbook holds these and what they stand on, and no other line, input or name.
            All lines where None.
        title: What stands at the top of the first sheet and in the properties of the file.
        made: The date that the file says it was written on.
    """
    from finmodel.packet.workbook.writing import write

    write(path, result, sources, lines, title=title, made=made)
