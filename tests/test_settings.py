"""The app refuses to run with settings that would show practices to others."""

import pytest
from streamlit import config

from finmodel.ui.server import flags
from finmodel.ui.settings import SAFE, unsafe
from tests.pages import APP, AppTest, words


def as_started() -> dict[str, object]:
    """The settings that finmodel starts the app with, on top of Streamlit's own."""
    given = dict(flag.removeprefix("--").split("=", 1) for flag in flags())
    plain = {"true": True, "false": False}
    return {name: plain.get(given[name], given[name]) if name in given else config.get_option(name) for name in SAFE}


def test_the_app_starts_safe():
    assert unsafe(as_started().__getitem__) == []


@pytest.mark.parametrize("name", SAFE)
def test_each_unsafe_setting_is_refused_by_name(name):
    settings = as_started()
    wrong = {"server.address": "0.0.0.0", "client.showErrorLinks": True, "client.showErrorDetails": "full",  # noqa: S104
             "client.toolbarMode": "developer"}
    settings[name] = wrong.get(name, not settings[name])
    (sentence,) = unsafe(settings.__getitem__)
    assert sentence.startswith(f"{name} is ")
    assert "finmodel app" in sentence


@pytest.mark.usefixtures("stored")
def test_an_unsafe_server_shows_no_practice(monkeypatch):
    monkeypatch.setitem(SAFE, "server.address", (("203.0.113.7",), "anybody could read it"))
    page = AppTest.from_file(APP, default_timeout=60).run()
    assert "does not run with unsafe settings" in words(page)
    assert "Sample specialty group" not in words(page)


def test_nobody_is_asked_for_an_address_at_the_first_start():
    assert "--server.showEmailPrompt=false" in flags()
