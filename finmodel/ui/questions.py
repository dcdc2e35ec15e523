"""Questions that keep their answers: each is stored in a document of the workspace as soon as it is answered."""

import tomllib
from collections.abc import Callable
from typing import Any

import streamlit as st

from finmodel.assumptions import BadInput
from finmodel.assumptions.answers import Asked
from finmodel.assumptions.quick_start import answered
from finmodel.format import number_typed, typed, unit_in_words, whole_typed
from finmodel.ui import saving
from finmodel.ui.desk import author, workspace
from finmodel.workspace import Draft, StorageError

REFUSED = "refused_answers"
Path = tuple[str | int, ...]


def answers_draft() -> Draft:
    """The quick start under way, the latest one; a new one where there is none."""
    begun = workspace().documents("quick_start")
    return workspace().draft(begun[0].id) if begun else workspace().create("quick_start", "Quick start", "", author=author())


def start_over(draft: Draft) -> None:
    """Put the answers away and begin with none."""
    workspace().delete(draft.document.id, author=author())
    st.session_state.pop(REFUSED, None)


class Questions:
    """Draws the questions of one quick start, with the answers given so far."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.given = tomllib.loads(draft.content)

    def at(self, path: Path) -> Any:
        """The answer at a path, None where there is none."""
        found: Any = self.given
        for part in path:
            if isinstance(found, list):
                found = found[part] if isinstance(part, int) and part < len(found) else None
            else:
                found = found.get(part) if isinstance(found, dict) else None
        return found

    def number(self, path: Path, asked: Asked) -> None:
        """A number, typed as people write it."""
        answer = self.at(path)
        units = {"share": "%", "": ""}.get(asked.unit, unit_in_words(asked.unit))
        money = "USD " if asked.unit.startswith("USD") else ""
        label = f"{asked.label} ({money}{units})" if units else asked.label
        shown = "" if answer is None else typed(answer, asked.unit) if asked.unit else str(answer)
        read = (lambda text: number_typed(text, asked.unit)) if asked.unit else whole_typed
        self._text(path, label, asked, shown, read)

    def text(self, path: Path, asked: Asked) -> None:
        """A name."""
        self._text(path, asked.label, asked, self.at(path) or "", str.strip)

    def _text(self, path: Path, label: str, asked: Asked, shown: str, read: Callable[[str], Any]) -> None:
        key = _key(path)
        refused = st.session_state.get(REFUSED, {}).get(key)
        st.session_state[key] = refused[0] if refused else shown
        st.text_input(label, key=key, help=asked.help or None, on_change=self._answered, args=(path, read))
        if refused:
            st.markdown(f":red[{refused[1]}]")

    def yes_no(self, path: Path, asked: Asked, default: bool) -> None:
        """A choice of two."""
        answer = self.at(path)
        st.session_state[_key(path)] = default if answer is None else answer
        st.checkbox(asked.label, key=_key(path), help=asked.help or None, on_change=self._answered, args=(path, bool))

    def choice(self, path: Path, asked: Asked, options: dict[str, str], default: str) -> None:
        """A choice of several."""
        answer = self.at(path)
        st.session_state[_key(path)] = answer if answer in options else default
        st.selectbox(asked.label, list(options), format_func=options.__getitem__, key=_key(path), help=asked.help or None,
                     on_change=self._answered, args=(path, str))

    @saving.carried_through
    def _answered(self, path: Path, read: Callable[[Any], Any]) -> None:
        """Store an answer; one that cannot be read stays in its field with the reason."""
        key = _key(path)
        given = st.session_state[key]
        refused = st.session_state.setdefault(REFUSED, {})
        refused.pop(key, None)
        try:
            self.put(path, None if given == "" else read(given))
        except (ValueError, StorageError) as error:
            reason = error.faults[0].reason if isinstance(error, BadInput) else str(error)
            refused[key] = given, reason.replace("$", r"\$")

    def put(self, path: Path, answer: Any) -> None:
        """Store an answer at a path, or remove it.

        Raises:
            BadInput: when the answer is outside what is possible; nothing is stored then.
        """
        content = answered(self.draft.content, path, answer)
        self.draft = saving.save_text(self.draft, content, f"Answered {'.'.join(str(part) for part in path)}")


def _key(path: Path) -> str:
    return "question-" + "-".join(str(part) for part in path)
