"""That the workbook, recalculated by another program, gives what the engine gives, whichever input is changed."""

import dataclasses
import datetime
import math

import numpy as np
from xlsxwriter.utility import xl_rowcol_to_cell

from finmodel import assume, changed, evaluate, load_practice
from finmodel.analysis.examples import example_on
from finmodel.assumptions import load_sources, names
from finmodel.contracts.files import load_proposal, proposal_of
from finmodel.format import NOT_AVAILABLE
from finmodel.packet.policy import Policy, projected
from finmodel.packet.workbook import write_workbook
from finmodel.packet.workbook.arrange import arranged
from finmodel.packet.workbook.inputs_sheet import place_entries
from finmodel.packet.workbook.layout import ACTUAL, AGREED, FIRST_YEAR, MASTER_ROW
from finmodel.packet.workbook.shown import traced
from tests.contracts import agreed, given, proposal
from tests.spreadsheet import number, recalculated, typed_over
from tests.test_aggregate_mechanisms import EVERY as AGGREGATE
from tests.test_modifiers import EVERY as MODIFIED
from tests.test_modifiers import modified
from tests.test_piecemeal_mechanisms import EVERY as PIECEMEAL

INPUTS_SHEET = 2
CENT = 0.01
# How many changes of each practice that ships are tried, under all proposals that ship.
CHANGES = {"sample": 26, "community": 12, "multi_hospital": 12}
# Lines of a proposal that are the same whatever its clauses are.
SAME_FOR_ALL = ("__alternative_", "_by_month")
# Inputs that reach the arrays by arithmetic of their own, so that they are among the changes whatever is drawn.
ALWAYS = ("medicare_rules.efficiency_adjustment.2026", "medicare_rules.conversion_factor.2026.01.01", "benchmark.percentile")


class Written:
    """A practice with proposals, its workbook, and where everything stands in it."""

    def __init__(self, name, folder, assumptions, without=(), shared=None):
        self.name, self.path, self.assumptions = name, folder / f"{name}.xlsx", assumptions
        self.result = evaluate(self.assumptions)
        shown = shared and projected(self.result, shared)
        hidden = [line for line in self.result.graph.lines if any(part in line for part in without)]
        lines = shown.graph.lines if shown else self.result.graph.lines.keys() - set(hidden)
        paths = shown and shown.assumptions[0].by_path
        self.layout = arranged(traced(self.result, lines, paths, hidden))
        place_entries(self.layout)
        write_workbook(self.path, self.result, load_sources(), lines, paths, kept_back=hidden, title="Workbook",
                       made=datetime.date(2026, 11, 29))

    def changed(self, changes):
        """The run with other numbers in some entries."""
        by_path = dict(self.assumptions)
        for name, value in changes.items():
            entry = self.layout.trace.entries[name]
            before = by_path[entry.path]
            field = "by_year" if before.by_year else "by_date" if before.by_date else "value"
            after = {**before.by_year, entry.since: value} if before.by_year else value
            after = {**before.by_date, entry.since: value} if before.by_date else after
            by_path[entry.path] = before.model_copy(update={field: after})
        return evaluate(dataclasses.replace(self.assumptions, by_path=by_path))

    def actual_after(self, changes):
        """The run of the changed practice under the contract that was agreed before."""
        return evaluate(self.changed(changes).assumptions[0], budget=self.result)

    def type_over(self, target, changes, reading):
        cells = {}
        for name, value in changes.items():
            place = self.layout.places[reading][name]
            cells[xl_rowcol_to_cell(place.row, place.column)] = value
        typed_over(self.path, target, INPUTS_SHEET, cells)

    def differences(self, sheets, reading, result):
        """The cells that are not what the engine gives, and how many were compared."""
        wrong, compared = [], 0
        for name, place in self.layout.places[reading].items():
            if place.is_entry or name not in result.values or name in self.layout.trace.still:
                continue
            values = np.asarray(result.values[name])
            for row, year in np.ndindex(values.shape[:2]):
                cell = sheets[place.sheet][place.row + row][place.column + year]
                expected = values[row, year, 0].item()
                compared += 1
                if isinstance(expected, bool) or math.isnan(expected):
                    same = cell == (NOT_AVAILABLE if expected != expected else str(expected).upper())
                else:
                    same = cell not in {"", NOT_AVAILABLE} and abs(number(cell) - expected) < CENT
                if not same:
                    wrong.append((name, row, year, cell, expected))
        return wrong, compared


def with_every_proposal(practice):
    """A practice that ships, with the proposals that ship as they fit it."""
    run = evaluate(assume(load_practice(practice)))
    return assume(load_practice(practice), proposals={name: proposal_of(example_on(run, name).document, name)
                                                      for name in names("proposals")})


def drawn(written, count, draw):
    """As many changes of one entry each, within its limits."""
    used = written.layout.trace.entries_used()
    editable = sorted(name for name in used if written.layout.trace.entries[name].editable)
    first = [name for name in ALWAYS if name in editable]
    for name in (*first, *draw.choice(editable, count - len(first), replace=False).tolist()):
        entry = written.layout.trace.entries[name]
        value = entry.value * draw.uniform(0.7, 1.3) if entry.value else draw.uniform(0.01, 0.05)
        limits = entry.quantity.limits
        value = round(value) if limits and limits.integer else value
        yield name, min(max(value, entry.lowest), entry.highest)


def test_a_changed_input_gives_in_the_workbook_what_it_gives_in_the_engine(tmp_path):
    draw = np.random.default_rng(20261129)
    cases = {}
    for name in names("practices"):
        written = Written(name, tmp_path, with_every_proposal(name))
        cases[name] = (written, {}, AGREED)
        for position, (entry, value) in enumerate(drawn(written, CHANGES[name], draw)):
            cases[f"{name}_{position}"] = (written, {entry: value}, (AGREED, ACTUAL)[position % 2])
    community = cases["community"][0]
    nothing_read = {name: 0.0 for name in community.layout.trace.entries if name.endswith(".base_exams")}
    cases["community_nothing"] = (community, nothing_read, AGREED)
    for stem, (written, changes, reading) in cases.items():
        if changes:
            written.type_over(tmp_path / f"{stem}.xlsx", changes, reading)
    found = recalculated(tmp_path, [tmp_path / f"{stem}.xlsx" for stem in cases])

    recomputed = 0
    for stem, (written, changes, reading) in cases.items():
        after = written.changed(changes)
        runs = (after, after) if reading == AGREED else (written.result, written.actual_after(changes))
        for of, result in zip((AGREED, ACTUAL), runs, strict=True):
            wrong, compared = written.differences(found[stem], of, result)
            assert not wrong, (stem, changes, of, wrong[:5])
            assert compared > 1_000
        recomputed += bool(changes) and bool(written.differences(found[stem], ACTUAL, written.result)[0])
    assert len(cases) == 50 + len(CHANGES) + 1
    # A program that trusted the values in the file would have shown none of the changes.
    assert recomputed >= 45
    deficit = community.layout.places[ACTUAL]["support_deficit"]
    assert found["community_nothing"][deficit.sheet][deficit.row][deficit.column] == NOT_AVAILABLE


def test_every_clause_of_a_contract_is_recalculated_as_the_engine_computes_it(tmp_path):
    """Six proposals of one clause each stand in a workbook; a line that is given instead of computed is in the first."""
    texts = [*AGGREGATE.values(), *(modified(*one) for one in MODIFIED.values()), *PIECEMEAL.values()]
    written = []
    for first in range(0, len(texts), 6):
        assumptions = agreed(*(proposal(text) for text in texts[first:first + 6]))
        change = given(2027, other_professional_revenue=1_000_000) if first == 0 else []
        written.append(Written(f"clauses{first}", tmp_path, changed(assumptions, change, "given"), without=SAME_FOR_ALL))
    found = recalculated(tmp_path, [one.path for one in written])
    for one in written:
        for reading in (AGREED, ACTUAL):
            wrong, _ = one.differences(found[one.name], reading, one.result)
            assert not wrong, (one.name, reading, wrong[:5])


def test_the_hospitals_workbook_recomputes_what_it_is_asked_for(tmp_path):
    """Pay of the people is withheld: it stands in one fixed amount a year, and all that is shared moves what is asked for."""
    practice = load_practice("sample").model_copy(update={"horizon_years": 2})
    proposals = dict(load_proposal(one) for one in ("cost_basis", "piecemeal"))
    written = Written("hospital", tmp_path, assume(practice, proposals=proposals), shared=Policy())
    changes = {"payers.commercial.collected_per_work_rvu": 95.0, "shortfall.locums_price_per_day": 4_000.0,
               "volumes.client_hospital.emergency.ct.base_exams": 40_000.0}
    readings = {"hospital_agreed": AGREED, "hospital_actual": ACTUAL}
    for stem, reading in readings.items():
        written.type_over(tmp_path / f"{stem}.xlsx", changes, reading)
    found = recalculated(tmp_path, [tmp_path / f"{stem}.xlsx" for stem in readings])

    trace, after = written.layout.trace, written.changed(changes)
    runs = {"hospital_agreed": (after, after), "hospital_actual": (written.result, written.actual_after(changes))}
    for stem, (as_agreed, actual) in runs.items():
        for reading, result in ((AGREED, as_agreed), (ACTUAL, actual)):
            wrong, compared = written.differences(found[stem], reading, result)
            assert not wrong, (stem, reading, wrong[:5])
            assert compared > 200
        assert found[stem]["Checks"][MASTER_ROW][FIRST_YEAR] == "TRUE"
    # What the contract pays moves with what is shared, in full; of the other proposal two parts stand on pay and stay.
    for name in ("support_deficit", "cost_basis__total", "cost_basis__most_owed"):
        assert name not in trace.still
        assert abs(after[name][0, 1, 0] - written.result[name][0, 1, 0]) > 10_000
    assert {"piecemeal__interventional_service", "piecemeal__advanced_practice_providers", "piecemeal__total"} <= trace.still
    # Whatever may be typed moves something, and what confidential amounts stand on may not be typed.
    assert trace.locked & trace.entries_used() == {"inflation.benefits_trend"}
    told = [row[0] for row in found["hospital_agreed"]["Summary"] if row[0]]
    assert any("here these are Radiologist FTE; Interventional service line; Nurse" in one for one in told)
    assert not any("Every number on this page is a formula" in one for one in told)
