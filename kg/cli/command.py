"""The `kg` command as a whole. Answers go to standard output, progress and notes to standard error.

Exit codes: 0 done; 1 something could not be done (an article that cannot be read, a graph that does not conform), the rest
is; 2 the command line is wrong, or it asks for what there is not (an unknown name or question, a graph in which nothing is
said); 3 another build is at the graph; 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from kg import __version__
from kg.cli import ask, build, check, export, look, push, remove, serve, status
from kg.cli.terminal import note
from kg.errors import EmptyGraphError, LockedError, LodestoneError, ParameterError, UnknownNameError

_ASKED_WRONGLY = (UnknownNameError, ParameterError, EmptyGraphError)
_LOCKED = 3

app = typer.Typer(
    help="Lodestone reads news about supply chains into a graph of who depends on whom, each fact with its sentence.",
    epilog="Begin with: kg build corpus/ and then: kg ask depends-on China",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for commands in (
    build.app,
    remove.app,
    ask.app,
    look.app,
    status.app,
    export.app,
    push.app,
    serve.app,
    check.app,
):
    app.add_typer(commands)


def main() -> None:
    """Run the command line; what a user can mend is told in one sentence."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a narrow encoding loses characters, not the answer
    try:
        app(prog_name="kg")
    except LodestoneError as error:
        note(f"Error: {error}")
        raise SystemExit(_exit_code(error)) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None


def _exit_code(error: LodestoneError) -> int:
    if isinstance(error, LockedError):
        return _LOCKED
    return 2 if isinstance(error, _ASKED_WRONGLY) else 1


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False) -> None:
    if version:
        print(f"kg {__version__}")
        raise typer.Exit
