import numpy as np
import pytest

from finmodel import Result, assume, evaluate, load_practice
from finmodel.ui import desk
from tests.browser import Server, Visitor, chromium
from tests.databases import Cluster

np.seterr(all="raise")

# Fixtures of tests that wait for a browser or measure: those run one after another, the others on every core.
ALONE = {"browser", "visitor", "server", "benchmark"}


def pytest_collection_modifyitems(items):
    for item in items:
        if ALONE.intersection(item.fixturenames):
            item.add_marker(pytest.mark.alone)


@pytest.fixture(scope="session")
def sample() -> Result:
    return evaluate(assume(load_practice("sample")))


@pytest.fixture(scope="session")
def postgresql():
    """A PostgreSQL server of the tests' own."""
    try:
        cluster = Cluster.create()
    except FileNotFoundError as error:
        pytest.fail(str(error))
    yield cluster
    cluster.remove()


@pytest.fixture
def sqlite_url(tmp_path):
    """The address of an empty SQLite file."""
    return f"sqlite:///{tmp_path}/work.sqlite"


@pytest.fixture
def postgresql_url(postgresql):
    """The address of an empty database on a PostgreSQL server."""
    return postgresql.new_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request):
    """The address of an empty database, of each kind in turn."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def stored(tmp_path, monkeypatch):
    """The workspace that the pages of this test work on, in a folder of its own."""
    monkeypatch.setenv("FINMODEL_DATA", str(tmp_path))
    monkeypatch.setenv("FINMODEL_USER", "Dr. Test")
    desk.workspace.cache_clear()
    yield desk.workspace()
    desk.workspace().close()
    desk.workspace.cache_clear()


@pytest.fixture(scope="module")
def browser():
    """A Chromium for the tests of one module: others need the loop it runs in."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server for the tests of one module, each with practices of its own."""
    running = Server(tmp_path_factory.mktemp("work"))
    yield running
    running.kill()


@pytest.fixture
def visitor(browser, server, request):
    """A window of the browser; the test may ask for its options."""
    window = Visitor(browser, server, **getattr(request, "param", {}))
    yield window
    window.context.close()
