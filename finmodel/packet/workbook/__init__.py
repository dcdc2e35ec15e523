"""The live workbook: the lines of a run as spreadsheet formulas over cells that a reader may change."""
