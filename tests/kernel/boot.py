"""A machine under QEMU that stands on this machine's files, read-only, runs one command as root, and goes away."""

from __future__ import annotations

import os
import pathlib
import shlex
import subprocess
from collections.abc import Sequence

from tests.kernel.build import HERE, Kernel

MEMORY = 1024
"""MiB; what the machine writes lies there too."""
CORES = 2
"""Processors of the machine; where they are more than this one's, they wait for each other more than they work."""
NO_STATUS = 125
"""What is answered for a machine that died before its command ended."""
PORT = "/dev/agent"
"""Where, in the machine, a command finds the socket `agent` of the folder: a stream without a terminal's habits."""


def agent_socket(folder: pathlib.Path) -> pathlib.Path:
    """Where one has to connect to what a command has at `PORT`; the machine waits with its start for that."""
    return folder / "agent"


def boot(
    kernel: Kernel, command: Sequence[str], folder: pathlib.Path, *, with_port: bool = False, minutes: float = 40
) -> int:
    """The command's exit status. In `folder` are left what it wrote (`output`), `dmesg` and `console`."""
    python = os.path.abspath(".venv/bin/python")
    loads = [f"{python} {HERE}/load_module.py {module}" for module in kernel.modules]
    script = ["set -e", f"cd {shlex.quote(os.getcwd())}", *loads, shlex.join(command)]
    (folder / "command").write_text("\n".join(script) + "\n")
    devices = _port(folder) if with_port else []
    with (folder / "output").open("wb") as output:
        try:
            subprocess.run(
                [*_qemu(kernel, folder), *devices],
                stdin=subprocess.DEVNULL,
                stdout=output,
                check=False,
                timeout=minutes * 60,
            )
        except subprocess.TimeoutExpired:
            output.write(f"\nnot done after {minutes} minutes\n".encode())
    status = folder / "status"
    return int(status.read_text()) if status.exists() else NO_STATUS


def _port(folder: pathlib.Path) -> list[str]:
    socket = f"socket,id=agent,path={agent_socket(folder)},server=on,wait=on"
    return ["-chardev", socket, "-device", "virtserialport,chardev=agent,name=agent"]


def _qemu(kernel: Kernel, folder: pathlib.Path) -> list[str]:
    root = "root=host rootfstype=9p rootflags=trans=virtio,version=9p2000.L,cache=loose,msize=512000 ro"
    fast, processor = ("kvm", "host") if _kvm_runs_linux() else ("tcg", "max")
    return [
        *("qemu-system-x86_64", "-accel", fast, "-cpu", processor, "-m", str(MEMORY), "-smp", str(CORES)),
        *("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"),
        *("-kernel", str(kernel.image)),
        *("-append", f"{root} init={HERE}/guest_init.sh console=ttyS0 loglevel=1 panic=-1 log_buf_len=4M"),
        *("-serial", f"file:{folder}/console"),
        *("-chardev", "stdio,id=output,signal=off"),
        *("-device", "virtio-serial-pci", "-device", "virtconsole,chardev=output", "-device", "virtio-rng-pci"),
        *("-virtfs", "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap"),
        *("-virtfs", f"local,path={folder},mount_tag=lab,security_model=none,multidevs=remap"),
    ]


def _kvm_runs_linux() -> bool:
    """/dev/kvm alone says little: where it is nested without the processor's own support, a stock kernel hangs."""
    own = any(os.path.isdir(f"/sys/module/{module}") for module in ("kvm_amd", "kvm_intel"))
    return own and os.access("/dev/kvm", os.W_OK)
