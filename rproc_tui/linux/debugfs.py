"""Why debugfs shows nothing of a processor, told apart and with what to do about it."""

from __future__ import annotations

import errno

from rproc_tui.hosts.base import Host
from rproc_tui.linux import paths
from rproc_tui.linux.reading import reason

_LACKS = "no resource table, carveouts or trace"

NOT_PERMITTED = f"debugfs may be read by root only, so {_LACKS}"
LOCKED_DOWN = f"the kernel is locked down and gives nothing out of debugfs, so {_LACKS}"
NO_DEBUGFS = f"this kernel has no debugfs, so {_LACKS}"
NOT_MOUNTED = f"debugfs is not mounted, so {_LACKS}: mount -t debugfs none {paths.DEBUGFS}"
NO_REMOTEPROC = f"this kernel shows no remote processors in debugfs, so {_LACKS}"


async def trouble(host: Host, error: OSError) -> str | None:
    """One sentence for the error that listing a processor's folder gave; None: it is merely not there (yet)."""
    if error.errno == errno.EACCES:
        return NOT_PERMITTED
    if error.errno == errno.EPERM:
        return LOCKED_DOWN
    if error.errno not in (errno.ENOENT, errno.ENOTDIR):
        return reason("debugfs", error)
    return await _missing(host)


async def _missing(host: Host) -> str | None:
    try:
        names = await host.list(paths.DEBUGFS)
    except PermissionError:
        return NOT_PERMITTED
    except OSError:
        return NO_DEBUGFS
    if not names:
        return NOT_MOUNTED
    return None if "remoteproc" in names else NO_REMOTEPROC
