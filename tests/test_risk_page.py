"""The page Risk as Streamlit runs it: what a board reads, what a user changes, keeps and cancels."""

import dataclasses
import time

import pytest

from finmodel.analysis.uncertainty.outlook import binned
from finmodel.analysis.uncertainty.summary import Estimate
from finmodel.analysis.uncertainty.worker import Job
from finmodel.assumptions import SHIPPED, References, load_benchmarks, load_medicare, references_text
from finmodel.assumptions.files import load_uncertainty
from finmodel.cases import Written
from finmodel.format import short_money
from finmodel.ui import risk_jobs
from finmodel.ui.risk_words import give_or_take, odds
from tests.pages import as_read, opened, words

pytestmark = pytest.mark.usefixtures("stored")

UNTIL = 120.0
ONE = """[drivers.pay]
label = "Pay only"
moves = ["providers.*.compensation_trend"]
operation = "add"
path = "fixed"
distribution = { shape = "uniform", low = 0.0, high = 0.02 }
status = "client"
as_of = 2026-01-01
reason = "a test"
"""


@pytest.fixture(scope="module")
def job():
    shipped = {name: (SHIPPED / f"{name}.toml").read_text(encoding="utf-8")
               for name in ("practices/sample", "proposals/cost_basis", "proposals/piecemeal", "drivers")}
    references = references_text(References(medicare=load_medicare(), benchmarks=dict(load_benchmarks())))
    written = Written(shipped["practices/sample"], references, proposals=(("proposal_a", shipped["proposals/cost_basis"]),
                                                                          ("proposal_b", shipped["proposals/piecemeal"])))
    return Job("outlook", written, shipped["drivers"], 4_096, 1)


@pytest.fixture(scope="module")
def found(job):
    return job.answer()


def finished(page):
    """The page once its futures are drawn."""
    until = time.monotonic() + UNTIL
    while any(one.key == "cancel-draws" for one in page.button):
        assert time.monotonic() < until
        time.sleep(0.2)
        page.run()
        assert not page.exception
    return page


@pytest.fixture
def page():
    return finished(opened("risk", practice="sample"))


def table(page, first):
    """The table whose first row has this name."""
    return next(one.value for one in page.table if first in [as_read(str(name)) for name in one.value.index])


def test_a_board_reads_what_each_proposal_costs_and_leaves(page, found):
    told = words(page)
    for key, name in (("proposal_a", "Cost-basis support, three years"), ("proposal_b", "Piecemeal items")):
        hospital, group = (found.parties[f"{key}.{side}"] for side in ("hospital", "group"))
        middle, high = (short_money(hospital.spread.percentiles[at].value) for at in (50, 95))
        assert f"Under **{name}** the hospital pays **{middle}** a year in the middle and more than **{high}** in one" in told
        assert f"then by **{short_money(group.uncovered.shortfall.value)}** a year on average" in told
    figures = table(page, "Hospital pays, as budgeted")
    assert as_read(figures.iloc[0, 0]) == short_money(found.parties["proposal_a.hospital"].spread.limit)
    assert "give or take" in figures.iloc[1, 0]
    # Indices and percentiles are no words for a board.
    assert "P95" not in told
    assert "ercentile" not in told


def test_who_bears_which_risk_is_told_in_numbers_and_a_sentence(page, found):
    shares = table(page, "Commercial rate trend")
    assert f"{found.parties['support_deficit'].risks['pay'] * 100:.0f} %" in shares.iloc[:, 0]["Market pay of radiologists"]
    assert "it is borne mostly by the group" in words(page)


def test_the_worst_future_is_explained_and_can_be_kept(page, stored, found):
    page.selectbox(key="worst-party").set_value("proposal_a.group")
    page.run()
    assert f"Worst: {short_money(found.worst['proposal_a.group'][0].result)} a year" in page.selectbox(key="worst-future").options
    why = next(one.value for one in page.table if "Adds to the deficit of 2028" in one.value.columns)
    assert len(why) == len(load_uncertainty().drivers)
    page.button(key="keep-future").click()
    page.run()
    assert not page.exception
    (kept,) = stored.documents("scenario", belongs_to="sample")
    page.session_state["scenario"] = [kept.id]
    scenarios = opened("scenarios", practice="sample", scenario=kept.id)
    assert "Does not fit" not in words(scenarios)


def test_own_drivers_are_stored_with_the_practice_and_replace_those_that_ship(page):
    page.file_uploader(key="drivers_file").upload("mine.toml", ONE.encode(), "application/toml")
    page.run()
    finished(page)
    assert "drivers of your file mine.toml, stored with this practice" in words(page)
    assert "The deficit hangs most on **Pay only** (100 %)" in words(page)
    # Another browser session, or this one after a restart, finds them again; another practice has its own.
    again = opened("risk", practice="sample")
    assert "drivers of your file mine.toml" in words(again)
    assert "drivers of your file" not in words(opened("risk", practice="community"))
    again.button(key="shipped-drivers").click()
    again.run()
    assert "Market pay of radiologists" in words(finished(again))
    again.button(key="undo-deletion").click()
    again.run()
    assert "drivers of your file mine.toml" in words(again)


def test_a_link_names_the_proposals_that_are_drawn():
    page = opened("risk", practice="sample", draw="piecemeal")
    assert page.multiselect(key="chosen_risk").value == ["piecemeal"]
    page.multiselect(key="chosen_risk").set_value(["cost_basis"])
    page.run()
    assert page.query_params["draw"] == "cost_basis"
    assert "does not have; it is left out" in words(opened("risk", practice="sample", draw="gone"))


def test_a_file_of_drivers_with_faults_is_refused_with_all_of_them(page):
    wrong = ONE.replace("low = 0.0", "low = 0.5").replace('status = "client"', 'status = "guessed"')
    page.file_uploader(key="drivers_file").upload("wrong.toml", wrong.encode(), "application/toml")
    page.run()
    assert "wrong.toml was not taken" in words(page)
    reasons = " ".join(page.dataframe[0].value["What is wrong"])
    assert "low is above high" in reasons or "status" in reasons or "client" in reasons
    assert "Market pay of radiologists" in words(page)


def test_drivers_that_the_practice_does_not_have_are_told_on_the_page(page):
    page.file_uploader(key="drivers_file").upload("other.toml", ONE.replace("providers.*.comp", "payers.nobody.comp")
                                                  .replace("compensation_trend", "annual_trend").encode(), "application/toml")
    page.run()
    assert "this practice has no assumption of the form" in words(finished(page))


def test_the_deficit_alone_is_told_without_proposals(page):
    page.multiselect(key="chosen_risk").set_value([])
    page.run()
    told = words(finished(page))
    assert "Before any contract, the deficit is" in told
    assert "Under **" not in told


def test_a_simulation_beside_the_server_finds_what_one_within_it_finds(job, found):
    runs = risk_jobs.Runs()
    run = runs.asked(job, "me")
    assert run.over.wait(UNTIL)
    assert run.found == found
    # The same question is answered from what was found.
    assert runs.asked(dataclasses.replace(job), "somebody else") is run


def test_a_simulation_that_nobody_wants_any_more_ends(job):
    runs = risk_jobs.Runs()
    long = dataclasses.replace(job, count=2**20)
    run = runs.asked(long, "me")
    runs.asked(long, "somebody else")
    runs.cancel(run, "me")
    assert not run.is_cancelled
    until = time.monotonic() + UNTIL
    while run.share == 0.0 and time.monotonic() < until:
        time.sleep(0.1)
    begun = time.monotonic()
    runs.asked(dataclasses.replace(job, count=64), "somebody else")
    assert run.over.wait(UNTIL)
    assert time.monotonic() - begun < 5.0
    assert (run.is_cancelled, run.found, run.faults) == (True, None, ())


def test_a_process_that_dies_is_told_and_the_next_simulation_runs(job):
    runs = risk_jobs.Runs()
    run = runs.asked(dataclasses.replace(job, count=2**20), "me")
    until = time.monotonic() + UNTIL
    while run.share == 0.0 and time.monotonic() < until:
        time.sleep(0.1)
    run.process.kill()
    assert run.over.wait(UNTIL)
    assert "draw them again" in str(run.faults[0])
    again = runs.asked(dataclasses.replace(job, count=64), "me")
    assert again.over.wait(UNTIL)
    assert again.found


@pytest.mark.parametrize(("share", "told"), [
    (0.0, "no future"), (0.01, "fewer than one future in forty"), (0.05, "one future in twenty"), (0.1, "one future in ten"),
    (0.26, "about one future in four"), (0.74, "about three of four futures"), (0.99, "nearly every future"),
    (1.0, "every future"),
])
def test_chances_in_words(share, told):
    assert odds(share) == told


def test_an_error_in_words():
    assert give_or_take(Estimate(8_706_588.0, 7_528.0)) == "$8.71 million, give or take $7,528"
    assert give_or_take(Estimate(0.0, 0.0)) == "$0"


def test_bins_of_several_results_are_the_same_and_hold_all_futures(found):
    first, second = (found.bins[f"proposal_{letter}.hospital"] for letter in "ab")
    assert first.edges == second.edges
    assert sum(first.shares) == pytest.approx(1.0)
    assert binned([]) == []


def test_the_shipped_drivers_are_what_is_offered_for_download(page):
    assert "Download these drivers" in [one.label for one in page.get("download_button")]
    assert (SHIPPED / "drivers.toml").read_text(encoding="utf-8").count("reason") == len(load_uncertainty().drivers)
