"""The practice that an export tells of: volumes, payers, mix and rates from the files; the rest as quick start fills it in."""

import datetime
from collections.abc import Mapping
from typing import Any, cast

from finmodel.assumptions import BadInput, Fault
from finmodel.assumptions.answers import Answers, Collections, People, Radiologists, Site, Volume
from finmodel.assumptions.defaults import Defaults
from finmodel.assumptions.files import load_benchmarks, load_defaults
from finmodel.assumptions.filling import filled_practice
from finmodel.assumptions.practice import Payer, Practice, Segment
from finmodel.assumptions.quantity import Quantity, Setting
from finmodel.assumptions.splitting import site_keys, written_shares
from finmodel.assumptions.writing import practice_as_text
from finmodel.billing.disclosure import to_fold
from finmodel.billing.maturity import Maturity
from finmodel.billing.origin import Origin, together
from finmodel.billing.rules import CLASS_LABELS, CLASSES
from finmodel.billing.summary import Summary
from finmodel.format import number

ASKED_PAYERS = tuple(Collections.model_fields)
COMMENTS = {
    "": "Made from billing exports: volumes, payers, mix and rates are counted in them, each with a note that names the files\n"
        "and the figure. What an export cannot tell, providers and costs, is filled in and says so: replace it step by step.",
    "volumes": "---- Where we read: net of reversals, voids and replacements. Lines of one to ten patients are put together.",
    "payers": "---- Who pays: what arrived for services of the base year, and what is estimated to be still on its way.",
    "payer_mix": "Shares are of work RVUs, counted in the exports.",
    "providers": "---- Who reads: not in an export. As many radiologists as would read this work at the default pace.",
    "actuals": "---- The accounts of the base year, to tie out to: not in an export.",
}


def practice_of(summary: Summary, maturity: Maturity, patients: Mapping[str, Mapping[tuple[Any, ...], float]],
                origin: Origin) -> Practice:
    """The practice; its volumes are those of the export but for cells of one to ten patients, which are put together.

    Raises:
        BadInput: when so few patients are in it that nothing may be shown.
    """
    in_year = f"set_aside = '' AND year = {origin.year}"
    rows = [{**row, "site": origin.sites[row["site_key"]]} for row in summary.by("site_key", "setting", "line", where=in_year)]
    # In the order of names: keys of sites are others in every run.
    counted = sorted((row for row in rows if row["exams"] > 0 and row["work_rvus"] >= 0),
                     key=lambda row: (row["site"], row["setting"], row["line"]))
    behind = {(origin.sites[key[0]], *key[1:3]): count for key, count in patients["year"].items() if key[3] == origin.year}
    sites = [(name, settings) for name, settings in together(counted, behind, origin).items() if settings]
    if not sites:
        raise BadInput([Fault(origin.files, "",
                              f"no more than ten patients of {origin.year} are in each setting, so nothing may be shown; "
                                                "give the exports of a whole year")])
    settings_used = {setting for _, settings in sites for setting in settings}
    mix = {setting: shares for setting, shares in _mix(summary, patients, origin).items() if setting in settings_used}
    collected = _collected(summary, maturity, mix, origin)
    if not any(expected > 0 for _, expected in collected.values()):
        raise BadInput([Fault(origin.files, "paid", f"no payment for services of {origin.year} is in the files, so that no "
                                                    "revenue can be told; give what payers answered too, the remittances")])
    answers = _answers(sites, collected, origin, load_defaults())
    defaults, benchmarks = load_defaults(), load_benchmarks()
    practice = filled_practice(answers, defaults, benchmarks)
    keys = site_keys(answers)
    return practice.model_copy(update={
        "description": f"Counted in billing exports ({origin.files}); what they cannot tell is filled in and says so."[:400],
        "volumes": {key: _segments(settings, origin, defaults) for key, (_, settings) in zip(keys, sites, strict=True)},
        "payers": {payer: _payer(payer, amount, maturity, origin, defaults) for payer, amount in collected.items()},
        "payer_mix": mix,
        "providers": {key: one.model_copy(update={"fte": _unknown_fte(one.fte),
                                                  "compensation_per_fte": one.compensation_per_fte.model_copy(
            update={"note": f"not in the export; {one.compensation_per_fte.note or 'default'}"[:400]})})
            for key, one in practice.providers.items()}})


def practice_text(practice: Practice) -> str:
    """The practice as the text of its file."""
    return practice_as_text(practice, COMMENTS)


def _mix(summary: Summary, patients: Mapping[str, Mapping[tuple[Any, ...], float]],
         origin: Origin) -> dict[Setting, dict[str, Quantity]]:
    """Shares of work RVUs by setting; payers of one to ten patients count as other there."""
    found: dict[Setting, dict[str, Quantity]] = {}
    work: dict[str, dict[str, float]] = {}
    for row in summary.by("setting", "payer", where=f"set_aside = '' AND year = {origin.year}"):
        work.setdefault(row["setting"], {})[row["payer"]] = max(row["work_rvus"], 0.0)
    for setting, by_payer in work.items():
        counts = {payer: patients["payer"].get((setting, CLASSES.index(payer), origin.year), 0.0 if not rvus else 1e9)
                  for payer, rvus in by_payer.items() if rvus > 0}
        for payer in to_fold(counts) | ({"unknown"} & set(by_payer)):
            if payer != "other":
                by_payer["other"] = by_payer.get("other", 0.0) + by_payer.pop(payer)
        kept = {payer: rvus for payer, rvus in by_payer.items() if rvus > 0}
        total = sum(kept.values())
        shares = written_shares([rvus / total for rvus in kept.values()]) if total else []
        found[cast("Setting", setting)] = {payer: origin.counted(share, "share",
                                                                 f"{number(rvus, 2)} of {number(total, 2)} work RVUs")
                                           for (payer, rvus), share in zip(kept.items(), shares, strict=True)}
    return found


def _collected(summary: Summary, maturity: Maturity, mix: Mapping[Setting, Mapping[str, Quantity]],
               origin: Origin) -> dict[str, tuple[float, float]]:
    """What arrived in dollars of services of the year by payer, and what is expected in the end.

    A payer that counts as other in a setting does so with what it paid there.
    """
    found: dict[str, tuple[float, float]] = {}
    rows = summary.by("setting", "payer", "month", where=f"set_aside = '' AND year = {origin.year}")
    for row, in_the_end in zip(rows, maturity.expected_of(rows), strict=True):
        shares = mix.get(cast("Setting", row["setting"]), {})
        payer = row["payer"] if row["payer"] in shares else "other"
        if payer not in shares:
            continue
        arrived, expected = found.get(payer, (0.0, 0.0))
        found[payer] = (arrived + row["paid"] / 100, expected + in_the_end / 100)
    return found


def _answers(sites: list[tuple[str, dict[str, dict[str, tuple[float, float]]]]],
             collected: Mapping[str, tuple[float, float]], origin: Origin, defaults: Defaults) -> Answers:
    """The export as answers of quick start, which fills in the rest; the radiologists are as many as would read the work."""
    work = sum(one[1] for _, settings in sites for lines in settings.values() for one in lines.values())
    pace = defaults.providers["employed_radiologist"].work_rvus_per_fte.values[0]
    paid = dict.fromkeys(ASKED_PAYERS, 0.0)
    for payer, (_, expected) in collected.items():
        paid[payer if payer in paid else "other"] += max(expected, 0.0) * origin.to_a_year
    return Answers(
        name=origin.name, base_year=origin.year,
        sites=tuple(Site(name=name[:400], volumes={
            cast("Setting", setting): Volume(work_rvus=sum(one[1] for one in lines.values())) for setting,
            lines in settings.items()})
            for name, settings in sites),
        collections=Collections(**{payer: amount for payer, amount in paid.items() if amount}),
        people=People(employed_radiologist=Radiologists(fte=max(round(work / pace, 2), 0.01), pay_percentile=50)))


def _segments(settings: dict[str, dict[str, tuple[float, float]]], origin: Origin,
              defaults: Defaults) -> dict[Setting, dict[str, Segment]]:
    found: dict[Setting, dict[str, Segment]] = {}
    for name, lines in settings.items():
        setting = cast("Setting", name)
        usual = defaults.service_lines[setting]
        anywhere = {line: one for by_line in defaults.service_lines.values() for line, one in by_line.items()}
        found[setting] = {line: Segment(
            base_exams=origin.counted(exams, "exam/year", f"{number(exams / origin.to_a_year, 3)} net exams"),
            base_work_rvus_per_exam=origin.counted(work / exams, "work RVU/exam",
                                                   f"{number(work / origin.to_a_year, 2)} work RVUs ÷ these exams"),
            annual_growth=(usual.get(line) or anywhere.get(line) or anywhere["xr"]).annual_growth)
            for line, (exams, work) in lines.items()}
    return found


def _payer(payer: str, amount: tuple[float, float], maturity: Maturity, origin: Origin, defaults: Defaults) -> Payer:
    arrived, expected = (max(one, 0.0) for one in amount)
    usual = defaults.payers[payer if payer in defaults.payers else "other"]
    figure = f"${number(arrived, 2)} collected"
    if maturity.arrived_share and expected > arrived:
        figure += f" and ${number(expected - arrived, 2)} estimated to arrive by the lag of payments"
    quantity = origin.counted(expected * origin.to_a_year, "USD/year", figure)
    return Payer(label=CLASS_LABELS[payer], medicare_indexed_share=usual.medicare_indexed_share, annual_trend=usual.annual_trend,
                 base_year_collections=quantity if expected <= arrived else quantity.model_copy(update={"status": "judgment"}))


def _unknown_fte(fte: Quantity) -> Quantity:
    return fte.model_copy(update={"status": "placeholder", "as_of": datetime.date.today(), "note": (
        "not in the export: as many as would read this work at the default pace; replace it by your roster")})
