"""The page Drivers as Streamlit runs it: the ranking in a sentence, the map, and what it would take."""

import pytest

from finmodel import apply_scenarios, assume, evaluate, load_practice, load_scenario
from finmodel.analysis import movers
from finmodel.analysis.sobol import sobol
from finmodel.assumptions import Change
from finmodel.assumptions.files import load_uncertainty
from finmodel.cases import changed
from finmodel.format import money, percent, short_money
from tests.pages import as_read, opened, words
from tests.test_risk_page import finished

pytestmark = pytest.mark.usefixtures("stored")

SAMPLE = assume(load_practice("sample"))
RATE = "payers.commercial.collected_per_work_rvu"


@pytest.fixture
def page():
    return opened("drivers", practice="sample")


def find(page):
    next(one for one in page.button if one.label == "Find it").click()
    page.run()
    assert not page.exception
    return words(page)


def test_the_ranking_is_stated_in_a_sentence(page):
    first, second, *_ = movers(SAMPLE, "support_deficit", 2026)
    told = words(page)
    assert f"**{first.label}** moves Support deficit of 2026 most: by **{money(first.swing)}**" in told
    assert f"**{second.label}** ({money(second.swing)})" in told


def test_a_wider_step_moves_more(page):
    page.select_slider(key="tornado-step").set_value(0.2)
    page.run()
    first = movers(SAMPLE, "support_deficit", 2026, step=0.2)[0]
    assert f"by **{money(first.swing)}**" in words(page)


def test_what_it_takes_is_told_in_words_and_is_right(page):
    told = find(page)
    rate = float(told.partition("is **$")[2].partition(" ")[0])
    closed = evaluate(changed(SAMPLE, [Change(path=RATE, operation="set", amount=rate)], "found")).series("support_deficit")[1]
    # The rate is told to the cent, and a cent of it is worth some 1,700 dollars.
    assert closed == pytest.approx(0.0, abs=1_000.0)
    assert "Support deficit in 2026 is $0 where **Commercial: collected per work RVU** is" in told


def test_what_cannot_be_reached_is_met_with_the_nearest(page):
    page.text_input(key="solve-high").set_value("100")
    told = find(page)
    assert "Not reachable with **Commercial: collected per work RVU** between $0.00 and $100.00: the nearest is $5," in told


@pytest.mark.parametrize(("key", "typed", "reason"), [
    ("solve-target", "a lot", "'a lot' is not a number"),
    ("solve-low", "2000000", "leave nothing to try"),
])
def test_a_question_that_cannot_be_asked_is_answered_with_why(page, key, typed, reason):
    page.text_input(key=key).set_value(typed)
    assert reason in find(page)


def test_the_map_follows_the_inputs_chosen(page):
    assert "It is zero on the dotted line" in words(page)
    page.selectbox(key="map-first").set_value("providers.partner_radiologist.compensation_per_fte")
    page.selectbox(key="map-second").set_value("expenses.office.rate")
    page.run()
    assert not page.exception
    assert "It is zero nowhere in this range." in words(page)


def test_a_line_of_a_proposal_can_be_asked_about(page):
    page.selectbox(key="drivers-proposal").set_value("cost_basis")
    page.run()
    assert not page.exception
    assert "moves Cost-basis support, three years: hospital pays of 2026 most" in words(page).replace("Example: ", "")


def test_the_markets_part_and_the_practices_own_are_told_apart(page):
    page.number_input(key="bridge-rates-2026").set_value(5.0)
    page.number_input(key="bridge-pay-2026").set_value(0.0)
    page.run()
    assert not page.exception
    # Prices 5 % higher bring 5 % of collections, less what billing and interest take of them.
    dearer = changed(SAMPLE, [Change(path="payers.*.collected_per_work_rvu", operation="multiply", amount=1.05)], "dearer")
    deficits = [evaluate(one).series("support_deficit")[1] for one in (SAMPLE, dearer)]
    told = words(page)
    assert f"The other practice lacks **{short_money(deficits[1])}** in 2026" in told
    assert f"**{short_money(deficits[0] - deficits[1])}** is the market's doing and **$0** the practice's own." in told
    assert "Payers' rates: 5.0 % higher than here" in told


def test_scenarios_are_taken_apart_from_the_practice_as_it_stands():
    page = opened("drivers", practice="sample", scenario="conversion_factor_cut")
    page.radio(key="bridge-from").set_value("This practice without the scenarios and sliders")
    page.run()
    assert not page.exception
    cut = apply_scenarios(SAMPLE, [load_scenario("conversion_factor_cut")])
    before, after = (evaluate(one).series("support_deficit")[1] for one in (SAMPLE, cut))
    told = words(page)
    assert f"As it stands, the practice lacks **{short_money(before)}** in 2026" in told
    assert f"with the scenarios and sliders it lacks **{short_money(after)}**" in told
    assert f"**{short_money(after - before)}** is the market's doing and **$0** the practice's own." in told


def test_the_indices_are_drawn_when_the_appendix_is_opened(page):
    assert "Sobol indices of what is uncertain" in " ".join(one.label for one in page.expander)
    assert not page.table
    page.session_state["opened_parts"] = {"sobol-indices": True}
    page.run()
    (found,) = (one.value for one in finished(page).table)
    assert len(found) == len(load_uncertainty().drivers)
    indices, drivers = sobol(SAMPLE, load_uncertainty()), load_uncertainty().drivers
    most = max(indices, key=lambda key: indices[key].total.value)
    total = indices[most].total
    assert as_read(found["Driver"].iloc[0]) == drivers[most].label
    assert as_read(found["Total"].iloc[0]) == f"{percent(total.value)} ({percent(total.low)} to {percent(total.high)})"
