"""What must hold for any numbers: scaling, direction, composition, and a batch that equals its single runs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finmodel import assemble_model, assume, changed, evaluate, load_practice
from finmodel.assumptions import Change, names

BASE = {name: assume(load_practice(name)) for name in names("practices")}
MODEL = assemble_model(BASE["sample"])
BEFORE = MODEL.run()
practices = st.sampled_from(sorted(BASE))
factors = st.floats(0.05, 20.0)


def scaled(factor, belongs):
    """The inputs whose unit belongs, times a factor."""
    placed = MODEL.run().placed.inputs
    return {name: one.array * factor for name, one in placed.items() if belongs(one.unit)}


def lines_with(belongs):
    return [name for name, one in BEFORE.graph.lines.items() if belongs(one.unit)]


@given(factors)
@settings(max_examples=25, deadline=None)
def test_all_prices_times_a_factor_are_all_dollars_times_that_factor(factor):
    after = MODEL.run(scaled(factor, lambda unit: unit.startswith("USD")))
    for name in BEFORE.graph.lines:
        expected = BEFORE[name] * (factor if BEFORE.graph.lines[name].unit.startswith("USD") else 1.0)
        np.testing.assert_allclose(after[name], expected, rtol=1e-9, atol=1e-6 * factor, err_msg=name)


@given(factors)
@settings(max_examples=25, deadline=None)
def test_a_practice_of_another_size_has_the_same_ratios(factor):
    sizes = {"exam/year", "read/year", "work RVU/year", "FTE", "USD/year", "count", "hour/week"}
    after = MODEL.run(scaled(factor, lambda unit: unit in sizes))
    for name in lines_with(lambda unit: unit in {"USD/year", "FTE", "work RVU/year", "exam/year"}):
        np.testing.assert_allclose(after[name], BEFORE[name] * factor, rtol=1e-9, atol=1e-6 * factor, err_msg=name)
    for name in lines_with(lambda unit: unit in {"USD/FTE/year", "USD/work RVU", "share", "work RVU/FTE/year"}):
        np.testing.assert_allclose(after[name], BEFORE[name], rtol=1e-9, atol=1e-6, err_msg=name)


DIRECTIONS = [
    # path, the line that must not move the other way when the number rises, and the way it goes
    ("medicare_rules.conversion_factor", "total_revenue", 1),
    ("payers.*.annual_trend", "total_revenue", 1),
    ("volumes.*.*.*.base_exams", "total_revenue", 1),
    ("volumes.*.*.*.base_exams", "total_expense", 1),
    ("providers.*.compensation_per_fte", "support_deficit", 1),
    ("inflation.*", "total_expense", 1),
    ("shortfall.locums_price_per_day", "support_deficit", 1),
    ("providers.*.work_rvus_per_fte", "support_deficit", -1),
    ("providers.*.vacancy_share", "radiologist_fte", -1),
    ("payers.*.collected_per_work_rvu", "support_deficit", -1),
    ("collection.days_in_receivables", "receivables", 1),
]


@pytest.mark.parametrize(("path", "line", "direction"), DIRECTIONS)
@given(share=st.floats(0.001, 0.3))
@settings(max_examples=10, deadline=None)
def test_more_of_this_moves_that_in_one_direction(path, line, direction, share):
    operation = "add" if path.endswith(("_share", "_trend", "*")) and "conversion" not in path else "multiply"
    amount = share if operation == "add" else 1 + share
    change = Change(path=path, operation=operation, amount=amount, after_base_year=True)
    after = evaluate(changed(BASE["sample"], [change], "test"))
    moved = direction * (np.array(after.series(line)) - np.array(BEFORE.series(line)))
    assert (moved >= -1e-6).all()
    assert moved[-1] > 0


@given(st.integers(0, 280).map(lambda thousandths: thousandths / 1000), st.sampled_from(["emergency", "outpatient"]))
@settings(max_examples=25, deadline=None)
def test_moving_a_share_of_work_from_one_payer_to_another_costs_the_difference_of_their_prices(share, setting):
    shift = Change(path=f"payer_mix.{setting}.commercial", to=f"payer_mix.{setting}.self_pay", operation="shift", amount=share)
    after = evaluate(changed(BASE["sample"], [shift], "test"))
    at = BEFORE.placed.tables["settings"].rows.index(setting)
    payers = BEFORE.placed.tables["payers"].rows
    price = {payer: BEFORE["payer_revenue_per_work_rvu"][payers.index(payer), :, 0] for payer in ("commercial", "self_pay")}
    lost = share * BEFORE["setting_work_rvus"][at, :, 0] * (price["commercial"] - price["self_pay"])
    np.testing.assert_allclose(np.array(BEFORE.series("collections")) - after.series("collections"), lost, rtol=1e-9, atol=1e-4)


changes = st.lists(
    st.one_of(
        st.builds(
            lambda amount, year: Change(
                path="medicare_rules.conversion_factor", operation="multiply", amount=amount, from_year=year
            ),
            st.floats(0.8, 1.2),
            st.integers(2025, 2029),
        ),
        st.builds(
            lambda amount: Change(path="volumes.*.emergency.*.annual_growth", operation="add", amount=amount),
            st.floats(-0.1, 0.2),
        ),
        st.builds(
            lambda amount: Change(path="providers.*.compensation_per_fte", operation="multiply", amount=amount), st.floats(0.5, 2)
        ),
        st.builds(
            lambda amount: Change(path="total_operating_expense", operation="override", amount=amount, year=2027),
            st.integers(0, 10_000_000),
        ),
        st.builds(
            lambda amount: Change(path="shortfall.locums_price_per_day", operation="set", amount=amount), st.integers(0, 9_000)
        ),
    ),
    max_size=4,
)


@given(practices, st.lists(changes, min_size=2, max_size=5))
@settings(max_examples=25, deadline=None)
def test_each_case_of_a_batch_equals_its_single_run(name, sets):
    cases = [changed(BASE[name], one, "test") for one in sets]
    batch = evaluate(*cases)
    assert batch.cases in {1, len(cases)}
    for position, one in enumerate(cases):
        single = evaluate(one)
        for line in single.graph.lines:
            at = position if batch.cases > 1 else 0
            np.testing.assert_allclose(batch[line][:, :, at], single[line][:, :, 0], rtol=1e-12, atol=1e-9, err_msg=line)


@given(practices, changes)
@settings(max_examples=25, deadline=None)
def test_parts_sum_to_totals_and_every_check_passes_unless_something_was_given(name, made):
    computed = [one for one in made if one.operation != "override"]
    result = evaluate(changed(BASE[name], computed, "test"))
    assert result.failed_checks() == []
    expenses = [line for line, one in result.graph.lines.items() if one.group]
    np.testing.assert_allclose(
        sum(np.array(result.series(line)) for line in expenses), result.series("total_expense"), rtol=1e-12
    )
