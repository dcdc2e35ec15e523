"""Paths in plain words, with the names that the practice gives its rows."""

import pytest

from finmodel import assume, load_practice
from finmodel.assumptions import names
from finmodel.assumptions.words import CAPITALS, describe

SAMPLE = load_practice("sample")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("payers.commercial.collected_per_work_rvu", "Commercial: collected per work RVU"),
        ("volumes.client_hospital.emergency.ct.base_exams", "Client hospital (400 beds), emergency, CT: exams in the base year"),
        ("volumes.imaging_center.imaging_center.xr_dxa.annual_growth", "Imaging center, imaging center, XR DXA: yearly growth"),
        ("providers.partner_radiologist.fte", "Partners, diagnostic: FTE"),
        ("payer_mix.emergency.self_pay", "Emergency, Self-pay: share of work RVUs"),
        ("payer_mix_shift.emergency.commercial", "Emergency, Commercial: yearly shift of the share of work RVUs"),
        ("expenses.billing.rate", "Billing and collection: rate"),
        ("roster_changes.hire_2026.size", "Employed radiologist joins, July 1, 2026: FTE that join, or leave if negative"),
        ("medicare_rules.conversion_factor", "Medicare: conversion factor"),
        ("shortfall.locums_price_per_day", "Bought coverage: locums price per day"),
        ("actuals.work_rvus", "Last year's accounts: work RVUs"),
        ("base_year", "Base year"),
    ],
)
def test_a_path_in_words(path, words):
    assert describe(path, SAMPLE) == words


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("volumes.*.*.*.base_exams", "All sites: exams in the base year"),
        ("volumes.*.emergency.*.annual_growth", "All facilities, emergency, all kinds of exam: yearly growth"),
        ("providers.*.compensation_per_fte", "All categories: agreed pay per FTE"),
        ("providers.p*_radiologist.fte", "Partners, diagnostic and Part-time, diagnostic: FTE"),
        ("payer_mix_by_facility.*.emergency.commercial", "All facilities, emergency, Commercial: share of work RVUs"),
        ("medicare_rules.conversion_factor*", "Medicare: conversion factor"),
        ("inflation.*", "Provider cost other than pay: all"),
    ],
)
def test_a_pattern_in_words(pattern, words):
    assert describe(pattern, SAMPLE) == words


@pytest.mark.parametrize("name", names("practices"))
def test_every_assumption_has_words_of_its_own(name):
    practice = load_practice(name)
    told = {path: describe(path, practice) for path in assume(practice)}
    assert all(words and "_" not in words and words[0].isupper() for words in told.values())
    lower = {word.lower() for word in CAPITALS}
    assert not [words for words in told.values() if lower & set(words.replace(",", " ").replace(":", " ").split())]
    assert len(set(told.values())) == len(told)


def test_a_row_that_the_practice_does_not_have_is_called_by_its_key():
    assert describe("payers.tricare_prime.annual_trend", SAMPLE) == "Tricare prime: yearly price trend"
