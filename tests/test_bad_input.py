"""Bad input of every kind: a clear error with file and key, all faults at once, exit code 2, never a traceback."""

import os
import subprocess
import sys

import pytest

from finmodel.assumptions import SHIPPED, BadInput, load_practice, load_scenario, parse_practice

SAMPLE = (SHIPPED / "practices" / "sample.toml").read_text(encoding="utf-8")


def changed_sample(*replacements):
    text = SAMPLE
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def faults_of(content):
    with pytest.raises(BadInput) as caught:
        parse_practice(content if isinstance(content, bytes) else content.encode(), "mine.toml")
    assert all(fault.file == "mine.toml" and "\n" not in str(fault) for fault in caught.value.faults)
    return {fault.key: fault.reason for fault in caught.value.faults}


ONE_FAULT = {
    "unknown key": (
        ("vacancy_share = 0.0\nwork_rvus_per_fte = 9_000", "vacancy_shar = 0.0\nvacancy_share = 0.0\nwork_rvus_per_fte = 9_000"),
        "providers.interventional_radiologist.vacancy_shar",
        "did you mean 'vacancy_share'",
    ),
    "missing key": (("days_in_receivables = {", "#"), "collection.days_in_receivables", "is missing"),
    "text for a number": (("fte = 17.5", 'fte = "seventeen"'), "providers.partner_radiologist.fte", "expected a number"),
    "not a number": (("fte = 17.5", "fte = nan"), "providers.partner_radiologist.fte", "finite"),
    "infinite": (("fte = 17.5", "fte = inf"), "providers.partner_radiologist.fte", "finite"),
    "negative FTE": (("fte = 17.5", "fte = -17.5"), "providers.partner_radiologist.fte", "below the least possible value"),
    "share above one": (
        ("medicare_indexed_share = 0.4", "medicare_indexed_share = 40"),
        "payers.commercial.medicare_indexed_share",
        "not in percent",
    ),
    "mix that does not sum": (("medicaid = 0.24", "medicaid = 0.25"), "payer_mix.emergency", "sum to 1.01"),
    "unknown payer": (("self_pay = 0.11", "selfpay = 0.11"), "payer_mix.emergency.selfpay", "not one of the payers"),
    "unit outside the list": (
        ('value = 31, unit = "day"', 'value = 31, unit = "days"'),
        "collection.days_in_receivables.unit",
        "day",
    ),
    "sourced without source": ((', source = "rbma-2023"', ""), "collection.days_in_receivables", "needs a source"),
    "unknown source": (
        ('source = "rbma-2023"', 'source = "rbma-2032"'),
        "collection.days_in_receivables.source",
        "did you mean 'rbma-2023'",
    ),
    "unknown benchmark": (
        ('productivity = "specialty_work_rvus"', 'productivity = "mine"'),
        "benchmark.productivity",
        "not one of",
    ),
    "unknown facility": (
        ('facility = "other_hospitals"', 'facility = "clinics"'),
        "other_revenue.contract_reads_other.facility",
        "not one of the facilities",
    ),
    "unknown category": (
        ('category = "employed_radiologist"', 'category = "employed"'),
        "roster_changes.hire_2026.category",
        "not one of the providers",
    ),
    "two bases of a rate": (
        ("collected_per_work_rvu = 8.74", "collected_per_work_rvu = 8.74\nbase_year_collections = 1"),
        "payers.self_pay",
        "exactly one way",
    ),
    "horizon": (("horizon_years = 5", "horizon_years = 16"), "horizon_years", "outside 1 to 15"),
    "date as text": (("date = 2026-07-01", 'date = "2026-07-01"'), "roster_changes.hire_2026.date", "date such as 2026-01-31"),
    "key with a space": (
        ("[providers.partner_radiologist]", '[providers."Partner radiologist"]'),
        "providers.Partner radiologist",
        "lower-case",
    ),
}


ONE_FAULT |= {
    "unknown key with a dash": (('name = "Sample', 'foo-bar = 1\nname = "Sample'), "foo-bar", "not a known key"),
    "number without end": (("fte = 17.5", f"fte = {'9' * 400}"), "providers.partner_radiologist.fte", "finite"),
    "word that is near": (('kind = "app"', 'kind = "ap"'), "providers.advanced_practice_provider.kind", "did you mean 'app'"),
    "percent as a rate": (
        (
            'driver = "exams"\nrate = { value = 1.18, unit = "USD/exam"',
            'driver = "collections"\nrate = { value = 6.5, unit = "share"',
        ),
        "expenses.information_systems.rate",
        "not in percent",
    ),
    "rate without unit": (
        ('rate = { value = 210_000, unit = "USD/year", status = "illustrative", as_of = 2025-12-31 }', "rate = 210_000"),
        "expenses.office.rate",
        "needs a unit",
    ),
    "benchmark of something else": (
        ('compensation = "specialty_compensation"', 'compensation = "specialty_work_rvus"'),
        "benchmark.compensation",
        "not one of",
    ),
    "hire before the base year": (("date = 2026-07-01", "date = 2024-07-01"), "roster_changes.hire_2026.date", "before the base"),
    "mix that drifts": (
        ("medicaid = 0.24", 'medicaid = { by_year = { 2025 = 0.24, 2028 = 0.4 }, unit = "share", status = "client" }'),
        "payer_mix.emergency",
        "the shares of 2028 sum to 1.16",
    ),
    "value outside its range": (
        ("value = 3_600", "value = 9_600"),
        "shortfall.locums_price_per_day",
        "outside its own low and high",
    ),
    "year that is none": (
        ("fte = 17.5", 'fte = { by_year = { 202 = 17.5 }, unit = "FTE", status = "client" }'),
        "providers.partner_radiologist.fte",
        "must be years",
    ),
    "more than the whole": (
        ("teleradiology_share = 0.0", "teleradiology_share = 0.5"),
        "shortfall",
        "at most the whole shortfall",
    ),
    "name of two lines": (('name = "Sample specialty group"', 'name = "Sample\\nspecialty"'), "name", "single line"),
}


@pytest.mark.parametrize("kind", ONE_FAULT)
def test_the_fault_names_the_key_and_says_what_to_do(kind):
    replacement, key, words = ONE_FAULT[kind]
    faults = faults_of(changed_sample(replacement))
    assert key in faults, faults
    assert words in faults[key]


@pytest.mark.parametrize("kind", ONE_FAULT)
def test_one_mistake_is_one_line_in_any_layer(kind):
    replacement, key, _ = ONE_FAULT[kind]
    assert list(faults_of(changed_sample(replacement))) == [key]


MISTAKES_BY_LAYER = (
    "text for a number",
    "unit outside the list",
    "unknown key",
    "two bases of a rate",
    "mix that does not sum",
    "more than the whole",
    "unknown category",
    "unknown facility",
    "unknown benchmark",
    "horizon",
)
UNKNOWN_SOURCE = ('source = "locumpayguide-2026"', 'source = "locumpayguide-2062"')


def test_all_faults_of_a_file_come_together_whatever_their_layer():
    faults = faults_of(changed_sample(*(ONE_FAULT[kind][0] for kind in MISTAKES_BY_LAYER), UNKNOWN_SOURCE))
    expected = {ONE_FAULT[kind][1]: ONE_FAULT[kind][2] for kind in MISTAKES_BY_LAYER}
    expected["shortfall.locums_price_per_day.source"] = "did you mean 'locumpayguide-2026'"
    assert set(faults) == set(expected)
    for key, words in expected.items():
        assert words in faults[key]


def test_validate_lists_the_faults_of_the_file_and_of_the_assembled_model_in_one_go(tmp_path):
    path = tmp_path / "mine.toml"
    misfits = {
        "expenses.information_systems.driver": ('driver = "exams"', 'driver = "exam"'),
        "selections.allowable_cost": ('"expense_billing"]', '"expense_biling"]'),
    }
    path.write_text(
        changed_sample(*(ONE_FAULT[kind][0] for kind in MISTAKES_BY_LAYER), UNKNOWN_SOURCE, *misfits.values()), encoding="utf-8"
    )
    run = command("validate", str(path))
    assert run.returncode == 2
    assert len(run.stderr.splitlines()) == len(MISTAKES_BY_LAYER) + 3
    for key in (*(ONE_FAULT[kind][1] for kind in MISTAKES_BY_LAYER), *misfits):
        assert f"{path}: {key}: " in run.stderr
    assert "did you mean 'expense_billing'" in run.stderr


@pytest.mark.parametrize(
    ("replacement", "key"),
    [
        (("[facilities.client_hospital]", "[facilities.client_hospitl]"), "volumes.client_hospital"),
        (("[facilities.client_hospital]", '[facilities."Client hospital"]'), "facilities.Client hospital"),
        (("[payers.self_pay]", "[payers.selfpay]"), "payer_mix.emergency.self_pay"),
        (("[payers.self_pay]", '[payers."self pay"]'), "payers.self pay"),
        (("[providers.employed_radiologist]", '[providers."employed"]'), "roster_changes.hire_2026.category"),
        (("[payer_mix.emergency]", "[payer_mix.emergncy]"), "payer_mix.emergncy"),
        (("[volumes.imaging_center.imaging_center]", "[volumes.imaging_center.imaging]"), "volumes.imaging_center.imaging"),
        (("medicaid = 0.24", "medicaid = 24"), "payer_mix.emergency.medicaid"),
        (("base_year = 2025", 'base_year = "2025"'), "base_year"),
        (("base_year = 2025", "base_year = 20_025"), "base_year"),
        (("base_year = 2025", ""), "base_year"),
        (("horizon_years = 5", "horizon_year = 5"), "horizon_year"),
        (("benefits_rate = 0.24", "benefit_rate = 0.24"), "providers.advanced_practice_provider.benefit_rate"),
        (("[shortfall]", "[shortfal]"), "shortfal"),
        (("[actuals]", "[actual]"), "actual"),
        (("size = 1.0", "size = -1.0"), "roster_changes.hire_2026.ramps"),
        (("locums_share = 1.0", "locums_share = 1.5"), "shortfall.locums_share"),
        (("[expenses.billing]", "[expenses.billng]"), "selections.allowable_cost"),
    ],
)
def test_a_fault_that_other_parts_hang_on_is_reported_alone(tmp_path, replacement, key):
    path = tmp_path / "mine.toml"
    path.write_text(changed_sample(replacement), encoding="utf-8")
    run = command("validate", str(path))
    assert [line.split(": ")[1] for line in run.stderr.splitlines()] == [key]


def test_a_share_that_does_not_sum_is_seen_when_the_base_year_cannot_be_read():
    faults = faults_of(changed_sample(("base_year = 2025", 'base_year = "2025"'), ONE_FAULT["mix that does not sum"][0]))
    assert set(faults) == {"base_year", "payer_mix.emergency"}


def test_a_source_of_this_file_is_known_even_where_its_table_is_faulty():
    source = '\n[{}.mine]\ntitle = "Ours"\npublisher = "Us"\naddress = "here"\nlicence = "own"\n'
    for table, key in (("sources", "sources.mine.date"), ("source", "source")):
        text = changed_sample(('source = "rbma-2023"', 'source = "mine"')) + source.format(table)
        assert list(faults_of(text)) == [key]


@pytest.mark.parametrize("table", ["facilities", "volumes", "payers", "providers", "expenses", "service_schedule"])
def test_an_empty_table_is_a_fault(table):
    lines, kept, skipping = SAMPLE.splitlines(), [], False
    for line in lines:
        if line.startswith("["):
            skipping = line.startswith((f"[{table}.", f"[{table}]"))
        kept += [] if skipping else [line]
    faults = faults_of("\n".join([*kept, f"[{table}]"]))
    assert list(faults) == [table]
    assert "the table is empty" in faults[table]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x00\x89PNG\r\n\xff\xfe", "not a text file in UTF-8"),
        ("name = 'x'".encode("utf-16"), "not a text file in UTF-8"),
        (b"a = 1\na = 2\n", "not valid TOML"),
        (b"name = \n", "not valid TOML"),
        (b"x = " + b"[" * 5_000, "not valid TOML"),
        (b"# " + b"x" * 10_000_000, "larger than 1 MB"),
    ],
)
def test_a_file_that_is_no_practice_at_all(content, words):
    faults = faults_of(content)
    assert words in next(iter(faults.values()))


def test_an_empty_file_lists_what_is_missing():
    assert {"name", "providers", "payers", "volumes"} <= set(faults_of(b""))


@pytest.mark.parametrize("prefix", [b"\xef\xbb\xbf", b""])
@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_a_byte_order_mark_and_windows_line_ends_are_read(prefix, ending):
    assert parse_practice(prefix + SAMPLE.encode().replace(b"\n", ending), "mine.toml") == load_practice("sample")


SCENARIO = (
    'name = "x"\ndescription = "y"\n[[changes]]\npath = "providers.partner_radiologist.fte"\noperation = "set"\namount = 5\n'
)


@pytest.mark.parametrize(
    ("replacement", "words"),
    [
        (('"set"', '"sett"'), "operation"),
        (("amount = 5", 'amount = "5"'), "must be a number"),
        (("amount = 5", "amount = inf"), "finite"),
        (("amount = 5", "amount = 5\nyear = 2026\nfrom_year = 2027"), "give one of"),
        (('"set"', '"shift"'), "'to'"),
        (("amount = 5", "amount = 5\nwhen = 2026"), "not a known key"),
    ],
)
def test_a_scenario_file_is_checked_the_same_way(tmp_path, replacement, words):
    path = tmp_path / "scenario.toml"
    path.write_text(SCENARIO.replace(*replacement), encoding="utf-8")
    with pytest.raises(BadInput, match=words):
        load_scenario(str(path))


def command(*arguments, **options):
    return subprocess.run([sys.executable, "-m", "finmodel", *arguments], capture_output=True, text=True, check=False, **options)


def test_in_the_shell_each_fault_is_a_line_and_the_exit_code_is_two(tmp_path):
    (tmp_path / "binary.toml").write_bytes(os.urandom(2_000))
    (tmp_path / "faulty.toml").write_text(
        changed_sample(*(ONE_FAULT[kind][0] for kind in ("negative FTE", "share above one"))), encoding="utf-8"
    )
    (tmp_path / "good.toml").write_text(SAMPLE, encoding="utf-8")
    files = [str(tmp_path / name) for name in ("binary.toml", "faulty.toml", "good.toml", "missing.toml")]
    run = command("validate", *files, str(tmp_path))
    assert run.returncode == 2
    assert len(run.stderr.splitlines()) == 5
    assert "good.toml: a valid practice file" in run.stdout
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    "setting",
    [
        "providers.partner_radiologist.fte=-1",
        "payers.commercial.medicare_indexed_share=1.5",
        "payer_mix.emergency.medicaid=0.5",
        "providers.partner_radiologist.ftee=1",
        "providers.partner_radiologist.fte",
        "providers.partner_radiologist.fte=much",
        "=",
        "name=3",
        "providers.partner_radiologist.fte=1e400",
    ],
)
def test_a_setting_that_does_not_fit_says_why(setting):
    run = command("evaluate", "sample", "--set", setting)
    assert run.returncode == 2
    assert run.stdout == ""
    assert len(run.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--set", "providers.partner_radiologist.fte@2040=20"], "applies in no year"),
        (["--set", "providers.*_radiologists.fteee+=1"], "no such assumption"),
        (["--set", "medicare.geographic_index=-1"], "below the least possible value"),
        (["--set", "shortfall.teleradiology_share=0.9"], "at most the whole shortfall"),
        (["--set", "full_time.weeks_off=60"], "above the greatest possible value"),
        (["--set", "horizon_years=10"], "not a number"),
        (["--override", "staffed_fte=10"], "has a row for each of providers"),
        (["--override", "check_covered=1"], "is an integrity check"),
        (["--override", "locum_expense=1"], "did you mean 'locums_expense'"),
        (["--override", "locums_expense+=1"], "write line=value"),
        (["--set", "providers.partner_radiologist.fte=1e300"], "not a number of at most"),
    ],
)
def test_a_change_that_cannot_be_made_says_why(arguments, words):
    run = command("evaluate", "sample", *arguments)
    assert run.returncode == 2
    assert words in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_faults_of_practice_scenarios_settings_and_overrides_come_together():
    run = command("evaluate", "sample", "--scenario", "nowhere", "--set", "a.b=1", "--set", "c", "--override", "d=1")
    assert run.returncode == 2
    assert len(run.stderr.splitlines()) == 4


def test_amounts_can_be_added_multiplied_and_given():
    run = command("explain", "sample", "locums_expense", "--year", "2026", "--override", "locums_expense@2026=500_000")
    assert "$500,000" in run.stdout
    assert "[given, or depends on a given number]" in run.stdout
    run = command(
        "explain",
        "sample",
        "provider_fte",
        "--set",
        "providers.*_radiologist.fte += 1",
        "--set",
        "providers.partner_radiologist.fte*=2",
    )
    assert "37.00 FTE  [changed by --set; was 17.50 FTE" in run.stdout
    assert "5.00 FTE  [changed by --set; was 4.00 FTE" in run.stdout


@pytest.mark.parametrize(
    ("replacement", "key", "words"),
    [
        (("size = 1.0", "size = -50.0"), "check_fte_roll_forward", "check fails"),
        (('driver = "exams"', 'driver = "exam"'), "expenses.information_systems.driver", "did you mean 'exams'"),
        (('driver = "exams"', 'driver = "segment_exams"'), "expenses.information_systems.driver", "a row for each of segments"),
        (('driver = "exams"', 'driver = "revenue_coverage"'), "expenses.information_systems.driver", "cannot drive an expense"),
        (('driver = "exams"', 'driver = "total_expense"'), "expenses.information_systems.rate", "expected share"),
        (('unit = "USD/exam"', 'unit = "USD/FTE"'), "expenses.information_systems.rate", "expected USD/exam"),
        (('"expense_billing"]', '"work_rvus"]'), "selections.allowable_cost", "not in USD/year"),
        (('"expense_billing"]', '"locums_expense"]'), "selections.allowable_cost", "named twice"),
    ],
)
def test_validate_sees_what_only_the_assembled_model_shows(tmp_path, replacement, key, words):
    path = tmp_path / "mine.toml"
    text = changed_sample(replacement)
    path.write_text(text.replace("ramps = true", "ramps = false", 1), encoding="utf-8")
    run = command("validate", str(path))
    assert run.returncode == 2
    assert f"{path}: {key}: " in run.stderr
    assert words in run.stderr
    assert run.stdout == ""


def test_expenses_that_wait_for_each_other_are_named(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        changed_sample(
            (
                'driver = "exams"\nrate = { value = 1.18, unit = "USD/exam"',
                'driver = "total_expense"\nrate = { value = 0.01, unit = "share"',
            )
        ),
        encoding="utf-8",
    )
    run = command("validate", str(path))
    assert run.returncode == 2
    assert "wait for each other" in run.stderr
    assert "expense_information_systems" in run.stderr


def test_a_reader_that_leaves_early_is_no_failure():
    shell = f"{sys.executable} -m finmodel evaluate sample --format csv | head -1; echo ${{PIPESTATUS[0]}}"
    run = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert run.stdout.splitlines() == ["line,label,unit,row,year,value", "0"]
    assert run.stderr == ""


def test_a_terminal_that_speaks_another_encoding_is_no_failure():
    run = subprocess.run(
        [sys.executable, "-m", "finmodel", "evaluate", "multi_hospital"],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
    )
    assert run.returncode == 0
    assert "−$" in run.stdout.decode("utf-8")
