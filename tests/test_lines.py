"""What holds for every line of the model: how it is written, what it returns, and that it can be traced cell by cell."""

import ast
import inspect
import math
import re
import textwrap

import numpy as np
import pytest

from finmodel import assemble_model, assume, changed, load_practice
from finmodel.assumptions import Change, names
from finmodel.contracts.escalators import ESCALATORS
from finmodel.contracts.files import load_proposal
from finmodel.contracts.mechanisms import MECHANISMS
from finmodel.contracts.modifiers import MODIFIERS
from finmodel.engine import YEAR, Index, Line, Table, first_year, previous, ratio, spread, total_by
from finmodel.lines import all_lines
from finmodel.packet.workbook.cells import Cells
from tests.tracing import assert_traced, number

LINES = all_lines()
CLAUSES = [*MECHANISMS.values(), *MODIFIERS.values(), *ESCALATORS.values()]
CLAUSE_LINES = [one for clause in CLAUSES for one in clause.lines().values()]
UNIT_PARTS = {
    "USD",
    "FTE",
    "exam",
    "read",
    "work RVU",
    "total RVU",
    "share",
    "factor",
    "check",
    "hour",
    "shift",
    "day",
    "month",
    "year",
    "site",
}
ALLOWED_CALLS = {
    "np.where",
    "np.maximum",
    "np.minimum",
    "np.clip",
    "np.abs",
    "np.power",
    "np.cumprod",
    "np.cumsum",
    "np.maximum.accumulate",
    "sum",
    "spread",
    "total_by",
    "first_year",
    "previous",
    "ratio",
}


def body_of(one: Line) -> tuple[ast.FunctionDef, list[ast.stmt]]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(one.function))).body[0]
    assert isinstance(tree, ast.FunctionDef)
    return tree, tree.body[1:]


@pytest.mark.parametrize("one", [*LINES, *CLAUSE_LINES], ids=lambda one: one.name)
def test_a_line_is_written_as_agreed(one):
    function, body = body_of(one)
    assert one.label[0].isupper()
    assert set(one.unit.split("/")) <= UNIT_PARTS
    assert one.formula.split("\n")[0].endswith((".", ":", "÷"))
    assert len(one.formula) >= 10
    assert len(body) <= 4
    assert len(one.arguments) <= 7
    assert not function.args.defaults
    assert not function.args.kw_defaults
    assert not any(
        isinstance(node, ast.If | ast.IfExp | ast.For | ast.While | ast.AugAssign | ast.comprehension | ast.Try)
        for node in ast.walk(function)
    )
    for call in (node for statement in body for node in ast.walk(statement) if isinstance(node, ast.Call)):
        name = ast.unparse(call.func)
        assert name in ALLOWED_CALLS or re.fullmatch(r".+\.sum", name), f"{name} is not among the idioms"


def test_names_and_labels_are_given_once():
    for values in ([one.name for one in LINES], [one.label for one in LINES]):
        assert len(values) == len(set(values))


@pytest.mark.parametrize("practice", names("practices"))
def test_every_line_has_the_shape_of_its_table_and_traces_to_its_own_numbers(practice):
    # Piecemeal items name rows of the practice that they were agreed with; the other proposals fit any practice.
    fitting = [name for name in names("proposals") if name != "piecemeal" or practice == "sample"]
    base = assume(load_practice(practice), proposals=dict(load_proposal(name) for name in fitting))
    overridden = changed(
        base, [Change(path="locums_expense", operation="override", amount=1e5, year=base.practice.base_year)], ""
    )
    assert_traced(assemble_model(overridden).run())


A = np.array([[1.0, -2.0, 3.0], [4.0, 0.0, 6.0]])[:, :, None]
B = np.array([[2.0, 0.5, -1.0], [0.0, 3.0, 2.0]])[:, :, None]
CROSSING = Index(Table("inner", ("a", "b")), Table("outer", ("x", "y", "z")), np.array([2, 2]))
IDIOMS = {
    "arithmetic": lambda a, b: (a + b) * a - b / 2.0 + -a,
    "comparison": lambda a, b: ((a < b) | (a >= 3.0)) & (b != 0.0),
    "where": lambda a, b: np.where(a > b, a, b * 2.0),
    "maximum and minimum": lambda a, b: np.maximum(np.minimum(a, b), 0.0),
    "clip": lambda a, b: np.clip(a * b, -1.0, 2.0),
    "power": lambda a, b: np.power(np.abs(a) + 1.0, -b),
    "absolute": lambda a, b: np.abs(a - b),
    "sum over rows": lambda a, b: (a * b).sum(axis=0, keepdims=True),
    "cumulative product": lambda a, b: np.cumprod(1.0 + a * 0.1 + b * 0.0, axis=YEAR),
    "cumulative sum": lambda a, b: np.cumsum(a + b, axis=YEAR),
    "running maximum": lambda a, b: np.maximum.accumulate(a - b, axis=YEAR),
    "spread": lambda a, b: spread(a + b, Index(Table("inner", ("p", "q", "r")), Table("outer", ("a", "b")), np.array([1, 0, 1]))),
    "total by": lambda a, b: total_by(a * b, CROSSING),
    "first year": lambda a, b: first_year(a) + b,
    "previous": lambda a, b: previous(a, first_year(b)),
    "ratio": lambda a, b: ratio(a, b),
}


@pytest.mark.parametrize("idiom", IDIOMS)
def test_an_idiom_gives_the_same_on_numbers_and_on_cells(idiom):
    numbers = IDIOMS[idiom](A, B)
    cells = IDIOMS[idiom](Cells.of("a", A.shape), Cells.of("b", B.shape)).cells
    assert cells.shape == numbers.shape
    for at in np.ndindex(cells.shape):
        assert number(cells[at], {"a": A, "b": B}) == pytest.approx(float(numbers[at]), nan_ok=True)


@pytest.mark.parametrize(
    "forbidden",
    [
        lambda a: np.round(a),
        lambda a: np.exp(a),
        lambda a: np.sort(a, axis=0),
        lambda a: a if a > 0 else -a,
        lambda a: max(a, a),
        lambda a: float(a),
        lambda a: a.sum(),
        lambda a: a.sum(axis=1, keepdims=True),
        lambda a: np.cumsum(a, axis=0),
        lambda a: np.asarray(a),
        lambda a: sum(a),
        lambda a: a.mean(),
        lambda a: np.where(a),
        lambda a: a[a > 0],
        lambda a: np.add.reduce(a, axis=0),
        lambda a: np.nan_to_num(a),
    ],
)
def test_anything_else_is_refused_on_cells(forbidden):
    with pytest.raises((TypeError, AttributeError, IndexError)):
        forbidden(Cells.of("a", A.shape))


def test_a_line_that_does_not_divide_by_zero_says_so():
    assert math.isnan(ratio(np.ones((1, 1, 1)), np.zeros((1, 1, 1)))[0, 0, 0])
