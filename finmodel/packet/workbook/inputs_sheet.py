"""The sheet of everything a reader may change: agreed beside actual, with limits, status and source."""

from collections.abc import Sequence

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from finmodel.assumptions.words import capitalized, describe, in_words
from finmodel.contracts.proposal import Proposal
from finmodel.explain import cite
from finmodel.format import typed, unit_in_words
from finmodel.packet.workbook.layout import ACTUAL, AGREED, INPUTS, Layout, Place, name_of
from finmodel.packet.workbook.placing import Entry
from finmodel.packet.workbook.styles import QUIET, Styles, height, prepared, printed_readably
from finmodel.packet.workbook.trace import Trace

HEAD = 12
COLUMNS = (("Assumption", 66), ("From", 11), ("Unit", 20), ("Agreed", 14), ("Actual", 14), ("Lowest", 11), ("Highest", 13),
           ("Status", 12), ("As of", 11), ("Source", 30), ("Name in formulas", 60), ("Note", 60))
PRINTED = 8
AGREED_COLUMN, ACTUAL_COLUMN = 3, 4
HOW = (
    "Type over any shaded cell. Actual follows Agreed until something is typed over it; clear nothing, type numbers.",
    "Agreed: what both sides sign. Actual: what then happens. Only what the contract ties to actuals moves with Actual.",
    "A number may not lie outside its lowest and highest value. Shares run from 0 % to 100 %.",
)
LOCKED = "Locked: confidential amounts stand on it, and these are fixed in this workbook."
LARGEST_SHOWN = 1e9


def place_entries(layout: Layout) -> list[tuple[int, str | Entry]]:
    """The rows of the sheet: a heading for each part of the practice, of the proposals and of what they are compared with."""
    used = layout.trace.entries_used()
    rows: list[tuple[int, str | Entry]] = []
    row, section = HEAD + 1, ""
    for name, entry in layout.trace.entries.items():
        if name not in used:
            continue
        heading = _section(entry.path, layout.trace)
        if heading != section:
            row += bool(rows)
            rows.append((row, heading))
            row, section = row + 1, heading
        for reading, column in ((AGREED, AGREED_COLUMN), (ACTUAL, ACTUAL_COLUMN)):
            layout.places[reading][name] = Place(INPUTS, row, column, name_of(f"{reading}{name}"), is_entry=True)
        rows.append((row, entry))
        row += 1
    return rows


def write_inputs(sheet: Worksheet, styles: Styles, layout: Layout, rows: Sequence[tuple[int, str | Entry]]) -> None:
    """Every entry with both columns, then nothing: what is fixed is said above them."""
    prepared(sheet, styles, "Inputs", "Everything that may be changed, with where it comes from", head=HEAD, columns=1)
    for column, (text, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(HEAD, column, text, styles.header("right" if 3 <= column <= 6 else "left"))
    end = max((row for row, _ in rows), default=HEAD)
    sheet.print_area(0, 0, end, PRINTED - 1)
    widths = [width for _, width in COLUMNS[:PRINTED]]
    printed_readably(sheet, widths, repeated=1)
    sheet.ignore_errors({"formula_unlocked": xl_range(HEAD, AGREED_COLUMN, end, ACTUAL_COLUMN)})
    for row, text in enumerate((*HOW, *_fixed(layout.trace)), 3):
        said = styles.of(font_color=QUIET, text_wrap=True)
        sheet.merge_range(row, 0, row, PRINTED - 1, "", said)
        sheet.write_string(row, 0, text, said)
        sheet.set_row(row, height(text, sum(widths)))
    for row, item in rows:
        if isinstance(item, str):
            for column in range(len(COLUMNS)):
                sheet.write_blank(row, column, None, styles.heading)
            sheet.write_string(row, 0, item, styles.heading)
        else:
            _write_entry(sheet, styles, layout, row, item)


def _write_entry(sheet: Worksheet, styles: Styles, layout: Layout, row: int, entry: Entry) -> None:
    quantity, trace = entry.quantity, layout.trace
    is_open = entry.editable and entry.name not in trace.locked
    shown = styles.entry(quantity.unit) if is_open else styles.number(quantity.unit)
    sheet.write_string(row, 0, words_of(entry, trace), styles.of(indent=1))
    sheet.write_string(row, 1, str(entry.since or ""), styles.quiet)
    dollars = "$ " if quantity.unit.startswith("USD") else "share " if quantity.unit.startswith("share") else ""
    sheet.write_string(row, 2, f"{dollars}{unit_in_words(quantity.unit)}".strip(), styles.quiet)
    sheet.write_number(row, AGREED_COLUMN, entry.value, shown)
    agreed = xl_rowcol_to_cell(row, AGREED_COLUMN)
    sheet.write_formula(row, ACTUAL_COLUMN, f"={agreed}", shown, entry.value)
    if is_open:
        for column, limit in ((5, entry.lowest), (6, entry.highest)):
            if abs(limit) < LARGEST_SHOWN:
                sheet.write_number(row, column, limit, styles.number(quantity.unit, font_color=QUIET))
        limits = quantity.limits
        sheet.data_validation(row, AGREED_COLUMN, row, ACTUAL_COLUMN, {
            "validate": "integer" if limits and limits.integer else "decimal", "criteria": "between",
            "minimum": entry.lowest, "maximum": entry.highest, "error_title": "Outside its limits",
            "error_message": f"From {typed(entry.lowest, quantity.unit)} to {typed(entry.highest, quantity.unit)}, please."})
    year = entry.since if isinstance(entry.since, int) else trace.result.years[0]
    assumptions = trace.result.assumptions[0]
    citation = cite(entry.path, quantity, year, {}, assumptions.changed.get(entry.path))
    sheet.write_string(row, 7, citation.status, styles.of(font_color=QUIET, indent=1))
    sheet.write_string(row, 8, str(quantity.as_of or ""), styles.quiet)
    sheet.write_string(row, 9, quantity.source or "", styles.quiet)
    sheet.write_string(row, 10, layout.places[ACTUAL][entry.name].name, styles.quiet)
    sheet.write_string(row, 11, LOCKED if entry.name in trace.locked else quantity.note or "", styles.quiet)


def words_of(entry: Entry, trace: Trace) -> str:
    """What an entry is called."""
    assumptions = trace.result.assumptions[0]
    section, *keys = entry.path.split(".")
    if section == "proposals":
        return _term_words(assumptions.proposals[keys[0]], keys[1:])
    if section == "alternatives":
        return f"{assumptions.alternatives[keys[0]].label}: {in_words(keys[-1])}"
    if section == "benchmarks":
        return f"{assumptions.benchmarks[keys[0]].label}: {in_words('_'.join(keys[1:]))}"
    return describe(entry.path, assumptions.practice)


def _term_words(proposal: Proposal, keys: Sequence[str]) -> str:
    """The clause that a term is of, by what the proposal calls it, and what the clause calls the term."""
    clauses = sorted(proposal.clauses(), key=lambda found: -len(found[0]))
    where = ".".join(keys)
    path, clause = next(((path, clause) for path, clause in clauses if where.startswith(f"{path}.")), ("", None))
    if clause is None:
        return capitalized(", ".join(in_words(key) for key in keys))
    term, *rest = where.removeprefix(f"{path}.").split(".")
    found = type(clause).terms().get(term)
    titles = [str(getattr(one, "label", None) or getattr(type(one), "title", "")) for owner, one in reversed(clauses)
              if f"{path}.".startswith(f"{owner}.")]
    name = found[1].label if found else capitalized(in_words(term))
    return f"{', '.join(titles)}: {', '.join([name, *(in_words(key) for key in rest)])}"


def _section(path: str, trace: Trace) -> str:
    assumptions = trace.result.assumptions[0]
    section, *keys = path.split(".")
    if section == "proposals":
        return assumptions.proposals[keys[0]].name
    return {"alternatives": "What the hospital could do instead", "benchmarks": "Benchmark tables (fixed in this workbook)",
            "medicare_rules": "Medicare's rules", "actuals": "Last year's accounts"}.get(section, capitalized(in_words(section)))


def _fixed(trace: Trace) -> list[str]:
    """What cannot be changed in the workbook, in words."""
    assumptions = trace.result.assumptions[0]
    practice, years = assumptions.practice, trace.result.years
    terms = "".join(f" '{one.name}' runs {one.years} years from {one.starts}." for one in assumptions.proposals.values())
    locked = trace.locked & trace.entries_used()
    return [
        *([f"Not shaded and locked, because confidential amounts that are fixed here stand on it: "
           f"{'; '.join(words_of(trace.entries[name], trace) for name in sorted(locked))}."] if locked else []),
        f"Fixed here: the years {years[0]} to {years[-1]}, the rows of every table, who belongs to which category, dates of "
        f"hires and leavers, switches and choices. Model and the proposals' sheets show them as grey numbers.",
        f"Work RVUs are given in the fee schedule of {practice.work_rvu_schedule_year}.{terms}",
        "To change what is fixed, change the practice or the proposal in finmodel and write the workbook anew.",
    ]
