"""Who may import whom, what the public names are, and that the locked requirements and the wheel belong to this tree."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import finmodel

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "finmodel"

# Each part may import those on its row; nothing else of ours.
MAY_IMPORT = {
    "engine": set(),
    "format": set(),
    "assumptions": {"engine"},
    "lines": {"engine"},
    "contracts": {"engine", "assumptions", "format"},
    "cases": {"engine", "assumptions", "contracts"},
    "model": {"engine", "assumptions", "lines", "contracts", "cases"},
    "explain": {"engine", "assumptions", "cases", "model", "format"},
    "charts": {"engine", "assumptions", "cases", "model", "format"},
    "proposal_charts": {"contracts", "model", "format", "charts"},
    "comparison_charts": {"model", "format", "charts", "proposal_charts"},
    "risk_charts": {"analysis", "format", "charts", "proposal_charts"},
    "analysis": {"engine", "assumptions", "contracts", "cases", "model"},
    "workspace": {"assumptions"},
    "billing": {"engine", "assumptions", "cases", "model", "analysis", "format"},
    "packet": {"engine", "assumptions", "lines", "contracts", "cases", "model", "analysis", "explain", "charts", "format",
               "proposal_charts", "comparison_charts", "risk_charts"},
    "cli": {"analysis", "engine", "assumptions", "contracts", "cases", "model", "format", "explain", "charts", "ui", "billing",
            "packet"},
    "ui": {"engine", "assumptions", "lines", "contracts", "cases", "model", "format", "explain", "charts", "proposal_charts",
           "comparison_charts", "risk_charts", "analysis", "billing", "packet", "workspace"},
}

# Distributions that are imported by another name.
IMPORTED_AS = {"pillow": "PIL", "python-calamine": "python_calamine", "python-pptx": "pptx", "vl-convert-python": "vl_convert"}


def modules():
    return sorted(PACKAGE.rglob("*.py"))


def imported(path):
    """The full names that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part_of(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize(
    "path",
    [path for path in modules() if part_of(path) not in {"__init__", "__main__"}],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_imports_point_in_one_direction(path):
    part = part_of(path)
    for name in imported(path):
        if name.startswith("finmodel.") and name != "finmodel.__version__":
            assert name.split(".")[1] in {part, *MAY_IMPORT[part]}, f"{path.name} imports {name}"


@pytest.mark.parametrize(
    ("library", "places"),
    [
        ("streamlit", {"ui"}),
        ("pandas", {"ui", "charts", "proposal_charts"}),
        ("click", {"cli"}),
        ("tomlkit", {"assumptions"}),
        ("pydantic", {"assumptions", "contracts"}),
        ("sqlalchemy", {"workspace"}),
        ("alembic", {"workspace"}),
        ("platformdirs", {"workspace"}),
        ("numpy", {"engine", "lines", "contracts", "cases", "model", "assumptions", "analysis", "packet"}),
        ("duckdb", {"billing"}),
        ("narwhals", {"billing"}),
        ("python_calamine", {"billing"}),
        ("typst", {"packet"}),
        ("vl_convert", {"packet"}),
        ("xlsxwriter", {"packet"}),
        ("pptx", {"packet"}),
        ("PIL", {"packet"}),
    ],
)
def test_a_library_is_used_in_its_place(library, places):
    users = {part_of(path) for path in modules() if any(name.split(".")[0] == library for name in imported(path))}
    assert users <= places


def test_every_direct_dependency_is_imported():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {IMPORTED_AS.get(name, name) for name in (re.split(r"[<>=\[]", one)[0] for one in project["dependencies"])}
    assert named <= {name.split(".")[0] for path in modules() for name in imported(path)}


def test_public_names():
    assert finmodel.__all__ == [
        "BadInput",
        "Practice",
        "Quantity",
        "Result",
        "Scenario",
        "apply_scenarios",
        "assemble_model",
        "assume",
        "changed",
        "evaluate",
        "explain",
        "load_practice",
        "load_scenario",
    ]
    assert all(callable(getattr(finmodel, name)) for name in finmodel.__all__)


@pytest.mark.parametrize(
    ("lock", "extras"), [("requirements.txt", ["build"]), ("requirements-development.txt", ["build", "development"])]
)
def test_locks_hold_every_requirement_with_hashes(lock, extras):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(one for extra in extras for one in project["optional-dependencies"][extra])]
    text = (ROOT / lock).read_text(encoding="utf-8")
    locked = {name.lower().replace("_", "-") for name in re.findall(r"^([A-Za-z0-9_.-]+)==", text, re.MULTILINE)}
    assert {re.split(r"[<>=\[]", one)[0].lower() for one in wanted} <= locked
    assert len(re.findall(r"^[A-Za-z0-9_.-]+==", text, re.MULTILINE)) == len(re.findall(r"==[^\n]*\\\n\s+--hash=sha256:", text))


def test_the_wheel_carries_the_assumptions_and_runs_without_the_checkout(tmp_path):
    build = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert build.returncode == 0, build.stderr
    wheel = next(tmp_path.glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
        archive.extractall(tmp_path / "installed")
    shipped = {
        f"finmodel/shipped_assumptions/{path.relative_to(ROOT / 'assumptions')}"
        for path in (ROOT / "assumptions").rglob("*.toml")
    }
    assert shipped <= held
    migrations = (PACKAGE / "workspace" / "migrations").rglob("*.py")
    assert {str(path.relative_to(ROOT)) for path in migrations} <= held
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; sys.path.insert(0, 'installed'); from finmodel.cli import finmodel; "
            "import finmodel.assumptions as a; print(a.SHIPPED); from finmodel.workspace import Workspace; "
            "Workspace.open('sqlite:///work.sqlite'); finmodel(['evaluate', 'sample'])",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "$6,318,609" in run.stdout, run.stderr
    assert str(tmp_path) in run.stdout


def test_the_shell_starts_without_what_only_some_verbs_need():
    asked = "import sys, finmodel.cli; print({'scipy', 'pandas', 'streamlit'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
