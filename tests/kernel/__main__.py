"""Asks real kernels: `python -m tests.kernel [6.1] [6.12] [-- COMMAND …]`; without a command, by the tests."""

from __future__ import annotations

import pathlib
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from tests.kernel.boot import boot
from tests.kernel.build import VERSIONS, Kernel, build

TESTS = ("tests/kernel", "tests/conformance")
SUITE = (
    "env",
    "RPROC_TUI_CONFORMANCE=local",
    ".venv/bin/python",
    "-m",
    "pytest",
    "-q",
    "--color=no",
    "--durations=10",
    *TESTS,
)
ENOUGH_SAID = 400
"""Lines of a command's output that are shown."""


def main(arguments: list[str]) -> int:
    """0 when the command ended well on every kernel."""
    versions, _, command = _split(arguments)
    kernels = [build(version) for version in versions or VERSIONS]
    with ThreadPoolExecutor() as pool:
        return max(pool.map(lambda kernel: _run(kernel, tuple(command) or SUITE), kernels))


def _split(arguments: list[str]) -> tuple[list[str], str, list[str]]:
    if "--" not in arguments:
        return arguments, "", []
    at = arguments.index("--")
    return arguments[:at], "--", arguments[at + 1 :]


def _run(kernel: Kernel, command: tuple[str, ...]) -> int:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=f"kernel-{kernel.version}-") as name:
        folder = pathlib.Path(name)
        status = boot(kernel, command, folder)
        said = (folder / "output").read_text(errors="replace").splitlines()[-ENOUGH_SAID:]
        if not (folder / "status").exists():
            said += [
                "the machine died; its last words:",
                *(folder / "console").read_text(errors="replace").splitlines()[-20:],
            ]
    took = time.monotonic() - began
    print("\n".join([f"kernel {kernel.version}: exit status {status} after {took:.0f} s", *said]), flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
