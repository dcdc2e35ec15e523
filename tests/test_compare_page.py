"""The page Compare as Streamlit runs it: what a CFO reads of proposals beside each other, and how they are chosen."""

import pytest

from finmodel import assume, evaluate, load_practice, load_scenario
from finmodel.analysis.risk_map import better_collections
from finmodel.cases import apply_scenarios
from finmodel.contracts.files import load_proposal
from finmodel.format import money
from tests.contracts import HEAD, TABLES
from tests.pages import as_read, explained, figures, opened, words
from tests.test_guards import base, director, fixed, named

pytestmark = pytest.mark.usefixtures("stored")

SAMPLE = load_practice("sample")
AGGREGATE, PIECEMEAL = "Cost-basis support, three years", "Piecemeal items"
STIPEND = '[mechanisms.stipend]\nkind = "fixed_stipend"\namount = 4_000_000\n'
YEARS = ("2026", "2027", "2028")


@pytest.fixture(scope="module")
def shipped():
    return evaluate(assume(SAMPLE, proposals=dict(map(load_proposal, ("cost_basis", "piecemeal")))))


@pytest.fixture
def own(stored):
    """Stores a proposal of some clauses for a practice; its key."""

    def store(name, clauses, practice="sample", **head):
        values = {**HEAD, "name": f'"{name}"', "starts": "2026-01-01", **head}
        text = "\n".join([*(f"{key} = {value}" for key, value in values.items()), *TABLES.values(), clauses])
        return stored.create("proposal", name, text, author="Dr. Test", belongs_to=practice, what="Made").document.id

    return store


def table(page, told):
    """The table that is told so to those who do not see it, as it is read: columns by row."""
    (one,) = (found for found in page.table if told in found.proto.alt)
    return one.value.map(as_read).rename(columns=as_read, index=as_read)


def first_year(page):
    return table(page, "in its first year")


def dollars(text):
    return float(text.replace("$", "").replace(",", "").replace("−", "-").replace("+", ""))


def in_year(result, name, year=2026):
    return result.series(name)[result.years.index(year)]


# --- The answer


def test_the_shipped_two_are_compared_at_first_and_the_answer_comes_first():
    page = opened("compare", practice="sample")
    assert page.pills(key="chosen_comparison").value == ["cost_basis", "piecemeal"]
    told = words(page)
    # 7,315,944 are the whole deficit of 2026; 7,315,944 − 3,284,313 = 4,031,631.
    assert "**Piecemeal items** asks for the least new money in its first year, **$3.28 million**" in told
    assert "leaves **$4.03 million** of the deficit uncovered" in told
    assert "asks for the most, **$7.32 million**, and leaves nothing of the deficit uncovered" in told
    assert "integrity checks pass" in told


def test_the_first_year_is_what_the_lines_of_the_model_come_to(shipped):
    shown = first_year(opened("compare", practice="sample"))
    deficit, paid = in_year(shipped, "support_deficit"), in_year(shipped, "piecemeal__total")
    fte = in_year(shipped, "radiologist_fte")
    assert list(shown[AGGREGATE][["Net new money", "Left uncovered", "Share of the deficit covered"]]) == [
        money(deficit), "$0", "100.00 %"]  # fmt: skip
    assert shown[PIECEMEAL]["Net new money"] == money(paid)
    assert shown[PIECEMEAL]["Left uncovered"] == money(deficit - paid)
    assert shown[PIECEMEAL]["Share of the deficit covered"] == f"{paid / deficit * 100:.2f} %"
    assert shown[PIECEMEAL]["Payment per radiologist FTE"] == money(paid / fte)
    # The cap on the whole of the aggregate one, five per cent over its budget, which is the deficit.
    assert shown[AGGREGATE]["Most the hospital can owe"] == money(deficit * 1.05)


def test_what_comes_back_is_how_much_smaller_the_deficit_is_with_better_collections(shipped):
    better = evaluate(better_collections(assume(SAMPLE)))
    smaller = in_year(shipped, "support_deficit") - in_year(better, "support_deficit")
    shown = first_year(opened("compare", practice="sample"))
    assert shown[AGGREGATE]["Comes back if collections are 5 % better"] == money(smaller)


def test_the_whole_term_is_the_sum_of_its_years_and_its_value_at_six_per_cent(shipped):
    shown = table(opened("compare", practice="sample"), "over its term")
    paid = shipped.series("piecemeal__total")[1:4]
    assert shown[PIECEMEAL]["Net new money"] == money(sum(paid))
    # Counted in the middle of 2026, 2027 and 2028.
    worth = paid[0] / 1.06**0.5 + paid[1] / 1.06**1.5 + paid[2] / 1.06**2.5
    assert shown[PIECEMEAL]["Present value of the payments"] == money(worth)
    assert shown[AGGREGATE]["Most the hospital can owe"] == money(sum(shipped.series("support_deficit")[1:4]) * 1.05)


def test_terms_alike_in_all_are_said_once_and_those_that_differ_by_proposal(own):
    quarterly = own("Quarterly", STIPEND, payment_frequency='"quarterly"', true_up_month=6)
    page = opened("compare", practice="sample", compare=["cost_basis", quarterly])
    assert "Term: 3 years, from January 1, 2026 through December 31, 2028." in words(page)
    assert "each counted at the middle of the year" in words(page)
    settled = table(page, "The terms in which")["Paid and settled"]
    assert dict(settled) == {AGGREGATE: "Monthly; settled once a year, in April.",
                             "Quarterly": "Quarterly; settled once a year, in June."}  # fmt: skip


def test_without_a_limit_it_says_so_instead_of_a_number(own):
    page = opened("compare", practice="sample", compare=["cost_basis", own("Open end", base())])
    assert first_year(page)["Open end"]["Most the hospital can owe"] == "no limit"
    assert table(page, "over its term")["Open end"]["Most the hospital can owe"] == "no limit"


def test_a_contract_that_begins_within_a_year_says_from_when(own):
    page = opened("compare", practice="sample", compare=["cost_basis", own("Summer", STIPEND, starts="2027-07-01")])
    shown = first_year(page)
    assert (shown[AGGREGATE]["Year"], shown["Summer"]["Year"]) == ("2026", "2027, from July 1 on")
    # Half of 4,000,000 a year.
    assert shown["Summer"]["Net new money"] == "$2,000,000"


def test_each_headline_leads_to_its_derivation(shipped):
    page = opened("compare", practice="sample")
    assert [one["value"] for one in figures(page)] == [
        money(in_year(shipped, f"{key}__net_new_payment")) for key in ("cost_basis", "piecemeal")]  # fmt: skip
    explained(page, "proposal_b__net_new_payment")
    assert not page.exception
    assert "Total payment + existing payments that stay − what the hospital pays today" in words(page)


def test_every_other_figure_leads_to_its_derivation_in_the_year_asked():
    page = opened("compare", practice="sample")
    page.selectbox(key="explained-figure").set_value("deficit_share_covered")
    page.selectbox(key="explained-year").set_value(2027)
    page.button(key="explained-asked").click()
    page.run()
    assert not page.exception
    assert "÷ deficit in scope" in words(page)
    assert "100.00 %** in 2027" in words(page)


# --- Years, risks, differences, cash


def test_payments_and_what_they_leave_make_the_deficit_of_every_year(shipped):
    shown = table(opened("compare", practice="sample"), "The deficit by year")
    assert list(shown.columns) == list(YEARS)
    for year in YEARS:
        assert shown[year]["Deficit of the practice"] == money(in_year(shipped, "support_deficit", int(year)))
        for proposal in (AGGREGATE, PIECEMEAL):
            both = [dollars(shown[year][f"{proposal}: {what}"]) for what in ("the hospital pays", "left uncovered")]
            assert sum(both) == pytest.approx(dollars(shown[year]["Deficit of the practice"]), abs=1)


def test_a_stipend_leaves_every_risk_with_the_group_and_an_open_cost_basis_none(own):
    keys = [own("Stipend", STIPEND), own("Open end", base())]
    page = opened("compare", practice="sample", compare=keys)
    shown = table(page, "share of a change of the deficit")
    assert len(shown) == 5
    assert set(shown["Stipend"]) == {":orange-background[0 % · the group alone]"}
    assert set(shown["Open end"]) == {":blue-background[100 % · the hospital alone]"}
    assert "under **Stipend** the hospital pays the same" in words(page)


def test_what_works_against_the_group_is_told_in_words_and_colour():
    shown = table(opened("compare", practice="sample"), "share of a change of the deficit")
    assert shown[PIECEMEAL]["Five points more of the radiologists' posts vacant"].startswith(":red-background[−")
    assert "works against the group" in shown[PIECEMEAL]["Five points more of the radiologists' posts vacant"]


def test_differences_foot_and_the_largest_comes_first(shipped):
    page = opened("compare", practice="sample")
    shown = table(page, "each kind of mechanism")
    effects = [dollars(text) for text in shown["Difference"]]
    assert shown.index[0] == "Cost-basis support with yearly true-up"
    assert effects[0] == -max(abs(one) for one in effects[:-1])
    assert sum(effects[:-1]) == effects[-1]
    assert effects[-1] == round(sum(shipped.series("piecemeal__total")) - sum(shipped.series("cost_basis__total")))


def test_a_third_proposal_is_held_against_the_first(own):
    page = opened("compare", practice="sample", compare=["cost_basis", "piecemeal", own("Stipend", STIPEND)])
    page.radio(key="explained-other").set_value("proposal_c")
    page.run()
    # Three years of 4,000,000.
    assert table(page, "each kind of mechanism")["Stipend"]["Fixed stipend"] == "$12,000,000"


def test_charts_say_in_words_what_they_show(shipped):
    charts = [chart.proto.alt for chart in opened("compare", practice="sample").get("vega_lite_chart")]
    assert len(charts) == 3
    assert f"{AGGREGATE} 2026: {money(in_year(shipped, 'cost_basis__total'))}" in charts[0]
    assert f"Deficit of the practice 2028: {money(in_year(shipped, 'support_deficit', 2028))}" in charts[0]
    # A twelfth of the year is advanced each month.
    assert f"{PIECEMEAL} 2026-01: {money(in_year(shipped, 'piecemeal__total') / 12)}" in charts[1]
    assert PIECEMEAL in charts[2]


# --- Alternatives, conditions and cautions


def test_alternatives_stand_beside_with_the_status_of_their_numbers(shipped):
    page = opened("compare", practice="sample")
    shown = table(page, "each alternative")
    assert list(shown.index[:3]) == [AGGREGATE, PIECEMEAL, "Employ radiologists"]
    costs = shipped["cost_basis__alternative_cost"][:, :, 0]
    assert shown["First year, 2026"]["Employ radiologists"] == money(costs[0, 1])
    assert shown["Whole term"]["Employ radiologists"] == money(costs[0, 1:4].sum())
    assert shown["First three months, with transition"][AGGREGATE] == "—"
    assert "judgment" in shown["Numbers behind it"]["Nothing"]
    assert "not what failure costs" in words(page)


def test_a_reopener_is_told_with_the_year_in_which_a_scenario_crosses_it(own):
    reopener = '[modifiers.reopen]\nkind = "reopener"\nwatched = "volume"\nthreshold = 0.04\n'
    key = own("With reopener", STIPEND + reopener)
    page = opened("compare", practice="sample", compare=["cost_basis", key])
    assert "Either party may reopen the terms when volume leaves the budget by more than 4 %" in words(page)
    told = words(page)
    assumptions = assume(SAMPLE)
    as_it_stands = evaluate(assumptions).series("work_rvus")
    flat = evaluate(apply_scenarios(assumptions, [load_scenario("volume_flat")])).series("work_rvus")
    beyond = [year for year, a, b in zip(evaluate(assumptions).years, as_it_stands, flat, strict=True)
              if 2026 <= year <= 2028 and abs(b / a - 1) > 0.04]  # fmt: skip
    assert f"It is first crossed in {beyond[0]} with 'No volume growth'. No other scenario crosses it." in told
    page = opened("compare", practice="sample", scenario="volume_flat", compare=["cost_basis", key])
    assert f"It is first crossed in {beyond[0]} with what is chosen in the sidebar and 'No volume growth'." in words(page)
    assert "each proposal is budgeted on them" in words(page)


def test_agreements_of_a_physician_and_parts_beyond_their_cost_are_told_as_facts(own):
    two = named(director(hours=20), "dr_a") + named(director(name="second", hours=12), "dr_a")
    # Quality costs 60,000 in 2025.
    key = own("Directors", two + fixed("expense_quality", name="audit", amount=500_000))
    told = words(opened("compare", practice="sample", compare=["cost_basis", key]))
    # 32 hours × 12 × 275.
    assert "Dr a: 384 hours and $105,600 in 2026" in told
    assert "audit: more is paid in some year than the cost that it is meant to pay for" in told
    assert "expense_quality" not in told
    assert "counsel" not in told


# --- Choosing


def test_what_is_chosen_is_compared_and_stays_in_the_address(own):
    key = own("Stipend", STIPEND)
    page = opened("compare", practice="sample")
    page.pills(key="chosen_comparison").set_value(["piecemeal", key])
    page.run()
    assert not page.exception
    assert list(first_year(page).columns) == [PIECEMEAL, "Stipend"]
    assert page.query_params["compare"] == ["piecemeal", key]
    again = opened("compare", practice="sample", compare=["piecemeal", key])
    assert list(first_year(again).columns) == [PIECEMEAL, "Stipend"]


def test_fewer_than_two_are_nothing_to_compare():
    page = opened("compare", practice="sample")
    page.pills(key="chosen_comparison").set_value(["piecemeal"])
    page.run()
    assert not page.exception
    assert "Two proposals that fit this practice are needed" in words(page)
    assert not page.table
    page.pills(key="chosen_comparison").set_value([])
    page.run()
    assert not page.exception
    assert "Two proposals that fit this practice are needed" in words(page)


def test_six_are_compared_and_no_more(own):
    keys = [own(f"Stipend {number}", STIPEND) for number in range(5)]
    page = opened("compare", practice="sample", compare=["cost_basis", "piecemeal", *keys])
    six = [AGGREGATE, PIECEMEAL, *(f"Stipend {number}" for number in range(4))]
    assert list(first_year(page).columns) == six
    page.pills(key="chosen_comparison").set_value(["cost_basis", "piecemeal", *keys])
    page.run()
    assert "Six proposals at most" in words(page)
    assert list(first_year(page).columns) == six


def test_a_link_to_an_unknown_proposal_says_so_and_compares_the_rest():
    page = opened("compare", practice="sample", compare=["cost_basis", "piecemeal", "gone"])
    assert "names a proposal that this practice does not have" in words(page)
    assert list(first_year(page).columns) == [AGGREGATE, PIECEMEAL]


def test_one_that_does_not_fit_is_told_apart_in_a_sentence(own):
    odd = own("Odd", f'{STIPEND}cost_covered = ["expense_parking"]\n', practice="community")
    page = opened("compare", practice="community", compare=["cost_basis", odd])
    assert "Odd is left out: it does not fit this practice in 2 places" in words(page)
    assert "Two proposals that fit this practice are needed" in words(page)
    page = opened("compare", practice="community", compare=["cost_basis", own("Stipend", STIPEND, practice="community")])
    assert "left out" not in words(page)
    assert list(first_year(page).columns) == [AGGREGATE, "Stipend"]


def test_an_example_is_fitted_to_the_practice_and_that_is_said():
    page = opened("compare", practice="community")
    assert list(first_year(page).columns) == [AGGREGATE, PIECEMEAL]
    told = words(page)
    assert "fitted to this practice. Interventional call is left out" in told
    assert "Interventional service line is left out" in told


def test_a_contract_outside_the_projection_is_left_out_in_a_sentence(own):
    page = opened("compare", practice="sample", compare=["cost_basis", "piecemeal", own("Late", STIPEND, starts="2040-01-01")])
    assert "Late is left out: its contract is in force from 2040 to 2042" in words(page)
    assert list(first_year(page).columns) == [AGGREGATE, PIECEMEAL]


def test_two_of_one_name_are_told_apart_and_a_name_is_shown_as_written(own):
    name = "**x** [a](https://example.org) :material/home: $y$"
    page = opened("compare", practice="sample", compare=[own(name, STIPEND), own(name, STIPEND)])
    assert list(first_year(page).columns) == [name, f"{name} (2)"]
    assert [one["label"] for one in figures(page)] == [f"{name}: net new money 2026", f"{name} (2): net new money 2026"]
    assert "All ask for the same new money in their first year, **$4.00 million**" in words(page)
    for part in page.markdown:
        assert "**x** [a]" not in part.value
