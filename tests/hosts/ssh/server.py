"""A real OpenSSH server on loopback for the tests, and an `ssh` in front of the system's that knows the way to it."""

from __future__ import annotations

import contextlib
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
SSH = shutil.which("ssh")
BUSYBOX = shutil.which("busybox")
WITHOUT = "needs OpenSSH's server and client (apt-get install openssh-server)"
UP_MOST = 10.0
"""Seconds in which the server must listen."""
BOARD = "board"
"""How the server is called in the configuration of the tests' ssh."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs."""

    folder: pathlib.Path
    port: int

    def way(self, port: int | None = None) -> str:
        """A PATH whose `ssh` goes to this server for any host name, or to a proxy's port before it."""
        name = str(port or self.port)
        folder = self.folder / f"bin-{name}"
        folder.mkdir(exist_ok=True)
        config = folder / "config"
        config.write_text(
            f"Host *\n HostName 127.0.0.1\n Port {name}\n User {_user()}\n IdentityFile {self.folder}/user\n"
            f" IdentitiesOnly yes\n UserKnownHostsFile {self.folder}/known\n StrictHostKeyChecking accept-new\n"
            f" HostKeyAlias tests\n"
        )
        _script(folder / "ssh", f'exec {SSH} -F {config} "$@"')
        return f"{folder}:{os.environ['PATH']}"


@contextlib.contextmanager
def server(folder: pathlib.Path, programs: str, *, force: str | None = None) -> Iterator[Server]:
    """Serve until the end. `programs` is the PATH of who logs in; `force` is run in place of what they ask for."""
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    shutil.copy(folder / "user.pub", folder / "authorized")
    port = free_port()
    lines = [
        f"Port {port}",
        "ListenAddress 127.0.0.1",
        f"HostKey {folder}/host",
        f"AuthorizedKeysFile {folder}/authorized",
        "PidFile none",
        "UsePAM no",
        "StrictModes no",
        "PermitRootLogin yes",
        "PasswordAuthentication no",
        "MaxStartups 100:30:200",
        f"SetEnv PATH={programs} BASH_ENV= ENV=",
        *([f"ForceCommand {force}"] if force else []),
    ]
    (folder / "sshd_config").write_text("\n".join(lines) + "\n")
    if os.getuid() == 0:
        os.makedirs("/run/sshd", exist_ok=True)  # where the server separates its privileges
    assert SSHD is not None
    with subprocess.Popen([SSHD, "-D", "-e", "-f", folder / "sshd_config"], stderr=subprocess.DEVNULL) as process:
        try:
            _await_listener(port)
            yield Server(folder, port)
        finally:
            process.terminate()


def programs(folder: pathlib.Path, *, agent: str | None = None, busybox: bool = False) -> pathlib.Path:
    """A folder for PATH: `rproc-tui` as a command line, and the shell and tools of busybox or of the system."""
    folder.mkdir()
    if agent is not None:
        _script(folder / "rproc-tui", f"exec {agent}")
    if busybox:
        assert BUSYBOX is not None
        subprocess.run([BUSYBOX, "--install", "-s", folder], check=True)
    else:
        for name in TOOLS:
            (folder / name).symlink_to(shutil.which(name) or name)
    return folder


TOOLS = (
    *("sh", "dd", "cat", "wc", "mkfifo", "mkdir", "mv", "rm", "ls", "sleep", "readlink", "stat", "chmod", "cmp"),
    *("gzip", "gunzip", "sha256sum", "date", "sync", "env"),
)
"""What a small machine has, as far as the shell agent uses it."""


def python(module: str, *arguments: str) -> str:
    """A command line for a module of the tests, in a place where it can be imported."""
    root = pathlib.Path(__file__).parents[3]
    return f"env PYTHONPATH={root} {sys.executable} -m {module} {' '.join(arguments)}"


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await_listener(port: int) -> None:
    deadline = time.monotonic() + UP_MOST
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < deadline, "sshd does not listen"
        time.sleep(0.02)


def _script(path: pathlib.Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


def _user() -> str:
    return pwd.getpwuid(os.getuid()).pw_name
