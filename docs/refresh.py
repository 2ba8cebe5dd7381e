"""Write the outputs that docs/answers.md shows anew: `python docs/refresh.py` in a checkout with the example graph."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

PAGE = Path(__file__).with_name("answers.md")
_SHOWN = re.compile(r"^```\n\$ (kg [^\n]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def refresh(text: str, run: Callable[[list[str]], str]) -> str:
    """Return a page in which each block that begins with `$ kg ...` shows what `run` prints for these arguments."""

    def block(shown: re.Match[str]) -> str:
        printed = "\n".join(line.rstrip() for line in run(shlex.split(shown[1])[1:]).splitlines()).rstrip()
        return f"```\n$ {shown[1]}\n{printed}\n```"

    return _SHOWN.sub(block, text)


def _run(arguments: list[str]) -> str:
    command = [sys.executable, "-c", "from kg.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    PAGE.write_text(refresh(PAGE.read_text(encoding="utf-8"), _run), encoding="utf-8")
