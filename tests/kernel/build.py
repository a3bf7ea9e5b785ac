"""Kernels to test on: Debian's kernel source, built small, and the module `vrproc` for each, in a cache."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pathlib
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

HERE = pathlib.Path(__file__).parent
CONFIG = HERE / "kernel.config"
MODULE = HERE / "vrproc"
VERSIONS = ("6.1", "6.12")
KEPT = (
    "REMOTEPROC",
    "REMOTEPROC_CDEV",
    "RPMSG_VIRTIO",
    "RPMSG_CHAR",
    "DEV_COREDUMP",
    "DEBUG_FS",
    "9P_FS",
    "OVERLAY_FS",
)
"""Options that a kernel must not lose to a dependency that is missing."""
NEEDED = {
    "qemu-system-x86_64": "qemu-system-x86",
    "gcc": "gcc",
    "make": "make",
    "flex": "flex",
    "bison": "bison",
    "bc": "bc",
    "xz": "xz-utils",
    "/usr/include/libelf.h": "libelf-dev",
    "/usr/include/openssl/ssl.h": "libssl-dev",
}
"""Commands and headers, and the Debian packages that have them."""


def cache() -> pathlib.Path:
    """Where everything is kept that was fetched or built: 2 GB for each kernel."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return pathlib.Path(base) / "rproc-tui" / "kernel-lab"


@dataclass(frozen=True, slots=True)
class Kernel:
    """One kernel's places in the cache."""

    version: str

    @property
    def source(self) -> pathlib.Path:
        """The unpacked source."""
        return cache() / f"linux-source-{self.version}"

    @property
    def objects(self) -> pathlib.Path:
        """What the compiler made; the module is built against it."""
        return cache() / f"objects-{self.version}"

    @property
    def image(self) -> pathlib.Path:
        """What QEMU boots."""
        return self.objects / "arch/x86/boot/bzImage"

    @property
    def modules(self) -> tuple[pathlib.Path, ...]:
        """What is loaded before a command runs: the driver of the three processors, and terminals on rpmsg."""
        return self.module_folder / "vrproc.ko", self.objects / "drivers/tty/rpmsg_tty.ko"

    @property
    def module_folder(self) -> pathlib.Path:
        """A copy of the module's source with what was made of it."""
        return cache() / f"vrproc-{self.version}"


def build(version: str) -> Kernel:
    """A kernel with its module, built where it is not there or no longer what the sources say."""
    kernel = Kernel(version)
    _install_needed()
    cache().mkdir(parents=True, exist_ok=True)
    with _once(kernel.objects / ".built", CONFIG) as stale:
        if stale:
            _fetch(kernel)
            _configure(kernel)
            _say(f"{version}: compiling, about 4 minutes on two cores")
            _make(kernel, "bzImage", "modules")
    sources = sorted(MODULE.iterdir())
    with _once(kernel.module_folder / ".built", CONFIG, *sources) as stale:
        if stale:
            shutil.copytree(MODULE, kernel.module_folder, dirs_exist_ok=True)
            _make(kernel, f"M={kernel.module_folder}", "modules")
    return kernel


@contextlib.contextmanager
def _once(stamp: pathlib.Path, *sources: pathlib.Path) -> Iterator[bool]:
    """Whether something is to be done; when it is, and it does not fail, the stamp says that it was done from these."""
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    stale = not stamp.exists() or stamp.read_text() != digest
    yield stale
    if stale:
        stamp.write_text(digest)


def _install_needed() -> None:
    missing = sorted({package for what, package in NEEDED.items() if not (shutil.which(what) or os.path.exists(what))})
    if not missing:
        return
    if os.getuid() != 0:
        raise SystemExit(f"kernel tests need packages of Debian: apt-get install {' '.join(missing)}")
    _say(f"installing {' '.join(missing)}")
    quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update", "-q"], check=True, **quiet)  # type: ignore[call-overload]
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *missing]
    subprocess.run(command, check=True, **quiet)  # type: ignore[call-overload]


def _fetch(kernel: Kernel) -> None:
    if (kernel.source / "Makefile").exists():
        return
    package = f"linux-source-{kernel.version}"
    found = sorted(cache().glob(f"{package}_*.deb"))
    if not found:
        _say(f"{kernel.version}: fetching {package}, 150 MB")
        subprocess.run(["apt-get", "download", "-q", package], check=True, cwd=cache(), stdout=subprocess.DEVNULL)
        found = sorted(cache().glob(f"{package}_*.deb"))
    unpacked = cache() / f"package-{kernel.version}"
    subprocess.run(["dpkg-deb", "-x", found[-1], unpacked], check=True)
    subprocess.run(["tar", "-C", cache(), "-xf", unpacked / f"usr/src/{package}.tar.xz"], check=True)
    shutil.rmtree(unpacked)


def _configure(kernel: Kernel) -> None:
    kernel.objects.mkdir(exist_ok=True)
    _make(kernel, "tinyconfig")
    config = kernel.objects / ".config"
    with config.open("a") as file:
        file.write(CONFIG.read_text())
    _make(kernel, "olddefconfig")
    kept = config.read_text().splitlines()
    lost = [option for option in KEPT if f"CONFIG_{option}=y" not in kept]
    if lost:
        raise SystemExit(f"kernel {kernel.version} has lost {', '.join(lost)}: what do they depend on?")


def _make(kernel: Kernel, *targets: str) -> None:
    same_everywhere = {"KBUILD_BUILD_USER": "rproc-tui", "KBUILD_BUILD_HOST": "kernel-lab"}
    command = ["make", "-s", f"-j{os.cpu_count()}", "-C", str(kernel.source), f"O={kernel.objects}", *targets]
    done = subprocess.run(
        command, env={**os.environ, **same_everywhere}, check=False, capture_output=True, encoding="utf-8"
    )
    if done.returncode != 0:
        raise SystemExit(
            f"kernel {kernel.version}: make {targets[-1]} failed\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
        )


def _say(text: str) -> None:
    print(f"kernel {text}", flush=True)
