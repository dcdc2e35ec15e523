"""A plan's multiple of Medicare is recovered to the last digit, with the codes that break it; other plans are told apart."""

import csv
import io
import json
import random
from decimal import ROUND_HALF_UP, Decimal

import pytest

from finmodel.billing.payer_rates import Rate, plan_rates
from tests.fee_schedules import GPCI_2025, RVUS_2025, genuine, localities, many_rows, relative_values, shell, written

HEADER = "payer,plan,hcpcs,modifier,amount\n"
CODES = [(f"7{at:04}", "26") for at in range(60)]


def cents(amount):
    return Decimal(amount).quantize(Decimal("0.01"), ROUND_HALF_UP)


def medicare_of(code):
    """An invented amount of Medicare for each code, from 8.17 to 172.99."""
    return Decimal(817 + 281 * (int(code[0]) % 60)) / 100 + Decimal(int(code[0]) % 7) / 100


def rates(pay, codes=CODES, plan="PPO"):
    return [Rate("Acme", plan, code, pay(code), medicare_of(code), medicare_of(code)) for code in codes]


def single(rows):
    (found,) = plan_rates(rows)
    return found


@pytest.mark.parametrize("multiple", ["1", "1.2", "1.185", "0.97", "2.3", "1.3333", "1.25", "0.85"])
def test_a_multiple_is_recovered_to_the_last_digit(multiple):
    found = single(rates(lambda code: cents(medicare_of(code) * Decimal(multiple))))
    assert (found.basis, found.multiples[0].value, found.share_exact, found.breaking) == ("medicare", Decimal(multiple), 1, ())
    assert found.codes == 60


def test_codes_that_break_the_multiple_are_named_with_theirs():
    odd = {CODES[3]: Decimal("50.00"), CODES[7]: cents(medicare_of(CODES[7]) * Decimal("1.2")) + Decimal("0.01")}
    found = single(rates(lambda code: odd.get(code, cents(medicare_of(code) * Decimal("1.2")))))
    assert (found.basis, found.multiples[0].value) == ("medicare", Decimal("1.2"))
    assert found.share_exact == Decimal(58) / 60
    assert [code for code, _ in found.breaking] == [CODES[3], CODES[7]]
    assert found.breaking[0][1] == Decimal("50.00") / medicare_of(CODES[3])


def test_families_of_codes_may_have_multiples_of_their_own():
    def pay(code):
        at = CODES.index(code)
        return cents(medicare_of(code) * Decimal("1.2" if at < 30 else "1.1" if at < 48 else "0.95"))

    found = single(rates(pay))
    assert [(str(one.value), len(one.codes)) for one in found.multiples] == [("1.2", 30), ("1.1", 18), ("0.95", 12)]
    assert found.basis == "medicare"
    assert {code for code, _ in found.breaking} == set(CODES[30:])


@pytest.mark.parametrize("seed", range(5))
def test_a_percentage_of_charges_is_said_to_be_no_multiple(seed):
    charges = random.Random(seed)  # noqa: S311
    found = single(rates(lambda code: cents(Decimal(round(float(medicare_of(code)) * charges.uniform(2, 6))) * Decimal("0.45"))))
    assert found.basis == "not_medicare_based"
    assert found.share_exact < Decimal("0.15")
    assert found.breaking == ()


@pytest.mark.parametrize("seed", range(5))
def test_charges_that_follow_medicare_by_whole_dollars_are_no_multiple_either(seed):
    charges = random.Random(seed)  # noqa: S311
    found = single(rates(lambda code: cents(Decimal(round(medicare_of(code) * 3 + charges.randint(-1, 1))) * Decimal("0.6"))))
    assert found.basis == "not_medicare_based"


@pytest.mark.parametrize(("on_it", "basis"), [(8, "not_medicare_based"), (24, "medicare")])
def test_a_few_codes_on_a_multiple_do_not_make_a_plan_medicares(on_it, basis):
    charges = random.Random(7)  # noqa: S311
    found = single(rates(lambda code: cents(medicare_of(code) * (
        Decimal("1.2") if CODES.index(code) < on_it else Decimal(charges.randint(800, 3000)) / 1000))))
    assert (found.basis, found.share_exact) == (basis, Decimal(on_it) / 60)


def test_amounts_rounded_to_whole_dollars_are_a_multiple_and_say_so():
    """115 % of 8.17 is 9.3955, so 9 dollars: 1.10 of Medicare's amount, and within half a dollar of 1.15."""
    found = single(rates(lambda code: (medicare_of(code) * Decimal("1.15")).quantize(Decimal(1), ROUND_HALF_UP)))
    assert (found.basis, found.multiples[0].value, found.share_exact, found.rounded_to) == ("medicare", Decimal("1.15"), 1, 1)
    assert single(rates(lambda code: cents(medicare_of(code) * Decimal("1.15")))).rounded_to == Decimal("0.01")
    charges = random.Random(2)  # noqa: S311
    spread = single(rates(lambda code: Decimal(round(float(medicare_of(code)) * charges.uniform(2, 6)))))
    assert (spread.basis, spread.rounded_to) == ("not_medicare_based", Decimal("0.01"))


def test_one_price_for_every_code_is_no_multiple():
    assert single(rates(lambda _: Decimal("75.00"))).basis == "not_medicare_based"


@pytest.mark.parametrize(("count", "multiple", "basis"), [
    (1, "1", "too_few_codes"), (2, "1.2", "too_few_codes"), (3, "1.2", "medicare")])
def test_with_too_few_codes_nothing_is_claimed(count, multiple, basis):
    found = single(rates(lambda code: cents(medicare_of(code) * Decimal(multiple)), CODES[5:5 + count]))
    assert (found.basis, found.codes) == (basis, count)
    assert single(rates(lambda code: Decimal(code[0][-2:]), CODES[11:15])).basis == "too_few_codes"


def test_codes_that_medicare_does_not_price_are_not_compared():
    rows = [*rates(lambda code: cents(medicare_of(code) * Decimal("1.2"))),
            Rate("Acme", "PPO", ("78608", ""), Decimal(900), None, None),
            Rate("Acme", "PPO", CODES[0], Decimal(0), Decimal(1), Decimal(1))]
    assert (single(rows).codes, single(rows).share_exact) == (60, 1)
    assert single(rows[-2:]).basis == "too_few_codes"


def test_of_several_amounts_for_a_code_the_commonest_counts():
    rows = rates(lambda code: cents(medicare_of(code) * Decimal("1.2"))) * 2
    reduced = [row._replace(amount=cents(row.amount * Decimal("0.95"))) for row in rows[:20]]
    twice = [row._replace(amount=row.amount * 2) for row in rows[:20]]
    assert single([*reduced, *twice, *rows]).share_exact == 1


def test_dollars_per_rvu_round_once():
    """What 45 dollars a total RVU pay is no multiple of the rounded amounts, but one of the exact ones: 45 ÷ 32.3465."""
    rows = []
    for at, code in enumerate(CODES):
        rvus = Decimal(26 + 7 * at) / 100
        rows.append(Rate("Acme", "PPO", code, cents(rvus * 45), cents(rvus * Decimal("32.3465")), rvus * Decimal("32.3465")))
    found = single(rows)
    assert (found.basis, found.share_exact) == ("medicare", 1)
    assert abs(found.multiples[0].value - 45 / Decimal("32.3465")) < Decimal("0.0005")


def test_plans_stand_in_the_order_of_the_file():
    pay = lambda code: cents(medicare_of(code) * 2)  # noqa: E731
    assert [one.plan for one in plan_rates([*rates(pay, plan="B"), *rates(pay, plan="A")])] == ["B", "A"]


@pytest.fixture
def run(capsys):
    return shell(capsys)


@pytest.fixture
def files(tmp_path):
    return ["--fee-schedule", str(written(tmp_path, "PPRRVU2025_Oct.csv", relative_values(many_rows(40)))),
            "--gpci", str(written(tmp_path, "GPCI2025.csv", localities()))]


def contract(multiple, count=40):
    """Rates of a contract: a multiple of what the nation is paid for each of the invented codes."""
    factor = Decimal("32.3465")
    medicare = [cents(sum(Decimal(one[at]) for at in (5, 8, 10)) * factor) for one in many_rows(count)]
    return [f"{cents(amount * Decimal(multiple))}" for amount in medicare]


def test_the_verb_writes_a_row_for_each_plan(tmp_path, run, files):
    lines = [f'"=Acme, Inc.",PPO,{71000 + at},26,"${amount}"' for at, amount in enumerate(contract("1.15"))]
    lines[4] = '"=Acme, Inc.",PPO,71004,26,"1,000.00"'
    lines += [f"Beta,HMO,{71000 + at},26,{17 + at * at % 97}.37" for at in range(40)]
    lines += ["Gamma,EPO,71000,26,40", "Gamma,EPO,71001,26,n/a", "Gamma,EPO,99999,26,40"]
    done = run("payer-rates", written(tmp_path, "rates.csv", HEADER + "\n".join(lines)), *files, "--format", "csv")
    assert (done.returncode, done.stderr) == (0, "")
    header, *rows = csv.reader(io.StringIO(done.stdout))
    assert header == ["payer", "plan", "multiple_of_medicare", "codes", "share_exact", "breaking_codes", "basis",
                      "other_multiples", "dollars_per_rvu", "place", "rounded_to"]
    # 1.15 × 32.3465 = 37.198475
    assert rows[0] == ["'=Acme, Inc.", "PPO", "1.15", "40", "0.9750", "71004-26", "medicare", "", "37.20", "nation", "0.01"]
    assert (rows[1][:2], rows[1][2], rows[1][6]) == (["Beta", "HMO"], "", "not_medicare_based")
    assert rows[2] == ["Gamma", "EPO", "", "1", "1.0000", "", "too_few_codes", "", "", "nation", "0.01"]


def test_the_same_as_json_and_as_a_table(tmp_path, run, files):
    lines = [f"Acme,PPO,{71000 + at},26,{amount}" for at, amount in enumerate(contract("1.15"))]
    rows = written(tmp_path, "rates.csv", HEADER + "\n".join(lines))
    (plan,) = json.loads(run("payer-rates", rows, *files, "--format", "json").stdout)["plans"]
    assert plan == {"payer": "Acme", "plan": "PPO", "basis": "medicare", "codes": 40, "multiple_of_medicare": 1.15,
                    "share_exact": 1.0, "breaking_codes": [], "other_multiples": [], "dollars_per_rvu": 37.2,
                    "place": "nation", "rounded_to": 0.01}
    assert "1.15     $37.20      40   100.0 %" in run("payer-rates", rows, *files).stdout


def test_amounts_that_are_none_are_named_by_their_rows(tmp_path, run, files):
    rows = written(tmp_path, "rates.csv", HEADER + "Acme,PPO,71000,26,55%\nAcme,PPO,71001,26,secret\nAcme,PPO,71002,26,12\n")
    done = run("payer-rates", rows, *files)
    assert (done.returncode, done.stdout) == (2, "")
    assert "row 2: the amount" in done.stderr
    assert "row 3: the amount" in done.stderr
    assert "secret" not in done.stderr
    assert "plan: the file has no column" in run("payer-rates", written(tmp_path, "x.csv", "payer,hcpcs\n"), *files).stderr


def test_a_contract_that_leaves_out_the_locality_is_found_beside_those_that_do_not(tmp_path, run, files):
    """52.10 dollars for a total RVU, the same everywhere, which is 1.6107 × 32.3465; and twice what Alabama is paid."""
    lines = []
    for cells in many_rows(40):
        work, practice, malpractice = (Decimal(cells[at]) for at in (5, 8, 10))
        alabama = cents((work + practice * Decimal("0.869") + malpractice * Decimal("0.575")) * Decimal("32.3465"))
        everywhere = cents((work + practice + malpractice) * Decimal("52.10"))
        lines += [f"A,PPO,{cells[0]},26,{everywhere}", f"B,PPO,{cells[0]},26,{alabama * 2}"]
    rows = written(tmp_path, "rates.csv", HEADER + "\n".join(lines))
    done = run("payer-rates", rows, *files, "--locality", "10112-00", "--format", "csv")
    found = [(row["basis"], row["share_exact"], row["dollars_per_rvu"], row["place"])
             for row in csv.DictReader(io.StringIO(done.stdout))]
    assert found == [("medicare", "1.0000", "52.10", "nation"), ("medicare", "1.0000", "64.69", "10112-00")]
    assert "of the nation's amounts" in run("payer-rates", rows, *files, "--locality", "10112-00").stdout


@genuine
def test_contracts_on_genuine_amounts_are_recovered(tmp_path, run):
    """Alabama 2025 as priced by the verb of that name, × 1.35 for one plan; CT at 1.2 and the rest at 1.1 for another."""
    with RVUS_2025.open(encoding="cp1252") as stream:
        codes = [(cells[0], cells[1]) for cells in csv.reader(stream) if cells[1] == "26" and cells[3] == "A"][::3]
    medicare = ["--fee-schedule", RVUS_2025, "--gpci", GPCI_2025, "--locality", "10112-00"]
    asked = written(tmp_path, "codes.csv", "hcpcs,modifier\n" + "".join(f"{code},{modifier}\n" for code, modifier in codes))
    priced = csv.DictReader(io.StringIO(run("price", asked, *medicare, "--format", "csv").stdout))
    paid = [(*code, Decimal(row["amount"])) for code, row in zip(codes, priced, strict=True)]
    ct = {"70450", "70460", "70470", "71250", "71260", "71270", "72125", "74150", "74160", "74176", "74177", "74178"}
    lines = [f"A,PPO,{code},{modifier},{cents(amount * Decimal('1.35'))}" for code, modifier, amount in paid]
    lines += [f"B,PPO,{code},{modifier},{cents(amount * Decimal('1.2' if code in ct else '1.1'))}"
              for code, modifier, amount in paid]
    found = run("payer-rates", written(tmp_path, "rates.csv", HEADER + "\n".join(lines)), *medicare, "--format", "csv").stdout
    first, second = csv.DictReader(io.StringIO(found))
    assert (first["multiple_of_medicare"], first["share_exact"], first["breaking_codes"]) == ("1.35", "1.0000", "")
    assert second["multiple_of_medicare"] == "1.1"
    assert set(second["breaking_codes"].split()) == {f"{code}-26" for code, _ in codes if code in ct}
