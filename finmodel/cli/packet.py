"""The verb that puts everything on the table: packet."""

import datetime
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from finmodel.assumptions import BadInput, Fault
from finmodel.assumptions.faults import nearest
from finmodel.assumptions.files import load_uncertainty
from finmodel.assumptions.reading import read_file
from finmodel.cli.inputs import Given, with_inputs
from finmodel.model import Result

if TYPE_CHECKING:
    from finmodel.analysis.uncertainty.outlook import Outlook
    from finmodel.packet.blocks import Edits
    from finmodel.packet.policy import Policy

FILE = click.Path(path_type=Path, dir_okay=False)
EDITS = (
    click.option("--title", default="", help="The title of the first page."),
    click.option("--letter", type=FILE, help="A text file: the opening letter."),
    click.option("--logo", type=FILE, help="A PNG or JPEG picture."),
    click.option("--offer", "offers", multiple=True, help="What the group offers in return; once more for each."),
    click.option("--leave-out", multiple=True, metavar="SECTION", help="A section that is not wanted, such as appendix."),
)
SHARING = (
    click.option("--share", multiple=True, metavar="PATTERN", help="Lines or entries that the hospital sees beyond the usual."),
    click.option("--withhold", multiple=True, metavar="PATTERN", help="Lines or entries that the hospital does not see."),
    click.option("--earlier", multiple=True, type=FILE, metavar="FILE",
                 help="The JSON file of an earlier packet for the reader."),
    click.option("--narrowest", type=click.FloatRange(0.0, 10.0, min_open=True), default=0.10, show_default=True,
                 help="The least width of what can be computed of a confidential figure, as a share of it."),
    click.option("--warn-only", is_flag=True, help="Go on where a confidential figure follows more tightly."),
)


WRITTEN = ("title", "letter", "logo", "offers", "leave_out")
ONLY_SHARED = ("share", "withhold", "earlier", "narrowest", "warn_only")


def _with_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What is written into the packet, and what of it is shared."""
    for option in reversed((*EDITS, *SHARING)):
        command = option(command)
    return command


@click.command("packet")
@with_inputs
@click.option("--audience", type=click.Choice(["group", "hospital", "board", "valuator"]), required=True,
              help="Who reads it: the group everything, the hospital what is shared.")
@click.option("--out", "folder", type=click.Path(path_type=Path, file_okay=False), required=True, help="Where the files go.")
@click.option("--whose", type=click.Choice(["hospital", "group"]), default="hospital", show_default=True,
              help="Whose board a packet for a board is for.")
@_with_options
@click.option("--draws", type=click.IntRange(0, 1 << 20), default=0, metavar="N",
              help="Draw so many futures, a power of two, and tell how sure the figures are.")
@click.option("--date", "made_on", type=click.DateTime(["%Y-%m-%d"]), help="The date in the footer; today unless given.")
@click.option("--version-name", default="working copy", show_default=True, help="What the footer calls this version.")
def make_packet(given: Given, audience: Any, folder: Path, whose: Any, draws: int, made_on: datetime.datetime | None,
                version_name: str, **chosen: Any) -> int:
    """The negotiation packet: PDF, workbook, slides, JSON and CSV from the same content, for one reader."""
    from finmodel.packet.build import build, see_that_it_can_be_written
    from finmodel.packet.content import is_for_counterparty, packet

    see_that_it_can_be_written(folder)
    _see_that_options_do_something(audience, whose, draws, chosen["narrowest"])
    edits, result = _edits(**{name: chosen[name] for name in WRITTEN}), given.evaluated()
    policy = _policy(result, chosen) if is_for_counterparty(audience, whose) else None
    if policy:
        _tell_what_is_given_away(result, policy, chosen)
    made = packet(result, audience, whose=whose, policy=policy, edits=edits, outlook=_outlook(result, draws),
                  made_on=(made_on or datetime.datetime.now()).date(), version=version_name)
    for one in build(made, result, policy, folder):
        click.echo(f"{one.label}: {one.path}")
    return 1 if result.failed_checks() else 0


def _edits(title: str, letter: Path | None, logo: Path | None, offers: tuple[str, ...], leave_out: tuple[str, ...]) -> "Edits":
    from finmodel.packet.blocks import Edits
    from finmodel.packet.content import SECTIONS
    from finmodel.packet.logo import clean_logo

    unknown = [one for one in leave_out if one not in SECTIONS]
    if unknown:
        raise BadInput(Fault("--leave-out", one, f"is no section; {nearest(one, SECTIONS) or 'known: ' + ', '.join(SECTIONS)}")
                       for one in unknown)
    text = read_file(letter, str(letter)).decode("utf-8", "replace") if letter else ""
    picture = clean_logo(read_file(logo, str(logo)), str(logo)) if logo else None
    return Edits(title, text, picture, offers, frozenset(leave_out))


def _see_that_options_do_something(audience: Any, whose: Any, draws: int, narrowest: float) -> None:
    """Refuse what would be passed over in silence: for some readers nothing is withheld, and draws come in powers of two."""
    from finmodel.packet.content import is_for_counterparty

    context = click.get_current_context()
    given = {name for name in (*ONLY_SHARED, "whose") if context.get_parameter_source(name) is not ParameterSource.DEFAULT}
    idle = [name for name in ONLY_SHARED if name in given and not is_for_counterparty(audience, whose)]
    reason = "does nothing for this reader, from whom nothing is withheld; leave it out, or make the hospital's packet"
    faults = [Fault(f"--{name.replace('_', '-')}", "", reason) for name in idle]
    if "whose" in given and audience != "board":
        faults.append(Fault("--whose", "", "says whose board reads it, and this packet is for no board; leave it out"))
    if math.isnan(narrowest):
        faults.append(Fault("--narrowest", "", "is not a number; give a share such as 0.10"))
    if draws & (draws - 1):
        faults.append(Fault("--draws", str(draws), f"is no power of two; the nearest below is {1 << draws.bit_length() - 1}"))
    if faults:
        raise BadInput(faults)


def _policy(result: Result, sharing: dict[str, Any]) -> "Policy":
    from finmodel.packet.policy import Policy, see_that_all_match

    see_that_all_match(result, sharing["share"], sharing["withhold"])
    return Policy().with_exceptions(sharing["share"], sharing["withhold"])


def _tell_what_is_given_away(result: Result, policy: "Policy", sharing: dict[str, Any]) -> None:
    """The intervals of what is confidential, on standard error; stops where one is too tight."""
    from finmodel.packet.sharing import NOT_COVERED, given_away, guessed_closely, lines_told, refuse, sentence, too_tight

    earlier = {name for file in sharing["earlier"] for name in lines_told(file)}
    found = given_away(result, policy, earlier)
    tight = too_tight(found, sharing["narrowest"])
    if not sharing["warn_only"]:
        refuse(tight, sharing["narrowest"])
    warned = [*tight, *guessed_closely(found, sharing["narrowest"])]
    click.echo("What the reader can compute of what is confidential:", err=True)
    for one in found:
        click.echo(f"  {'WARNING: ' if one in warned else ''}{sentence(one)}", err=True)
    click.echo(f"  {NOT_COVERED}", err=True)


def _outlook(result: Result, draws: int) -> "Outlook | None":
    """The futures of the practice under the proposals, where some are asked for."""
    if not draws:
        return None
    from finmodel.analysis.uncertainty.outlook import outlook
    from finmodel.analysis.uncertainty.parties import lines_needed
    from finmodel.analysis.uncertainty.simulate import simulate

    uncertainty, assumptions = load_uncertainty(), result.assumptions[0]
    return outlook(simulate(assumptions, uncertainty, lines_needed(assumptions.proposals), count=draws, seed=1), uncertainty)
