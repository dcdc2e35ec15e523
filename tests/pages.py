"""Pages as Streamlit runs them."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

APP = str(Path(__file__).parents[1] / "app.py")


def opened(page="overview", **address):
    """A page opened by its address."""
    app = AppTest.from_file(APP, default_timeout=60)
    for key, value in address.items():
        app.query_params[key] = value
    app.run()
    if page != "overview":
        app.switch_page(f"finmodel/ui/pages/{page}.py").run()
    assert not app.exception
    return app


def as_read(text):
    """The text as a reader sees it, without the marks of escaping."""
    return text.replace("\\", "").replace("\u2060", "")


def words(app):
    """All text of the page as a reader sees it."""
    kinds = (app.title, app.header, app.subheader, app.markdown, app.caption, app.success, app.warning, app.error, app.info)
    return as_read("\n".join(str(part.value) for kind in kinds for part in kind))
