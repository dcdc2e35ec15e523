"""Quick start: what a CEO types comes back to the cent, what was filled in says so, and bad answers are told in sentences."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finmodel import assume, evaluate
from finmodel.assumptions import BadInput, parse_practice
from finmodel.assumptions.answers import (
    STEPS,
    Accounts,
    AdvancedPracticeProviders,
    Answers,
    Collections,
    Costs,
    People,
    Radiologists,
    Site,
    Volume,
    asked,
)
from finmodel.assumptions.files import parse_answers, parse_file
from finmodel.assumptions.quantity import quantities
from finmodel.assumptions.quick_start import TIE_OUT_LINES, answers_text, faults, practice_text, step_of, tie_out
from finmodel.cases import SETTINGS

FULL = Answers(
    name='Valley "Radiology" [Group]',
    base_year=2025,
    sites=(
        Site(
            name="St. Mary's",
            existing_payments=500_000,
            volumes={
                "emergency": Volume(exams=100_001),
                "inpatient": Volume(exams=60_000),
                "outpatient": Volume(work_rvus=61_234.5),
            },
        ),
        Site(name="Imaging West", in_scope=False, billed_by="hospital", volumes={"imaging_center": Volume(exams=30_000)}),
    ),
    collections=Collections(
        medicare=2_400_000.12,
        medicare_advantage=1_900_000,
        medicaid=900_000,
        commercial=6_000_000,
        self_pay=100_000,
        other=300_000,
    ),
    other_revenue=250_000.55,
    people=People(
        partner_radiologist=Radiologists(fte=10, pay_per_fte=600_000),
        employed_radiologist=Radiologists(fte=4, pay_percentile=60),
        interventional_radiologist=Radiologists(fte=1.5, pay_per_fte=690_000),
        advanced_practice_provider=AdvancedPracticeProviders(fte=2, pay_per_fte=130_000),
        compensation_benchmark="specialty_compensation",
    ),
    costs=Costs(
        benefits_per_fte=90_000,
        malpractice_per_fte=20_000,
        teleradiology=900_001.37,
        locums=250_000.89,
        other_provider=81_000.5,
        billing=700_000.01,
        management=800_000,
        information_systems=300_000,
        other_operating=400_000,
    ),
    accounts=Accounts(
        revenue=11_850_000, compensation_paid=8_000_000, other_provider_expense=2_900_000, operating_expense=2_200_000
    ),
)
# The least that makes a practice.
LEAST = Answers(
    name="Least",
    base_year=2026,
    sites=(Site(name="County", volumes={"emergency": Volume(work_rvus=24_000)}),),
    collections=Collections(commercial=1_500_000),
    people=People(partner_radiologist=Radiologists(fte=2, pay_per_fte=600_000)),
)


def practice_of(answers):
    return parse_practice(practice_text(answers).encode(), "quick start")


def base_year(answers):
    result = evaluate(assume(practice_of(answers)))
    assert result.failed_checks() == []
    return result


def lines_of(result):
    return {name: result.series(name)[0] for name in TIE_OUT_LINES}


def with_(record, **changes):
    return type(record).model_validate({**dict(record), **changes})


# ---- Worked by hand ----


def test_a_ceos_numbers_come_back_to_the_cent():
    result = base_year(FULL)
    at = {name: result.series(name)[0] for name in result.graph.lines if not result.graph.lines[name].table}
    collections = 2_400_000.12 + 1_900_000 + 900_000 + 6_000_000 + 100_000 + 300_000
    assert at["collections"] == pytest.approx(collections, abs=0.005)
    assert at["total_revenue"] == pytest.approx(collections + 250_000.55, abs=0.005)
    # Percentile 60 lies 10/25 of the way from the 50th, 605,515, to the 75th, 723,400.
    employed = 605_515 + (723_400 - 605_515) * 10 / 25
    radiologists = 10 * 600_000 + 4 * employed + 1.5 * 690_000
    assert at["radiologist_compensation"] == pytest.approx(radiologists, abs=0.005)
    assert at["app_compensation"] == 2 * 130_000
    # 15.5 radiologists as answered; two APPs at the default 24 % of pay and 3,500.
    assert at["benefits_expense"] == pytest.approx(15.5 * 90_000 + 0.24 * 260_000, abs=0.005)
    assert at["malpractice_expense"] == pytest.approx(15.5 * 20_000 + 2 * 3_500, abs=0.005)
    assert at["education_expense"] == 0
    assert at["outside_read_expense"] == pytest.approx(900_001.37, abs=0.005)
    assert at["locums_expense"] == pytest.approx(250_000.89, abs=0.005)
    assert at["expense_other_provider"] == 81_000.5
    operating = 700_000.01 + 800_000 + 300_000 + 400_000
    assert at["total_operating_expense"] == pytest.approx(operating, abs=0.005)
    provider = radiologists + 260_000 + 15.5 * 110_000 + 0.24 * 260_000 + 7_000 + 900_001.37 + 250_000.89 + 81_000.5
    assert at["support_deficit"] == pytest.approx(provider + operating - collections - 250_000.55, abs=0.01)
    assert at["existing_hospital_payments"] == 500_000
    assert at["uncovered_workload"] == 0
    assert at["extra_teleradiology_expense"] == 0


def test_volumes_come_back_exactly():
    practice = practice_of(FULL)
    mary = practice.volumes["st_mary_s"]
    assert sum(line.base_exams.value for line in mary["emergency"].values()) == 100_001
    # 38, 49.5, 9 and 3.5 % of 100,001, in whole exams; the exam that is left joins CT, which is most of the work.
    exams = {name: line.base_exams.value for name, line in mary["emergency"].items()}
    assert exams == {"ct": 38_001, "xr": 49_500, "us": 9_000, "mr": 3_500}
    outpatient = mary["outpatient"].values()
    work = sum(line.base_exams.value * line.base_work_rvus_per_exam.value for line in outpatient)
    assert work == pytest.approx(61_234.5, abs=1e-6)
    assert sum(line.base_exams.value for line in practice.volumes["imaging_west"]["imaging_center"].values()) == 30_000


def test_exams_carry_the_work_rvus_of_the_accounts_where_those_are_known():
    answers = with_(FULL, accounts=with_(FULL.accounts, work_rvus=200_000))
    assert base_year(answers).series("work_rvus")[0] == pytest.approx(200_000, abs=1e-6)


def test_a_payers_work_follows_what_it_paid():
    # All from emergency. Commercial pays 1.9 times Medicare's price: 1.9 million of it is as much work as 1.0 of Medicare's.
    answers = with_(LEAST, collections=Collections(commercial=1_900_000, medicare=1_000_000))
    mix = practice_of(answers).payer_mix["emergency"]
    assert mix["commercial"].value == pytest.approx(0.5, abs=1e-4)
    # A payer that paid nothing keeps its default share among those that are there: 11 of 11 + 29 + 17.
    mix = practice_of(with_(answers, collections=with_(answers.collections, self_pay=0))).payer_mix["emergency"]
    assert mix["self_pay"].value == pytest.approx(11 / 57, abs=1e-4)
    assert mix["commercial"].value == pytest.approx(mix["medicare"].value, abs=2e-4)


def test_the_least_answers_make_a_practice_that_reads_its_own_work():
    result = base_year(LEAST)
    # Two partners read 24,000 work RVUs; billing at the default 6.5 %, benefits 15 %, malpractice 18,000.
    assert result.series("workload_per_radiologist_fte")[0] == pytest.approx(12_000 / (1 - 0.02299), rel=1e-6)
    assert result.series("locums_expense")[0] == pytest.approx(0, abs=0.005)
    expense = 2 * (600_000 * 1.15 + 18_000) + 0.065 * 1_500_000
    assert result.series("support_deficit")[0] == pytest.approx(expense - 1_500_000, abs=0.01)


def test_the_benefits_share_applies_to_everybody():
    costs = with_(FULL.costs, benefits_per_fte=None, benefits_share=0.2)
    result = base_year(with_(FULL, costs=costs))
    assert result.series("benefits_expense")[0] == pytest.approx(0.2 * result.series("compensation_allowed")[0], abs=0.005)


# ---- The tie-out ----


def test_the_tie_out_shows_every_line_of_the_accounts():
    rows = {row.label: row for row in tie_out(FULL, lines_of(base_year(FULL)))}
    assert list(rows) == [
        "Revenue", "Compensation paid", "Other provider expense", "Operating expense", "Support deficit", "Work RVUs"
    ]
    revenue = 11_600_000.12 + 250_000.55
    assert rows["Revenue"].practice == pytest.approx(revenue, abs=0.005)
    assert rows["Revenue"].difference == pytest.approx(revenue - 11_850_000, abs=0.005)
    assert rows["Operating expense"].difference == pytest.approx(0.01, abs=0.001)
    other = 15.5 * 110_000 + 0.24 * 260_000 + 7_000 + 900_001.37 + 250_000.89 + 81_000.5
    assert rows["Other provider expense"].practice == pytest.approx(other, abs=0.01)
    # 8.0 + 2.9 + 2.2 − 11.85 million.
    assert rows["Support deficit"].accounts == pytest.approx(1_250_000, abs=0.005)
    parts = [rows[name].difference for name in ("Compensation paid", "Other provider expense", "Operating expense")]
    assert rows["Support deficit"].difference == pytest.approx(sum(parts) - rows["Revenue"].difference, abs=0.01)
    assert rows["Work RVUs"].accounts is None
    assert rows["Work RVUs"].unit == "work RVU/year"


def test_accounts_that_are_not_entered_are_placeholders_and_no_deficit_is_made_up():
    answers = with_(FULL, accounts=Accounts(revenue=11_850_000))
    rows = {row.label: row for row in tie_out(answers, lines_of(base_year(answers)))}
    assert rows["Revenue"].accounts == 11_850_000
    assert rows["Support deficit"].accounts is None
    assert rows["Support deficit"].difference is None
    assert practice_of(answers).actuals.operating_expense.status == "placeholder"


# ---- The file ----


@pytest.mark.parametrize("answers", [FULL, LEAST], ids=["full", "least"])
def test_every_number_is_the_clients_own_or_says_where_it_comes_from(answers):
    for path, one in quantities(practice_of(answers)):
        if one.status != "client":
            assert one.as_of, path
            assert one.source or one.note, path


def test_what_was_answered_is_the_clients_own_to_the_letter():
    own = {one.value for _, one in quantities(practice_of(FULL)) if one.status == "client"}
    answered = {*FULL.collections.model_dump().values(), *FULL.costs.model_dump(exclude_none=True).values(),
                *FULL.accounts.model_dump(exclude_none=True).values(), 500_000, 10, 4, 1.5, 2, 600_000, 690_000, 130_000}
    # These two are totals whose price and quantity are filled in.
    assert answered - own == {FULL.costs.teleradiology, FULL.costs.locums}


def test_the_file_is_read_by_people():
    text = practice_text(FULL)
    assert text.startswith("# Made by quick start.")
    assert "base_year_collections = 6_000_000\n" in text
    assert tomllib.loads(text)["name"] == FULL.name
    for section in ("volumes", "payers", "providers", "expenses", "actuals"):
        before = text[: text.index(f"\n[{section}")].splitlines()
        assert before[-1].startswith("# "), section


def test_sites_of_any_name_get_keys_of_their_own():
    names = ["St. Mary's", "st mary s", "東京病院", "42nd Street", "![x](http://y)", "../../x", "東京", "a" * 400]
    sites = tuple(Site(name=name, volumes={"emergency": Volume(exams=4_000)}) for name in names)
    practice = practice_of(with_(LEAST, sites=sites))
    assert [facility.label for facility in practice.facilities.values()] == names
    assert len(practice.service_schedule) == len(names)


# ---- Half-filled forms ----


def test_answers_survive_as_text():
    assert parse_answers(answers_text(FULL).encode(), "answers.toml") == FULL
    half = Answers(name="Half", costs=Costs(locums=5))
    assert parse_answers(answers_text(half).encode(), "answers.toml") == half
    assert parse_answers(answers_text(Answers()).encode(), "answers.toml") == Answers()
    assert parse_file(answers_text(FULL).encode(), "answers.toml") == ("quick start answers", FULL)


def test_an_empty_form_says_what_is_missing_in_each_step():
    by_step = {step: [fault.reason for fault in faults(Answers()) if step_of(fault) == step] for step in STEPS}
    assert by_step == {
        "Hospitals and volume": [
            "name the practice",
            "say which year your numbers are of",
            "enter at least one hospital or imaging center",
        ],
        "Payers": ["enter what at least one payer paid in the year"],
        "People": ["enter the FTE of at least one kind of radiologist"],
        "Costs": [],
        "Last year's accounts": [],
    }
    with pytest.raises(BadInput, match="name the practice"):
        practice_text(Answers())


BAD = [
    ("sites.0.volumes", "County: enter a year's exams", {"sites": (Site(name="County"),)}),
    (
        "sites.0.volumes.emergency",
        "exams or work RVUs, not both",
        {"sites": (Site(name="County", volumes={"emergency": Volume(exams=5, work_rvus=5)}),)},
    ),
    ("people.partner_radiologist.pay_per_fte", "agreed pay", {"people": People(partner_radiologist=Radiologists(fte=2))}),
    (
        "people.partner_radiologist.pay_percentile",
        "not both",
        {"people": People(partner_radiologist=Radiologists(fte=2, pay_per_fte=1, pay_percentile=50))},
    ),
    (
        "people.partner_radiologist.pay_percentile",
        "covers percentiles 50 to 75",
        {"people": People(partner_radiologist=Radiologists(fte=2, pay_percentile=90))},
    ),
    (
        "people.compensation_benchmark",
        "did you mean 'survey_compensation'",
        {"people": with_(LEAST.people, compensation_benchmark="survey_compensatio")},
    ),
    ("costs.benefits_share", "not both", {"costs": Costs(benefits_share=0.1, benefits_per_fte=1)}),
    ("costs.billing_share", "not both", {"costs": Costs(billing_share=0.1, billing=1)}),
    ("costs.teleradiology", "more than three quarters", {"costs": Costs(teleradiology=1_000_000)}),
    ("costs.locums", "more than three quarters", {"costs": Costs(locums=2_000_000)}),
    ("people", "every radiologist FTE would read 240,000", {"people": People(
        partner_radiologist=Radiologists(fte=0.1, pay_per_fte=600_000))}),
    (
        "accounts.work_rvus",
        "do not fit the volumes",
        {
            "sites": (Site(name="County", volumes={"emergency": Volume(exams=40_000)}),),
            "accounts": Accounts(work_rvus=240_000),
        },
    ),
]


@pytest.mark.parametrize(("key", "words", "changes"), BAD, ids=[f"{key}: {words}" for key, words, _ in BAD])
def test_answers_that_do_not_fit_are_told_where_and_why(key, words, changes):
    found = faults(with_(LEAST, **changes))
    assert [fault.key for fault in found] == [key]
    assert words in found[0].reason
    assert step_of(found[0]) in STEPS


def test_answers_outside_what_is_possible_are_told_with_the_words_of_the_question():
    with pytest.raises(BadInput) as raised:
        parse_answers(b"base_year = 1990\n[costs]\nbenefits_share = 15\nlocums = -1\nlocum = 1\n", "answers.toml")
    assert [str(fault) for fault in raised.value.faults] == [
        "answers.toml: base_year: Last full year: 1,990 is outside what is possible, 2,015 to 2,060",
        "answers.toml: costs.benefits_share: Or benefits as a share of pay: 15 is outside what is possible, 0 to 1; "
        "shares run from 0 to 1, not in percent",
        "answers.toml: costs.locums: Locums: -1 is outside what is possible, 0 to 10,000,000,000",
        "answers.toml: costs.locum: is not a known key; remove it, or did you mean 'locums'?",
    ]


def test_every_question_has_words_and_every_amount_has_bounds():
    for record in (Answers, Site, Volume, Collections, People, Radiologists, AdvancedPracticeProviders, Costs, Accounts):
        questions = asked(record)
        assert set(questions) == set(record.model_fields) - {"volumes"}
        for name, question in questions.items():
            assert question.label, name
            assert (question.greatest is not None) == bool(question.unit) or name == "base_year", name


# ---- Any plausible practice ----

cents = st.integers(0, 50_000_000_00).map(lambda amount: amount / 100)


@st.composite
def plausible(draw):
    """Volumes first; people, collections and bought coverage in proportion to them."""
    maybe = lambda strategy: draw(st.none() | strategy)  # noqa: E731
    sites = []
    for number in range(draw(st.integers(1, 3))):
        chosen = draw(st.lists(st.sampled_from(SETTINGS), min_size=1, unique=True))
        by_exams = {setting: draw(st.booleans()) for setting in chosen}
        volumes = {
            setting: Volume(exams=draw(st.integers(500, 300_000))) if by_exams[setting]
            else Volume(work_rvus=draw(st.floats(500, 300_000)))
            for setting in chosen
        }
        biller = draw(st.sampled_from(["group", "hospital"]))
        sites.append(Site(name=f"Site {number}", in_scope=draw(st.booleans()), billed_by=biller, existing_payments=maybe(cents),
                          volumes=volumes))
    work = sum(volume.work_rvus or volume.exams * 0.75 for site in sites for volume in site.volumes.values())
    kinds = ["partner_radiologist", "employed_radiologist", "part_time_radiologist", "interventional_radiologist"]
    staffed = draw(st.lists(st.sampled_from(kinds), min_size=1, unique=True))
    fte = work / draw(st.integers(7_000, 16_000)) / len(staffed)
    people = {kind: Radiologists(fte=max(round(fte, 2), 0.01), **draw(st.sampled_from(
        [{"pay_per_fte": 612_345.67}, {"pay_percentile": 62.5}]))) for kind in staffed}
    payers = draw(st.lists(st.sampled_from(list(Collections.model_fields)), min_size=1, unique=True))
    share = st.integers(0, 12).map(lambda hundredths: hundredths / 100)
    assistants = st.integers(0, min(20, int(work / 20_000)))
    return Answers(
        name="Any", base_year=draw(st.integers(2020, 2030)), sites=tuple(sites),
        collections=Collections(**{payer: draw(cents) for payer in payers}), other_revenue=maybe(cents),
        people=People(**people, advanced_practice_provider=AdvancedPracticeProviders(fte=maybe(assistants))),
        costs=Costs(
            benefits_per_fte=maybe(st.integers(0, 200_000)), malpractice_per_fte=maybe(st.integers(0, 90_000)),
            teleradiology=maybe(share.map(lambda part: round(part * work * 50, 2))),
            locums=maybe(share.map(lambda part: round(part * work * 70, 2))), other_provider=maybe(cents), billing=maybe(cents),
            management=maybe(cents), information_systems=maybe(cents), other_operating=maybe(cents)),
        accounts=Accounts(revenue=maybe(cents), operating_expense=maybe(cents)))


@given(plausible())
@settings(max_examples=60, deadline=None)
def test_any_plausible_answers_tie_to_themselves(answers):
    assert faults(answers) == []
    practice = practice_of(answers)
    result = base_year(answers)
    at = {name: result.series(name)[0] for name in result.graph.lines if not result.graph.lines[name].table}
    for key, site in zip(practice.facilities, answers.sites, strict=True):
        for setting, volume in site.volumes.items():
            lines = practice.volumes[key][setting].values()
            assert all(line.base_exams.value >= 0 for line in lines)
            if volume.exams:
                assert sum(line.base_exams.value for line in lines) == volume.exams
            else:
                work = sum(line.base_exams.value * line.base_work_rvus_per_exam.value for line in lines)
                assert work == pytest.approx(volume.work_rvus, rel=1e-12)
    costs = answers.costs
    collections = sum(answers.collections.model_dump(exclude_none=True).values())
    revenue = collections + (answers.other_revenue or 0)
    assert at["total_revenue"] == pytest.approx(revenue, abs=0.01)
    assert at["locums_expense"] == pytest.approx(costs.locums or 0, abs=0.01)
    assert at["outside_read_expense"] == pytest.approx(costs.teleradiology or 0, abs=0.01)
    assert at["uncovered_workload"] == pytest.approx(0, abs=1e-6)

    # Percentile 62.5 is half way from 553,861 to 664,161.
    pay = {"pay": 0.0, "benefits": 0.0, "malpractice": 0.0}
    for kind in ("partner_radiologist", "employed_radiologist", "part_time_radiologist", "interventional_radiologist"):
        one = getattr(answers.people, kind)
        if one.fte:
            each = one.pay_per_fte if one.pay_per_fte is not None else (553_861 + 664_161) / 2
            pay["pay"] += one.fte * each
            pay["benefits"] += one.fte * (0.15 * each if costs.benefits_per_fte is None else costs.benefits_per_fte)
            usual = 32_000 if kind == "interventional_radiologist" else 18_000
            pay["malpractice"] += one.fte * (usual if costs.malpractice_per_fte is None else costs.malpractice_per_fte)
    apps = answers.people.advanced_practice_provider.fte or 0
    pay["pay"] += apps * 132_000
    pay["benefits"] += apps * 132_000 * 0.24
    pay["malpractice"] += apps * 3_500
    totals = (costs.teleradiology, costs.locums, costs.other_provider, costs.management, costs.information_systems,
              costs.other_operating)
    billing = 0.065 * at["collections_billed_by_group"] if costs.billing is None else costs.billing
    stated = sum(pay.values()) + sum(total or 0 for total in totals) + billing
    assert at["support_deficit"] == pytest.approx(stated - revenue, abs=0.5)
