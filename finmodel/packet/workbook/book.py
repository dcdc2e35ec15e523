"""A workbook in whose texts there is nothing that nobody sees."""

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from finmodel.packet.lettering import seen


class Sheet(Worksheet):  # type: ignore[misc]
    """A sheet that writes what can be seen of a text."""

    def write_string(self, row: int, column: int, text: str, *shown: Any) -> Any:
        """Write a text into a cell."""
        return super().write_string(row, column, seen(text), *shown)


class Book(Workbook):  # type: ignore[misc]
    """A workbook of such sheets."""

    worksheet_class = Sheet
