"""A board whose kernel holds a dump of 32 MB, served on the standard streams: `python -m tests.bench.dump_agent`."""

from __future__ import annotations

import asyncio
import errno

from rproc_tui.commands.agent import serve
from rproc_tui.linux import paths
from tests.controller.test_crash_dump import WAITING, dump_of
from tests.linux.memory_host import MemoryHost, failure

SIZE = 32_000_000
"""Bytes of memory in the dump; none of them can be foretold, so nothing is gained by packing them."""


class DumpBoard(MemoryHost):
    """Its dump is gone when it is written to."""

    async def read(self, path: str, *, limit: int | None = None, offset: int = 0) -> bytes:
        content = self.files.get(path)
        if not isinstance(content, bytes):
            raise failure(errno.ENOENT, path)
        return content[offset : None if limit is None else offset + limit]

    async def write(self, path: str, data: bytes) -> None:
        assert data
        del self.files[path]


if __name__ == "__main__":
    asyncio.run(serve(DumpBoard({paths.dump_data(WAITING): dump_of(SIZE)})))
