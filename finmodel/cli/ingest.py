"""The verb that makes a practice of billing exports, with a report of what they tell and how far they can be trusted."""

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from finmodel.assumptions import BadInput, Fault
from finmodel.format import money, number, percent

if TYPE_CHECKING:
    from finmodel.assumptions.practice import Practice


@click.command("ingest")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--fee-schedule", "schedules", multiple=True, required=True, type=click.Path(path_type=Path), metavar="FILE",
              help="The relative value file of each year of service, as downloaded from CMS.")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="PRACTICE.toml",
              help="The practice file to write.")
@click.option("--name", help="The practice's name; that of the file to write unless given.")
@click.option("--year", type=int, help="The base year; the last whole calendar year of service unless given.")
@click.option("--map", "corrections", multiple=True, metavar="COLUMN=CONCEPT",
              help="Read a concept from this column; =CONCEPT from none.")
@click.option("--assume", "assumed", multiple=True, metavar="CONCEPT=VALUE",
              help="What holds for every row of files without the column.")
@click.option("--dates", type=click.Choice(["month-first", "day-first"]),
              help="How dates are written, where the values do not tell.")
@click.option("--decimal", "decimal_mark", type=click.Choice(["point", "comma"]),
              help="How decimals are written, where values do not tell.")
@click.option("--payer-rules", "rules", type=click.Path(path_type=Path), metavar="FILE",
              help="Rules that class payers, instead of those "
                                                                                              "that ship.")
@click.option("--remember", "memory", type=click.Path(path_type=Path), metavar="FOLDER",
              help="Keep corrections by header in this folder.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def ingest_exports(files: tuple[Path, ...], schedules: tuple[Path, ...], out: Path, name: str | None, year: int | None,
                   corrections: tuple[str, ...], assumed: tuple[str, ...], dates: str | None, decimal_mark: str | None,
                   rules: Path | None,
                   memory: Path | None, form: str) -> int:
    """A practice from billing exports: volumes, payer mix, rates, and what was set aside and why."""
    from finmodel.billing.fee_schedule import load_fee_schedule
    from finmodel.billing.ingest import Choices, headers, ingest
    from finmodel.billing.practice_file import practice_text
    from finmodel.billing.report import report

    if not out.absolute().parent.is_dir() or out.is_dir():
        raise BadInput([Fault(str(out), "", "is a folder; name the file to write" if out.is_dir() else
                              "the folder of this file does not exist; make it, or write somewhere else")])
    choices = Choices({concept: column for column, concept in _pairs("--map", corrections)}, dict(_pairs("--assume", assumed)),
                      dates, decimal_mark, rules, memory)
    found = report(ingest(headers(files, choices), choices), [load_fee_schedule(path) for path in schedules],
                   name or out.stem.replace("_", " ").capitalize(), year)
    out.write_text(practice_text(found.practice), encoding="utf-8")
    if form == "json":
        click.echo(json.dumps(found.document, allow_nan=False, ensure_ascii=False))
    else:
        for number_of_file, path in enumerate(files, 1):
            click.echo(f"export {number_of_file} is {path.name}")
        _print(found.document, found.practice, out)
    return 1 if any(row["difference"] for row in found.document["control_totals"]) else 0


def _pairs(option: str, texts: tuple[str, ...]) -> list[tuple[str, str]]:
    wrong = [text for text in texts if "=" not in text]
    if wrong:
        raise BadInput(Fault(option, text, f"write {'COLUMN=CONCEPT' if option == '--map' else 'CONCEPT=VALUE'}")
                       for text in wrong)
    pairs = [(text.rpartition("=")[0], text.rpartition("=")[2]) if option == "--map" else
             (text.partition("=")[0], text.partition("=")[2]) for text in texts]
    sides = list(zip(*pairs, strict=True))[:2 if option == "--map" else 1]
    twice = [name for side in sides for name, count in Counter(side).items() if count > 1 and name]
    if twice:
        raise BadInput(Fault(option, name, "is given more than once; a concept has one column or value, and a column one concept")
                       for name in twice)
    return pairs


def _print(document: dict[str, Any], practice: "Practice", out: Path) -> None:
    for file in document["files"]:
        click.echo(f"{file['file']}: {number(file['rows'])} rows, {'; '.join(file['how'])}; {file['columns_not_read']} not read")
        for concept, one in file["columns"].items():
            click.echo(f"  {_words(concept):<22}{one['column']}{'' if one['by'] == 'name' else ' (' + one['by'] + ')'}")
    _print_volumes(practice)
    _print_payers(document)
    _print_money(document)
    for caution in document["cautions"]:
        click.echo(f"Caution: {caution}.")
    click.echo(f"\n{out}: a practice of {document['year']}; providers and costs in it are filled in and say so.")


def _print_volumes(practice: "Practice") -> None:
    click.echo("\nVolumes of the practice, with lines of one to ten patients put together" + f"{'exams':>17}{'work RVUs':>14}")
    for facility, settings in practice.volumes.items():
        for setting, lines in settings.items():
            for line, one in lines.items():
                exams, work = one.base_exams.values[0], one.base_work_rvus_per_exam.values[0]
                words = f"{practice.facilities[facility].label[:30]:<32}{_words(setting):<17}{_words(line):<13}"
                click.echo(f"  {words}{number(exams):>23}{number(exams * work, 1):>14}")


def _places(where: list[str]) -> str:
    return f" (look at {'; '.join(where)})" if where else ""


def _words(name: str) -> str:
    return name.replace("_", " ")


def _print_payers(document: dict[str, Any]) -> None:
    heads = ("work RVUs", "share", "allowed/wRVU", "collected/wRVU", "x Medicare", "net coll.", "denied")
    click.echo("\nPayers" + " " * 16 + "".join(f"{head:>15}" for head in heads))
    for row in document["payers"]:
        cells = (_shown(row["work_rvus"], number), _shown(row["share_of_work_rvus"], percent),
                 _shown(row["allowed_per_work_rvu"], _cents),
                 _shown(row["collected_per_work_rvu"], _cents), _shown(row["collected_over_medicare"], _factor),
                 _shown(row["net_collection_rate"], percent), _shown(row["denied_share_of_services"], percent))
        click.echo(f"{row['label']:<22}" + "".join(f"{cell:>15}" for cell in cells))


def _shown(value: float | None, form: Any) -> str:
    return "—" if value is None else str(form(value))


def _cents(value: float) -> str:
    return money(value, 2)


def _factor(value: float) -> str:
    return number(value, 2)


def _print_money(document: dict[str, Any]) -> None:
    estimated = [row for row in document["maturity"] if row["is_estimate"]]
    for row in estimated:
        click.echo(f"Estimate: {row['month']} has {money(row['collected'], 2)}, {percent(row['arrived_share'])} of the expected "
                   f"{money(row['expected'], 2)}.")
    heads = ("files", "counted", "set aside", "repeated", "replaced", "voids", "difference")
    click.echo("\nControl totals" + "".join(f"{head:>18}" for head in heads))
    for row in document["control_totals"]:
        names = ("files", "counted", "set_aside", "repeated_by_other_payers", "replaced", "voids_turned", "difference")
        click.echo(f"{row['measure']:<14}" + "".join(f"{money(row[name] / 100, 2):>18}" for name in names))
    for row in document["set_aside"]:
        told = (f"{number(row['services'])} services, charges {money(row['charge'] / 100, 2)}, paid {money(row['paid'] / 100, 2)}"
                if row["services"] else "1 to 10 services")
        click.echo(f"Set aside: {told}: {row['why']}{_places(row['where'])}.")
