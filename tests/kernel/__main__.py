"""Asks real kernels: `python -m tests.kernel [6.1] [6.12] [-- COMMAND …]`; without a command, by the tests.

The conformance suite runs on this side and asks the machine through an agent, since Python is slow where QEMU
translates every instruction; when it is done, what only a kernel can show is tested inside.
"""

from __future__ import annotations

import compileall
import os
import pathlib
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from tests.kernel.boot import CORES, NO_STATUS, PORT, agent_socket, boot
from tests.kernel.build import VERSIONS, Kernel, build

PROJECT = pathlib.Path(__file__).parents[2]
PYTEST = (sys.executable, "-m", "pytest", "-q", "--color=no", "--durations=5", "-p", "no:cacheprovider")
INSIDE = f"{sys.executable} -m rproc_tui agent <> {PORT} >&0; exec {' '.join(PYTEST)} tests/kernel"
OUTSIDE = (*PYTEST, "--maxfail=20", "tests/conformance")
ENOUGH_SAID = 400
"""Lines of a command's output that are shown."""


def main(arguments: list[str]) -> int:
    """0 when the command, or both halves of the suite, ended well on every kernel."""
    versions, command = _split(arguments)
    for package in ("rproc_tui", "tests"):  # compiled in the machine, each start of the program would take a minute
        compileall.compile_dir(PROJECT / package, quiet=2)
    kernels = [build(version) for version in versions or VERSIONS]
    with ThreadPoolExecutor(max(1, (os.cpu_count() or 1) // CORES)) as pool:
        return max(pool.map(lambda kernel: _ask(kernel, command), kernels))


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]


def _ask(kernel: Kernel, command: list[str]) -> int:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=f"kernel-{kernel.version}-") as name:
        folder = pathlib.Path(name)
        if command:
            status, said = boot(kernel, command, folder), list[str]()
        else:
            status, said = _run_suite(kernel, folder)
        said += (folder / "output").read_text(errors="replace").splitlines()[-ENOUGH_SAID:]
        if not (folder / "status").exists():
            said += [
                "the machine died; its last words:",
                *(folder / "console").read_text(errors="replace").splitlines()[-20:],
            ]
    took = time.monotonic() - began
    print("\n".join([f"kernel {kernel.version}: exit status {status} after {took:.0f} s", *said]), flush=True)
    return status


def _run_suite(kernel: Kernel, folder: pathlib.Path) -> tuple[int, list[str]]:
    """The worse of both statuses, and what the half outside said."""
    environment = {**os.environ, "RPROC_TUI_CONFORMANCE": f"socket:{agent_socket(folder)}"}
    with ThreadPoolExecutor() as pool:
        machine = pool.submit(boot, kernel, ["sh", "-c", INSIDE], folder, with_port=True)
        done = subprocess.run(
            OUTSIDE,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        inside = machine.result()
    said = [
        f"kernel {kernel.version}, the conformance suite through an agent:",
        *done.stdout.splitlines()[-ENOUGH_SAID:],
    ]
    return max(done.returncode, inside, key=lambda status: (status != 0, status != NO_STATUS)), said


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
