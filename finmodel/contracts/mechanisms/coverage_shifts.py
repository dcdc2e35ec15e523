"""Coverage by shifts or seats: what a block of time costs, less what the reads in it bring."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.assumptions import Quantity, Record
from finmodel.assumptions.quantity import Key, Of
from finmodel.contracts.clause import LineNames, Term
from finmodel.contracts.mechanism import Mechanism
from finmodel.engine import line


class Block(Record):
    """{shifts} at {cost_per_shift}[, less {collections_per_shift} collected] [not reads_are_billed: with reads not billed]."""

    shifts: Annotated[Quantity, Of("shift/year", 0.0, 100_000.0), Term(
        "Shifts", "Shifts or seats that are staffed in a full year.")]
    cost_per_shift: Annotated[Quantity, Of("USD/shift", 0.0, 100_000.0), Term("Cost", "What one shift costs the group.")]
    reads_are_billed: Annotated[bool, Term("Reads are billed", "Whether payers are billed for what is read in these shifts.")]
    collections_per_shift: Annotated[Quantity | None, Of("USD/shift", 0.0, 100_000.0), Term(
        "Collections", "What the reads of one shift collect.")] = None


class CoverageShifts(Mechanism):
    """For each block of time the hospital pays the shifts staffed at their cost less what the reads in them collect: {blocks}
    [nets_surpluses: ; a block that collects more than it costs reduces what is paid for the others][; the payment is for
    {cost_covered}].
    """

    title: ClassVar = "Coverage by shift"
    family: ClassVar = "aggregate"
    evidence: ClassVar = ("written_agreement", "purpose_statement", "independent_valuation", "schedule_of_shifts",
                          "collections_report")
    questions: ClassVar = ("Who proves which shifts were staffed?",
                           "Are the reads of these shifts billed, and are their collections in the figures?")

    kind: Literal["coverage_shifts"]
    blocks: Annotated[dict[Key, Block], Term(
        "Blocks of time", "Shifts, cost and collections of each block.", escalates=True, rising="cost of a shift")]
    nets_surpluses: Annotated[bool, Term(
        "Nets blocks", "Whether a block that collects more than it costs reduces what is paid for the others.")] = True
    cost_covered: Annotated[LineNames, Term("Pays for", "The cost lines of the practice that these shifts are part of.")]

    def lines_paid_for(self) -> tuple[str, ...]:
        """The cost lines that the shifts are part of."""
        return self.cost_covered

    def inconsistencies(self) -> Iterator[str]:
        """No blocks, and reads that are billed without being netted."""
        yield from super().inconsistencies()
        if not self.blocks:
            yield "blocks: the table is empty; name at least one block of time"
        for key, block in self.blocks.items():
            if block.reads_are_billed and block.collections_per_shift is None:
                yield (f"blocks.{key}.collections_per_shift: is missing although the reads are billed, so they would be paid for "
                       "twice; state what the reads of a shift collect")
            if not block.reads_are_billed and block.collections_per_shift is not None:
                yield (f"blocks.{key}.collections_per_shift: nothing is collected for reads that are not billed; remove it, or "
                       "set reads_are_billed = true")

    @line("Cost of the shifts, by block", unit="USD/year", table="blocks")
    @staticmethod
    def cost_by_block(blocks_shifts, blocks_cost_per_shift, escalator):
        """Shifts × cost of a shift × escalation since the start."""
        return blocks_shifts * blocks_cost_per_shift * escalator

    @line("Collections of the shifts, by block", unit="USD/year", table="blocks")
    @staticmethod
    def collections_by_block(blocks_shifts, blocks_collections_per_shift):
        """Shifts × collections of a shift."""
        return blocks_shifts * blocks_collections_per_shift

    @line("Need, by block", unit="USD/year", table="blocks")
    @staticmethod
    def need_by_block(cost_by_block, collections_by_block, nets_surpluses):
        """Cost − collections; a block that collects more than it costs counts as zero unless blocks are netted."""
        need = cost_by_block - collections_by_block
        return np.where(nets_surpluses, need, np.maximum(need, 0.0))

    @line("Payment in a full year", unit="USD/year")
    @staticmethod
    def payment(need_by_block):
        """Sum over blocks, not below zero."""
        return np.maximum(need_by_block.sum(axis=0, keepdims=True), 0.0)

    @line("Most the hospital can owe in a full year", unit="USD/year")
    @staticmethod
    def most(payment):
        """The payment itself: shifts, cost and collections are as agreed."""
        return payment
