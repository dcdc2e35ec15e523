"""The one door to stored work: documents with an autosaved draft, steps to undo, and versions that never change."""

from finmodel.workspace.database import data_folder
from finmodel.workspace.records import Conflict, Document, Draft, Event, Kind, StorageError, Version
from finmodel.workspace.workspace import Workspace

__all__ = ["Conflict", "Document", "Draft", "Event", "Kind", "StorageError", "Version", "Workspace", "data_folder"]
