"""Which block stands on which sheet, in which order and under which heading."""

from collections.abc import Iterable, Iterator

from finmodel.analysis.placement import part_behind
from finmodel.assumptions.words import capitalized, in_words
from finmodel.contracts.wiring import BUDGET, budgeted
from finmodel.model import GROUPS
from finmodel.packet.workbook.layout import (
    ACTUAL,
    AGREED,
    AGREED_MODEL,
    CHECKS,
    FIRST_YEAR,
    MASTER_ROW,
    MODEL,
    Heading,
    Layout,
    Place,
    YearSheet,
    name_of,
    sheet_name,
)
from finmodel.packet.workbook.trace import Block, Trace

SUPPORT, SELECTIONS, AS_AGREED = "Support", "Selections", "As agreed"
SECTIONS = ("Volume", "Revenue", "Staffing", "Provider expense", "Operating expense", SUPPORT, SELECTIONS, AS_AGREED)
OUTCOME, CLAUSES = "What it comes to", "Clauses, line by line"
BY_MODULE = {"outcome": OUTCOME, "ledgers": "Who pays whom, and when", "alternatives": "What the hospital could do instead"}
PARTS = (OUTCOME, CLAUSES, *list(BY_MODULE.values())[1:], AS_AGREED)
HEADLINES = ("work_rvus", "radiologist_fte", "total_revenue", "total_expense", "support_deficit", "support_deficit_per_fte")
RESERVED = ("History", "Summary", "Inputs", MODEL, AGREED_MODEL, "Sensitivity", CHECKS, "Sources")


def arranged(trace: Trace) -> Layout:
    """Every block on its sheet; what the budget stands on, and the headlines, once more as they were agreed."""
    sheets = {MODEL: YearSheet(MODEL, "The model, line by line", ACTUAL)}
    for key, proposal in trace.result.assumptions[0].proposals.items():
        name = sheet_name(proposal.name, [*RESERVED, *(one.name for one in sheets.values())])
        sheets[key] = YearSheet(name, proposal.name, ACTUAL)
    sheets[AGREED_MODEL] = YearSheet(AGREED_MODEL, "The model as agreed at signing", AGREED)
    sheets[CHECKS] = YearSheet(CHECKS, "Integrity checks", ACTUAL, top=MASTER_ROW + 3)
    layout = Layout(trace, sheets, {ACTUAL: {}, AGREED: {}})
    agreed = part_behind(trace.graph, [*budgeted(trace.graph.order), *(name for name in HEADLINES if name in trace.graph.lines)])
    fixed = {block.name for block in trace.blocks.values() if block.is_fixed}
    laid_as_agreed = {*agreed.lines, *agreed.inputs} - fixed
    for key, sheet in sheets.items():
        is_agreed = key == AGREED_MODEL
        for heading, blocks in _sections(trace, key):
            chosen = [block for block in blocks if not is_agreed or (_base(block) in laid_as_agreed and not block.is_fixed)]
            if chosen:
                sheet.add(Heading(heading))
            for block in chosen:
                name = "" if len(block.rows) > 1 or block.years == 1 else name_of(f"{sheet.reading}{block.name}")
                layout.places[sheet.reading][block.name] = Place(sheet.name, sheet.add(block), FIRST_YEAR, name)
    return layout


def _base(block: Block) -> str:
    """The line or input that a block belongs to."""
    return block.line.name if block.line else block.name


def _sections(trace: Trace, sheet: str) -> Iterator[tuple[str, list[Block]]]:
    """The headings of a sheet with their blocks; of the model as agreed, those of all sheets before it."""
    if sheet == CHECKS:
        checks = [name for name, one in trace.graph.lines.items() if one.unit == "check"]
        yield CHECKS, [trace.blocks[name] for name in checks]
        yield "What the checks count", [block for block in _with_helpers(trace, checks) if block.name not in trace.graph.lines]
        return
    proposals = trace.result.assumptions[0].proposals
    for one in ([MODEL, *proposals] if sheet == AGREED_MODEL else [sheet]):
        title = "" if one == MODEL or sheet != AGREED_MODEL else f"{proposals[one].name}: "
        inputs = [block for block in trace.blocks.values() if block.line is None and _sheet_of(block.name, proposals) == one]
        lines = [name for name, line in trace.graph.lines.items() if line.unit != "check" and _sheet_of(name, proposals) == one]
        section, order = (_section, SECTIONS) if one == MODEL else (_part, PARTS)
        for heading in order:
            yield title + heading, list(_with_helpers(trace, (name for name in lines if section(trace, name) == heading)))
        yield f"{title}Inputs by year", [block for block in inputs if not block.is_fixed]
        yield f"{title}Fixed in this workbook: dates, switches, what is in scope", [block for block in inputs if block.is_fixed]


def _section(trace: Trace, name: str) -> str:
    """The heading of a line of the practice: the module it is written in, the group of an item, or what it is made of."""
    line = trace.graph.lines[name]
    if name.startswith(BUDGET):
        return AS_AGREED
    if name.startswith("selection_"):
        return SELECTIONS
    group = line.group or name.removeprefix("total_")
    module = line.function.__module__.rpartition(".")[2]
    found = capitalized(in_words(group if group in GROUPS else module))
    return found if found in SECTIONS else SUPPORT


def _part(trace: Trace, name: str) -> str:
    """The heading of a line of a proposal: what it comes to, its clauses, its ledgers, or the hospital's alternatives."""
    key = _sheet_of(name, trace.result.assumptions[0].proposals)
    if name.startswith(BUDGET):
        return AS_AGREED
    if name.removeprefix(f"{key}__") in trace.result.assumptions[0].proposals[key].active_mechanisms:
        return OUTCOME
    return BY_MODULE.get(trace.graph.lines[name].function.__module__.rpartition(".")[2], CLAUSES)


def _with_helpers(trace: Trace, names: Iterable[str]) -> Iterator[Block]:
    """The blocks of lines, each followed by what is kept for it in rows of their own."""
    for name in names:
        yield trace.blocks[name]
        yield from (trace.blocks[helper] for helper in trace.helpers.get(name, ()) if helper in trace.blocks)


def _sheet_of(name: str, proposals: Iterable[str]) -> str:
    """The proposal that a line or input belongs to, the practice's model otherwise."""
    bare = name.removeprefix(BUDGET)
    return next((key for key in sorted(proposals, key=len, reverse=True) if bare.startswith(f"{key}__")), MODEL)
