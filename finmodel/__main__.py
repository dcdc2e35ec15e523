"""``python -m finmodel`` is the command ``finmodel``."""

from finmodel.cli import finmodel

finmodel()
