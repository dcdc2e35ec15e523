"""A proposal in words: nothing is left unsaid, no place is left unfilled, and what is not agreed is not mentioned."""

import datetime
import re

import pytest

from finmodel import load_practice
from finmodel.assumptions import Record
from finmodel.assumptions.fields import fields_of
from finmodel.assumptions.quantity import quantities
from finmodel.contracts.clause import Lines, Rows, Schedule, rows_of
from finmodel.contracts.escalators import ESCALATORS
from finmodel.contracts.files import load_proposal, proposal_of
from finmodel.contracts.mechanisms import MECHANISMS
from finmodel.contracts.modifiers import MODIFIERS
from finmodel.contracts.term_sheet import NOT_STATED, in_clause_words, labels_of, term_sheet
from finmodel.format import in_full
from finmodel.lines import all_lines

CLAUSES = {**MECHANISMS, **MODIFIERS, **ESCALATORS}
# Fields of every mechanism that are said elsewhere than in its clause.
COMMON = {
    "kind",
    "label",
    "active",
    "if_also_in_base",
    "physician",
    "escalator",
    "modifiers",
    "purpose",
    "benchmark",
    "evidence_status",
}


def number_in(limits, position):
    """A number within the limits, another one at each position, as a file writes it."""
    low = limits.minimum if limits else 0.0
    high = limits.maximum if limits and limits.maximum is not None else 1.0 if limits and limits.unit == "share" else low + 1e5
    value = round(low + (high - low) * (0.31 + 0.007 * position), 4)
    return float(int(value)) if limits and limits.integer else value


def written(record: type[Record], *, optional: bool) -> dict:
    """The fields of a record as a file writes them; those that may be left out only if asked for."""
    asked = [one for one in fields_of(record) if one.name not in COMMON - {"kind"} and (one.is_required or optional)]
    made = {one.name: value_of(record, one, position, optional=optional) for position, one in enumerate(asked)}
    return {name: value for name, value in made.items() if value is not None}


def value_of(record, field, position, *, optional):
    """A value for a field, as valid as its type and limits can say."""
    rows = rows_of(record, field.name)
    if rows:
        return {"first_row": written(rows, optional=optional), "second_row": written(rows, optional=optional)}
    for mark in record.model_fields[field.name].metadata:
        if isinstance(mark, Schedule):
            return 2025
        if isinstance(mark, Rows):
            return ["client_hospital"]
        if isinstance(mark, Lines):
            return ["total_provider_expense", "billing"]
    plain = {
        "choice": field.choices[:1],
        "yes_no": [True],
        "date": [datetime.date(2026, 3, 1)],
        "whole": [3],
        "text": ["one_row"],
    }
    return number_in(field.limits, position) if field.kind == "number" else next(iter(plain.get(field.kind, [])), None)


def made_of(kind, *, optional):
    """A clause of a kind with made-up terms, as valid as its limits can say; what spans several terms is put in order."""
    return CLAUSES[kind].model_validate(written(CLAUSES[kind], optional=optional))


@pytest.mark.parametrize("kind", CLAUSES)
def test_every_number_agreed_is_said_and_no_place_is_left(kind):
    clause = made_of(kind, optional=True)
    words = in_clause_words(clause)
    assert not re.search(r"[{}\[\]]", words)
    assert NOT_STATED not in words
    assert words.endswith(".")
    for path, quantity in quantities(clause):
        assert in_full(quantity.values[0], quantity.unit) in words, path


@pytest.mark.parametrize("kind", CLAUSES)
def test_what_is_not_agreed_is_not_mentioned(kind):
    words = in_clause_words(made_of(kind, optional=False))
    assert NOT_STATED not in words
    assert not re.search(r"[{}\[\]]| [.,;]|\(\)", words)
    assert not words[0].islower()
    assert words.endswith(".")


def test_each_place_in_a_clause_is_a_term_of_it():
    for kind, record in CLAUSES.items():
        unknown = {name for name in re.findall(r"\{(\w+)\}", record.clause()) if name not in record.model_fields}
        assert not unknown, kind
        unknown = {name for name in re.findall(r"\[(?:not )?(\w+): ", record.clause()) if name not in record.model_fields}
        assert not unknown, kind


def test_every_term_has_its_place_in_the_clause():
    for kind, record in CLAUSES.items():
        silent = {name for name in record.terms() if not re.search(rf"\{{{name}\}}|\[(not )?{name}: ", record.clause())}
        assert not silent, kind


STIPEND = {
    "name": "Two parts",
    "covers": "client hospital",
    "starts": datetime.date(2026, 7, 1),
    "years": 3,
    "payment_frequency": "quarterly",
    "true_up_month": 4,
    "replaces_existing_payments": False,
    "notice": {"days": 180, "tail": 250_000},
    "valuation": {"discount_rate": 0.06, "timing": "middle of year"},
    "escalator": {"kind": "fixed", "rate": 0.03},
    "mechanisms": {
        "stipend": {
            "kind": "fixed_stipend",
            "amount": 6_318_609,
            "purpose": "Emergency cover",
            "if_also_in_base": "credit",
            "modifiers": {
                "shared": {
                    "kind": "risk_corridor",
                    "shortfall_bands": {
                        "near": {"from_share": 0.03, "to_share": 0.08, "hospital_share": 0.5},
                        "far": {"from_share": 0.08, "to_share": 1.0, "hospital_share": 1.0},
                    },
                },
                "top": {"kind": "cap", "amount": 7_000_000.5},
            },
        },
        "off": {"kind": "fixed_stipend", "active": False},
    },
    "modifiers": {"top": {"kind": "cap", "amount": 8_000_000}},
}


def test_the_head_of_the_term_sheet_states_the_facts():
    facts = dict(term_sheet(proposal_of(STIPEND, "two.toml")).facts)
    assert facts["Covers"] == "The professional services that the practice renders at the client hospital."
    assert facts["Term"] == "3 years, from July 1, 2026 through June 30, 2029."
    assert facts["Payment"] == "Quarterly; settled once a year, in April."
    assert facts["Notice"] == "Without cause, 180 days ahead; the tail then due is $250,000."
    assert facts["Escalator"] == "Amounts rise by 3 % a year at each anniversary."
    assert facts["Valuation"] == "Payments are brought to the start at 6 % a year, each counted at the middle of the year."
    assert facts["Existing payments"] == "Continue beside this contract."


def test_a_mechanism_is_a_paragraph_with_its_modifiers_in_order():
    stipend, together = term_sheet(proposal_of(STIPEND, "two.toml")).paragraphs
    assert stipend.heading == "Fixed stipend"
    said = [
        "The hospital pays $6,318,609 a year for total expense, ",
        "from 3 % to 8 % of the budget the hospital takes 50 %; from 8 % to 100 % of the budget the hospital takes 100 %.",
        "The payment is at most $7,000,000.50 a year.",
        "Where a cost base contains what this pays for, the payment is credited against that base.",
        "Purpose: Emergency cover.",
    ]
    positions = [stipend.text.index(sentence) for sentence in said]
    assert positions == sorted(positions)
    assert "exceed" not in stipend.text
    assert stipend.documents == ("written agreement", "purpose statement", "independent valuation")
    assert together.heading == "All parts together"
    assert together.text.startswith("The payment is at most $8,000,000 a year.")


def test_lines_are_called_what_the_practice_calls_them():
    _, proposal = load_proposal("cost_basis")
    paragraph, *_ = term_sheet(proposal, {"total_expense": "Total expense of the service"}).paragraphs
    assert "(Total expense of the service)" in paragraph.text


def test_a_path_of_amounts_is_said_year_by_year():
    amount = {"by_year": {2026: 6e6, 2028: 6.5e6}, "unit": "USD/year", "status": "client"}
    clause = MECHANISMS["fixed_stipend"].model_validate({"kind": "fixed_stipend", "amount": amount})
    assert "pays $6,000,000 a year from 2026 and $6,500,000 a year from 2028 for" in in_clause_words(clause)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (6_318_609, "USD/year", "$6,318,609 a year"),
        (91.1, "USD/work RVU", "$91.10 per work RVU"),
        (275, "USD/hour", "$275 an hour"),
        (195_441, "USD/FTE/year", "$195,441 per FTE a year"),
        (0.03, "share", "3 %"),
        (1, "day", "1 day"),
        (180, "day", "180 days"),
        (17.5, "FTE", "17.5 FTE"),
        (3, "count", "3"),
        (12, "shift/week", "12 shifts a week"),
    ],
)
def test_a_value_is_said_in_full(value, unit, said):
    assert in_full(value, unit) == said


def test_rows_and_lines_are_called_what_the_practice_calls_them():
    practice = load_practice("sample")
    labels = labels_of(practice, all_lines())
    assert labels["total_expense"] == "Total expense"
    assert labels["payers.self_pay"] == practice.payers["self_pay"].label
    assert labels["segments.client_hospital.inpatient.ir"] == "Client hospital (400 beds), inpatient, IR"
    clause = MODIFIERS["reopener"].model_validate(
        {**written(MODIFIERS["reopener"], optional=True), "payers": ["self_pay", "medicaid"]}
    )
    assert f"{labels['payers.self_pay']} and {labels['payers.medicaid']}" in in_clause_words(clause, labels)


RISING = {**STIPEND, "mechanisms": {
    "stipend": STIPEND["mechanisms"]["stipend"],
    "call": {
        "kind": "interventional_call", "call": "from home", "method": "a rate for each kind of day",
        "day_types": {"all": {"day": "weekday", "days": 365, "rate": 1_000}}, "physicians_at_once": 1, "physicians_in_rota": 4,
        "escalator": {"kind": "fixed", "rate": 0.02},
    },
}}  # fmt: skip


def test_a_cap_that_rises_says_so():
    stipend, call, together = term_sheet(proposal_of(RISING, "rising.toml")).paragraphs
    assert "The cap and the stipend stated are those of the first contract year and rise with the escalator." in stipend.text
    rising = "The rate of a day stated is that of the first contract year and rises with the escalator."
    assert call.text.index("Amounts rise by 2 % a year") < call.text.index(rising)
    assert together.text.endswith("The cap stated is that of the first contract year and rises with the escalator.")
    steady = {name: one for name, one in STIPEND.items() if name != "escalator"}
    assert not any("escalator" in one.text for one in term_sheet(proposal_of(steady, "steady.toml")).paragraphs)


def test_what_an_income_guarantee_pays_is_said_with_its_costs():
    recruit = {"starts": datetime.date(2026, 7, 1), "retention_months": 36, "guarantee_months": 24, "guaranteed_income": 500_000,
               "expected_collections": 400_000, "costs_charged": 90_000, "incremental_cost": 60_000}
    clause = MECHANISMS["recruitment"].model_validate(
        {"kind": "recruitment", "interest": 0.05, "lines_paid": [], "recruits": {"one": recruit}})  # fmt: skip
    words = in_clause_words(clause)
    assert ("earned over 36 months; an income of $500,000 a year is guaranteed for 24 months, of which the hospital makes up "
            "what collections less costs fall short, with collections of $400,000 a year expected, costs of $90,000 a year "
            "charged and no more counted than the $60,000 a year that the recruit actually adds.") in words
    without = {name: recruit[name] for name in ("starts", "retention_months")}
    plain = clause.model_validate({"kind": "recruitment", "interest": 0.05, "lines_paid": [], "recruits": {"one": without}})
    assert "income" not in in_clause_words(plain)
