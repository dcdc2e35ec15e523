"""Why two cases differ: effects that sum to the change of the deficit, and changes found behind the lines they moved."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finmodel import apply_scenarios, assume, changed, evaluate, load_practice, load_scenario
from finmodel.analysis import causes, changed_assumptions, compare_practices, differences
from finmodel.assumptions import SHIPPED, Change, names, parse_practice

BASE = {name: assume(load_practice(name)) for name in names("practices")}
SAMPLE = BASE["sample"]
SCENARIOS = {name: load_scenario(name) for name in names("scenarios")}


def change(path, operation, amount, **when):
    return Change(path=path, operation=operation, amount=amount, **when)


def pair(*changes, before=SAMPLE):
    return evaluate(before, changed(before, changes, "board meeting"))


def deficit_change(result, year, before=0, after=1):
    values = result["support_deficit"][0, result.years.index(year)]
    return values[after] - values[before]


def test_a_lower_commercial_trend_costs_what_commercial_no_longer_pays():
    result = pair(change("payers.commercial.annual_trend", "set", -0.02))
    found = {one.label: one for one in differences(result, 0, 1, 2026)}
    commercial = found["Commercial collections"]
    # Its trend is the only thing that moved: 0.98 of the price instead of 1.005.
    assert commercial.after == pytest.approx(commercial.before * 0.98 / 1.005)
    assert commercial.effect == pytest.approx(commercial.before - commercial.after)
    assert (commercial.name, commercial.row, commercial.unit) == ("payer_collections", "commercial", "USD/year")
    # Billing is paid 6.5 % of what is collected; receivables are 31 days of it, at 7 % interest.
    assert found["Billing and collection"].effect == pytest.approx(-0.065 * commercial.effect)
    assert found["Interest on receivables"].effect == pytest.approx(-0.07 * 31 / 365 * commercial.effect)
    assert list(found) == ["Commercial collections", "Billing and collection", "Interest on receivables"]


def test_the_base_year_does_not_differ_when_only_growth_does():
    result = pair(change("payers.commercial.annual_trend", "set", -0.02))
    assert differences(result, 0, 1, 2025) == ()
    assert differences(result, 1, 1, 2026) == ()


def test_revenue_up_lowers_the_deficit_and_expense_up_raises_it():
    result = pair(
        change("other_revenue.contract_reads_client.base_amount", "add", 1_000.0), change("expenses.office.rate", "add", 2_500.0)
    )
    found = [(one.label, one.effect) for one in differences(result, 0, 1, 2025)]
    assert found == [("Office, rent, utilities", pytest.approx(2_500.0)), ("Other professional revenue", pytest.approx(-1_000.0))]


def test_each_difference_has_the_change_behind_it_and_no_other():
    result = pair(
        change("payers.commercial.annual_trend", "set", -0.02),
        change("expenses.office.rate", "add", 50_000.0),
        change("actuals.revenue", "multiply", 2.0),
    )
    behind = {one.label: [cause.changed.path for cause in found] for one, found in causes(result, 0, 1, 2026).items()}
    assert behind == {
        "Commercial collections": ["payers.commercial.annual_trend"],
        "Billing and collection": ["payers.commercial.annual_trend"],
        "Interest on receivables": ["payers.commercial.annual_trend"],
        "Office, rent, utilities": ["expenses.office.rate"],
    }
    (cause,) = next(iter(causes(result, 0, 1, 2026).values()))
    assert (cause.changed.label, cause.changed.before, cause.changed.after) == ("Commercial: yearly price trend", 0.005, -0.02)
    assert cause.changed.origins == ("board meeting",)
    assert cause.alone == pytest.approx(differences(result, 0, 1, 2026)[0].effect)


def test_where_each_of_several_changes_suffices_all_of_them_count():
    # Locums cost nothing when their day costs nothing, and when nobody buys any.
    result = pair(change("shortfall.locums_price_per_day", "set", 0.0), change("shortfall.locums_share", "set", 0.0))
    locums = next(found for one, found in causes(result, 0, 1, 2026).items() if one.name == "locums_expense")
    assert {cause.changed.path for cause in locums} == {"shortfall.locums_price_per_day", "shortfall.locums_share"}


def test_two_changes_that_only_act_together_are_both_causes():
    result = pair(
        change("facilities.other_hospitals.hospital_bills", "set", 1.0),
        change("facilities.other_hospitals.hospital_rate_ratio", "set", 0.8),
    )
    commercial = next(found for one, found in causes(result, 0, 1, 2026).items() if one.row == "commercial")
    assert {cause.changed.path.rpartition(".")[2] for cause in commercial} == {"hospital_bills", "hospital_rate_ratio"}
    assert [cause.alone for cause in commercial] == pytest.approx([0.0, 0.0], abs=1e-6)


def test_a_change_of_one_year_is_still_a_cause_in_the_next():
    result = pair(change("volumes.*.emergency.ct.annual_growth", "set", 0.2, year=2026))
    assert changed_assumptions(*result.assumptions, 2027) == ()
    for found in causes(result, 0, 1, 2027).values():
        assert {cause.changed.year for cause in found} == {2026}


def edited_sample(*replacements):
    text = (SHIPPED / "practices" / "sample.toml").read_text(encoding="utf-8")
    for old, new in replacements:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return assume(parse_practice(text.encode(), "edited.toml"))


def test_a_fee_schedule_acts_also_through_the_levels_that_are_computed_when_it_is_placed():
    older = edited_sample(("work_rvu_schedule_year = 2025", "work_rvu_schedule_year = 2024"))
    result = pair(change("medicare_rules.efficiency_adjustment", "set", -0.05, year=2025), before=older)
    found = causes(result, 0, 1, 2025)
    assert len(found) > 5
    for one, (cause,) in found.items():
        assert cause.changed.path == "medicare_rules.efficiency_adjustment"
        assert cause.alone == pytest.approx(one.effect)


def test_changed_assumptions_name_values_units_and_who_changed_them():
    after = apply_scenarios(SAMPLE, [SCENARIOS["conversion_factor_cut"], SCENARIOS["one_radiologist_leaves"]])
    found = {one.path: one for one in changed_assumptions(SAMPLE, after, 2026)}
    assert list(found) == ["providers.employed_radiologist.fte", "medicare_rules.conversion_factor",
                           "medicare_rules.conversion_factor_qualifying_apm"]
    factor = found["medicare_rules.conversion_factor"]
    assert (factor.before, factor.after) == pytest.approx((33.4009, 33.4009 * 0.972))
    assert (factor.unit, factor.origins) == ("USD/total RVU", (SCENARIOS["conversion_factor_cut"].name,))
    assert changed_assumptions(SAMPLE, after, 2025) == ()


def test_a_total_that_was_given_stands_for_its_items():
    result = pair(change("total_operating_expense", "override", 5e6, year=2026), change("expenses.office.rate", "add", 50_000.0))
    first, *others = differences(result, 0, 1, 2026)
    assert (first.name, first.after, others) == ("total_operating_expense", 5e6, [])
    assert first.effect == pytest.approx(deficit_change(result, 2026), abs=1e-6)
    assert {one.name for one in differences(result, 0, 1, 2027)} == {"expense_office"}
    given = changed_assumptions(*result.assumptions, 2026)[-1]
    assert (given.path, given.label) == ("total_operating_expense", "Total operating expense")
    assert (given.before, given.after, given.origins) == (None, 5e6, ("board meeting",))
    # The office's rate no longer matters: what was given hides it.
    assert [cause.changed for cause in causes(result, 0, 1, 2026)[first]] == [given]


@pytest.mark.parametrize("line", ["support_deficit", "total_revenue", "collections", "total_provider_expense", "locums_expense"])
def test_any_line_on_the_way_may_have_been_given(line):
    result = pair(change(line, "override", 1e6), change("payers.commercial.annual_trend", "set", -0.02))
    found = differences(result, 0, 1, 2026)
    assert line in {one.name for one in found}
    assert sum(one.effect for one in found) == pytest.approx(deficit_change(result, 2026), abs=0.01)


made = st.lists(
    st.one_of(
        st.sampled_from(sorted(SCENARIOS)).map(lambda name: SCENARIOS[name].changes),
        st.floats(0.5, 1.5).map(lambda by: (change("providers.*.compensation_per_fte", "multiply", by),)),
        st.floats(0.5, 1.5).map(lambda by: (change("expenses.*.rate", "multiply", by),)),
        st.floats(-0.05, 0.05).map(lambda by: (change("payers.*.annual_trend", "add", by, from_year=2027),)),
        st.integers(0, 10_000_000).map(lambda by: (change("total_provider_expense", "override", by, year=2027),)),
        st.integers(0, 10_000_000).map(lambda by: (change("total_revenue", "override", by, from_year=2027),)),
    ),
    max_size=3,
)


def after_changes(assumptions, several):
    for at, changes in enumerate(several):
        assumptions = changed(assumptions, changes, f"change {at}")
    return assumptions


@given(st.sampled_from(sorted(BASE)), made, made, st.integers(0, 3))
@settings(max_examples=30, deadline=None)
def test_effects_sum_to_the_change_of_the_deficit_and_each_has_a_cause(name, first, second, position):
    result = evaluate(after_changes(BASE[name], first), after_changes(BASE[name], second))
    year = result.years[position]
    found = causes(result, 0, 1, year)
    assert tuple(found) == differences(result, 0, 1, year)
    change_of_deficit = deficit_change(result, year) if result.cases > 1 else 0.0
    assert sum(one.effect for one in found) == pytest.approx(change_of_deficit, abs=0.01)
    assert all(found.values())
    sizes = [abs(one.effect) for one in found]
    assert sizes == sorted(sizes, reverse=True)
    backwards = {(one.name, one.row): one.effect for one in differences(result, 1, 0, year)}
    assert backwards == {(one.name, one.row): -one.effect for one in found}


def test_two_versions_of_a_practice():
    after = edited_sample(
        ("fte = 17.5", "fte = 16.5"),
        ("date = 2026-07-01", "date = 2026-10-01"),
        ('label = "Employed, diagnostic"\nkind = "radiologist"\nowner = false',
         'label = "Staff"\nkind = "radiologist"\nowner = true'),
        ("[payer_mix_shift.emergency]\ncommercial = -0.003\nself_pay = 0.003\n", ""),
        ("[outside_reads.night]",
         '[hospital_payments.call]\nlabel = "Call pay"\nfacility = "client_hospital"\namount = 250_000\n\n[outside_reads.night]'),
    )
    found = compare_practices(SAMPLE, after)
    assert {one.path: getattr(one.after, "value", one.after) for one in found.added} == {
        "hospital_payments.call.label": "Call pay",
        "hospital_payments.call.facility": "client_hospital",
        "hospital_payments.call.amount": 250_000.0,
    }
    assert {one.path: one.before.value for one in found.removed} == {
        "payer_mix_shift.emergency.commercial": -0.003,
        "payer_mix_shift.emergency.self_pay": 0.003,
    }
    told = {one.path: [getattr(each, "value", each) for each in (one.before, one.after)] for one in found.changed}
    assert told == {
        "providers.partner_radiologist.fte": [17.5, 16.5],
        "providers.employed_radiologist.label": ["Employed, diagnostic", "Staff"],
        "providers.employed_radiologist.owner": ["no", "yes"],
        "roster_changes.hire_2026.date": ["2026-07-01", "2026-10-01"],
    }
    assert "Call pay: amount" in {one.label for one in found.added}
    deficit = next(one for one in found.headlines if one.name == "support_deficit")
    assert deficit.before[2025] == pytest.approx(6_318_609, abs=1)
    assert deficit.after[2025] != pytest.approx(deficit.before[2025], abs=1)


def test_a_practice_is_like_itself_and_two_practices_of_other_years_stand_side_by_side():
    same = compare_practices(SAMPLE, SAMPLE)
    assert (same.added, same.removed, same.changed) == ((), (), ())
    assert all(one.before == one.after for one in same.headlines)
    other = compare_practices(SAMPLE, BASE["multi_hospital"])
    assert set(other.headlines[0].before) == set(SAMPLE.practice.years)
    assert set(other.headlines[0].after) == set(BASE["multi_hospital"].practice.years)
    assert all(one.label and "_" not in one.label for one in (*other.added, *other.removed, *other.changed))
