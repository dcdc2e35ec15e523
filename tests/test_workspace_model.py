"""Whatever is done to the workspace in whatever order, it agrees with a list of steps kept in memory."""

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, precondition, rule, run_state_machine_as_test

from finmodel.workspace import Conflict, Workspace

CONTENT = st.sampled_from(["a = 1", "a = 2", "a = 3", "a = 4", "a = 5", "", "ü\r\n"])
NAME = st.none() | st.sampled_from(["St. Mary", "St. Luke"])
BEHIND = st.sampled_from([0, 0, 0, 0, 0, 1])
# Of documents, so that much happens to each of them.
FEW = 2


@dataclass
class Expected:
    """A document in memory: its steps, where it stands among them, and the contents of its versions."""

    steps: list[tuple[str, str, str]]
    at: int = 0
    revision: int = 1
    versions: list[str] = field(default_factory=list)
    deleted: bool = False
    events: int = 1

    @property
    def name(self):
        return self.steps[self.at][0]

    @property
    def content(self):
        return self.steps[self.at][1]

    def change(self, name, content, what):
        self.steps = [*self.steps[: self.at + 1], (name, content, what)]
        self.move(1)

    def move(self, by):
        self.at += by
        self.revision += 1
        self.events += 1


class WorkspaceMachine(RuleBasedStateMachine):
    known = Bundle("known")
    runs = 0

    def __init__(self, url):
        super().__init__()
        self.url = url
        self.expected = {}
        type(self).runs += 1
        self.group = f"run {self.runs}"
        self.workspace = Workspace.open(url)

    def teardown(self):
        for identity in self.expected:
            self.agrees(identity)
        for deleted in (False, True):
            listed = self.workspace.documents("practice", belongs_to=self.group, deleted=deleted)
            assert {one.id for one in listed} == {key for key, one in self.expected.items() if one.deleted == deleted}
            assert listed == sorted(listed, key=lambda one: one.changed_at, reverse=True)
        self.workspace.close()

    def agrees(self, identity):
        expected, draft = self.expected[identity], self.workspace.draft(identity)
        at, steps = expected.at, expected.steps
        assert (draft.document.name, draft.content, draft.revision) == (expected.name, expected.content, expected.revision)
        assert draft.undo == (steps[at][2] if at else None)
        assert draft.redo == (steps[at + 1][2] if at + 1 < len(steps) else None)
        assert draft.version == draft.document.latest_version == len(expected.versions)
        assert draft.is_saved == (expected.versions[-1:] == [expected.content])
        assert (draft.document.deleted_at is not None) == expected.deleted
        assert [one.content for one in self.workspace.versions(identity)] == expected.versions[::-1]
        assert len(self.workspace.history(identity)) == expected.events

    def attempt(self, identity, behind, call, apply):
        """Make a call as somebody who saw an earlier revision, or the present one."""
        expected = self.expected[identity]
        if not behind:
            call(expected.revision)
            apply(expected)
        else:
            with pytest.raises(Conflict) as found:
                call(expected.revision - behind)
            assert found.value.kept.id == identity
        self.agrees(identity)

    @initialize(target=known, content=CONTENT)
    def first(self, content):
        return self.create(content, "First")

    @precondition(lambda self: len(self.expected) < FEW)
    @rule(target=known, content=CONTENT, name=st.sampled_from(["St. Mary", "Plan"]))
    def create(self, content, name):
        draft = self.workspace.create("practice", name, content, author="Ann", belongs_to=self.group)
        self.expected[draft.document.id] = Expected([(name, content, "Created")])
        return draft.document.id

    @rule(target=known, identity=known, content=CONTENT, name=NAME, behind=BEHIND, what=st.sampled_from(["Pay", "Rent"]))
    def save(self, identity, content, name, behind, what):
        expected = self.expected[identity]
        title = expected.name if name is None else name
        call = {"revision": expected.revision - behind, "author": "Ann", "what": what, "name": name}
        kept = multiple()
        if (title, content) == (expected.name, expected.content):
            assert self.workspace.save(identity, content, **call).revision == expected.revision
        elif not behind:
            self.workspace.save(identity, content, **call)
            expected.change(title, content, what)
        else:
            with pytest.raises(Conflict) as found:
                self.workspace.save(identity, content, **call)
            conflict = found.value
            assert (conflict.theirs.content, conflict.yours) == (expected.content, content)
            expected.events += 1
            self.expected[conflict.kept.id] = Expected([(f"{title} (conflicting copy)", content, "")])
            kept = conflict.kept.id
            self.agrees(kept)
        self.agrees(identity)
        return kept

    @rule(identity=known, behind=BEHIND)
    def undo(self, identity, behind):
        self.attempt(
            identity,
            behind,
            lambda revision: self.workspace.undo(identity, revision=revision, author="Ann"),
            lambda expected: expected.at and expected.move(-1),
        )

    @rule(identity=known, behind=BEHIND)
    def redo(self, identity, behind):
        self.attempt(
            identity,
            behind,
            lambda revision: self.workspace.redo(identity, revision=revision, author="Ann"),
            lambda expected: expected.at + 1 < len(expected.steps) and expected.move(1),
        )

    @rule(identity=known, behind=BEHIND)
    def save_version(self, identity, behind):
        def apply(expected):
            expected.versions.append(expected.content)
            expected.events += 1

        call = {"author": "Ann", "reason": "Board", "assumptions": "", "engine_version": "1"}
        self.attempt(
            identity, behind, lambda revision: self.workspace.save_version(identity, revision=revision, **call), apply
        )

    @rule(identity=known, behind=BEHIND, data=st.data())
    def restore(self, identity, behind, data):
        versions = self.expected[identity].versions
        if not versions:
            return
        number = data.draw(st.integers(1, len(versions)))

        def apply(expected):
            content = versions[number - 1]
            if content != expected.content:
                expected.change(expected.name, content, f"Restored version {number}")
            versions.append(content)
            expected.events += 1

        self.attempt(
            identity, behind, lambda revision: self.workspace.restore(identity, number, revision=revision, author="Ann"), apply
        )

    @precondition(lambda self: len(self.expected) < FEW)
    @rule(target=known, identity=known)
    def duplicate(self, identity):
        expected = self.expected[identity]
        copy = self.workspace.duplicate(identity, "Copy", author="Ann")
        self.expected[copy.document.id] = Expected([("Copy", expected.content, "Copied")])
        self.agrees(copy.document.id)
        return copy.document.id

    @rule(identity=known, deleted=st.booleans())
    def delete_or_put_back(self, identity, deleted):
        expected = self.expected[identity]
        (self.workspace.delete if deleted else self.workspace.undelete)(identity, author="Ann")
        expected.events += deleted != expected.deleted
        expected.deleted = deleted
        self.agrees(identity)

    @rule()
    def restart(self):
        self.workspace.close()
        self.workspace = Workspace.open(self.url)


def test_the_workspace_agrees_with_a_model_in_memory(database_url):
    run_state_machine_as_test(
        lambda: WorkspaceMachine(database_url),
        settings=settings(
            max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), database=None
        ),
    )
