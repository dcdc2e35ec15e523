"""Who owes whom what if a side ends a contract early, where it is read: on two pages and in the shell."""

import json

import pytest

from finmodel import evaluate
from finmodel.analysis.proposals import Leaving, leaving
from finmodel.contracts.files import load_proposal
from tests.contracts import agreed, proposal
from tests.pages import as_read, opened, words
from tests.test_command import finmodel

# The shipped items: a signing bonus of 50,000 and a loan of 100,000 to each of two recruits, earned over 36 months from July.
# After 6 months 30/36 of 150,000 are not earned; of the loan interest of 5 % for half a year is due on top.
FORGIVEN_2026 = 150_000 * 30 / 36
OWED_2026 = 100_000 * 30 / 36 * (1 + 0.05 / 2) + 50_000 * 30 / 36
# A year later the first has 18/36 left with 18 months of interest, the second what the first had.
FORGIVEN_2027 = 150_000 * 18 / 36 + FORGIVEN_2026
OWED_2027 = 100_000 * 18 / 36 * (1 + 0.05 * 1.5) + 50_000 * 18 / 36 + OWED_2026


def test_the_shipped_items_forgive_or_return_what_recruits_have_not_earned():
    found = leaving(evaluate(agreed(load_proposal("piecemeal")[1])), "p")
    assert [one.year for one in found] == [2026, 2027]
    assert [one.forgiven for one in found] == pytest.approx([FORGIVEN_2026, FORGIVEN_2027])
    assert [one.group_owes for one in found] == pytest.approx([OWED_2026, OWED_2027])


@pytest.mark.parametrize(("starts", "years"), [("2025-01-01", []), ("2025-07-01", [2025])])
def test_a_contract_of_a_year_can_be_ended_early_only_where_it_runs_beyond_one(starts, years):
    stipend = '[mechanisms.stipend]\nkind = "fixed_stipend"\namount = 1_000_000\n'
    found = leaving(evaluate(agreed(proposal(stipend, starts=starts, years="1"))), "p")
    # 180 days of notice of the 181 that are left in 2026.
    assert found == tuple(Leaving(year, pytest.approx(1_000_000 * 180 / 365), 0.0, 0.0) for year in years)


def test_the_shell_tells_it_in_a_table_and_as_json():
    named = ("compare", "sample", "--proposal", "cost_basis", "--proposal", "piecemeal")
    document = json.loads(finmodel(*named, "--format", "json").stdout)
    told = document["proposals"]["piecemeal"]["leaving"]
    assert told["2026"]["forgiven"] == pytest.approx(FORGIVEN_2026)
    assert told["2027"]["group_owes"] == pytest.approx(OWED_2027)
    assert list(document["proposals"]["cost_basis"]["leaving"]) == ["2026", "2027"]
    assert "Group ends it: the group owes" in finmodel(*named).stdout


@pytest.mark.usefixtures("stored")
def test_the_page_of_a_proposal_tells_it_in_a_sentence_and_by_year():
    page = opened("proposals", practice="sample", proposal="piecemeal")
    page.segmented_control(key="proposals-part").set_value("Leaving early")
    page.run()
    assert not page.exception
    assert "if the group ends it then, the group owes the hospital **$127 thousand** for recruitment" in words(page)
    (table,) = (one for one in page.table if "if it leaves" in one.proto.alt)
    shown = table.value.map(as_read)
    assert [cell.strip("*") for cell in shown.iloc[-1]] == ["$127,083", "$205,833"]
    assert list(shown.iloc[1]) == ["$125,000", "$200,000"]


@pytest.mark.usefixtures("stored")
def test_compare_sets_it_side_by_side():
    page = opened("compare", practice="sample")
    (table,) = (one for one in page.table if "What leaving at the end of each year" in one.proto.alt)
    shown = table.value.map(as_read).rename(index=as_read)
    assert list(shown.loc["Piecemeal items: group ends it, the group owes"]) == ["$127,083", "$205,833"]
    assert list(shown.loc["Cost-basis support, three years: group ends it, the group owes"]) == ["$0", "$0"]
