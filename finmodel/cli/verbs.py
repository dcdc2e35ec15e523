"""The command group: every known failure is one line per fault and exit code 2; nothing ends in a traceback."""

import io
import os
import sys
from typing import Any

import click

from finmodel.assumptions import BadInput


class Verbs(click.Group):
    """Turns every known failure into one line per fault and exit code 2; nothing ends in a traceback."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run the command line."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(encoding="utf-8", errors="replace")
        try:
            sys.exit(super().main(*arguments, **{**options, "standalone_mode": False}))
        except click.exceptions.Abort:
            click.echo("Interrupted.", err=True)
        except click.ClickException as error:
            click.echo(error.format_message(), err=True)
        sys.exit(2)

    def invoke(self, context: click.Context) -> Any:
        """Run one verb; a reader that closed the pipe early got what it wanted."""
        try:
            code = super().invoke(context)
            sys.stdout.flush()
            return code
        except BadInput as error:
            for fault in error.faults:
                click.echo(str(fault), err=True)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        except OSError as error:
            click.echo(f"The output cannot be written: {error.strerror}.", err=True)
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
