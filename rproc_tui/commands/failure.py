"""What a verb with `--json` prints on standard output when it fails before it has an object of its own.

One object in one line, so that it may also end a stream of them::

    {"schema": "rproc-tui/error", "version": 1,
     "error": {"message": "there is no processor x", "hint": "there are: …", "errno": null, "exit": 3}}

`hint` says what to try and `errno` is the number of the kernel's error; null where there is none. `exit` is the exit
code. The sentence for people stands on standard error as without `--json`. A verb that has an object of its own for
what failed (an outcome, the verdict on a file, a host that cannot be reached) prints that one instead.
"""

from __future__ import annotations

import json
import sys

from rproc_tui.sanitise import sanitise


def print_failure(message: str, *, hint: str | None, errno: int | None, exit_code: int) -> None:
    """Print the object."""
    facts = {
        "message": sanitise(message),
        "hint": None if hint is None else sanitise(hint),
        "errno": errno,
        "exit": exit_code,
    }
    json.dump({"schema": "rproc-tui/error", "version": 1, "error": facts}, sys.stdout)
    sys.stdout.write("\n")
