"""Pages as Streamlit runs them."""

import json
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


def figures(app):
    """What the components that draw figures were given: one entry for each figure, in the order of the page."""
    given = [json.loads(part.proto.json) for part in app.get("bidi_component") if part.proto.component_name == "finmodel_figures"]
    return [figure for group in given for figure in group["figures"]]


def explained(app, name):
    """Press the button of a figure that leads to its derivation, as the browser reports it."""
    group = next(part for part in app.get("bidi_component") if f'"name": "{name}"' in part.proto.json)
    states = app._tree.get_widget_states()
    pressed = states.widgets.add(id=f"$$STREAMLIT_INTERNAL_KEY_{group.proto.id}__events")
    pressed.json_trigger_value = json.dumps([{"event": "explain", "value": name}])
    app._run(states)


def words(app):
    """All text of the page as a reader sees it."""
    kinds = (app.title, app.header, app.subheader, app.markdown, app.caption, app.success, app.warning, app.error, app.info)
    cards = [f"{one['label']}\n{one['value']} {one['unit']}" + (f"\n{one['change']} with the changes" if one["change"] else "")
             for one in figures(app)]
    return as_read("\n".join([*(str(part.value) for kind in kinds for part in kind), *cards]))


def click(app, key):
    """Press the button of a key."""
    app.button(key=key).click()
    app.run()
    assert not app.exception


def button(app, label):
    """The button of a label."""
    return next(one for one in app.button if one.label == label)
