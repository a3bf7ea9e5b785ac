"""One look at a host: many questions whose answers are believed together, or not at all when the line broke."""

from __future__ import annotations

from rproc_tui.errors import LineLost
from rproc_tui.hosts.base import Host
from rproc_tui.hosts.read_only import ReadOnlyHost
from rproc_tui.model.file_facts import FileFacts


class Look(ReadOnlyHost):
    """Asks a host. Who reads takes an unanswered question for a file that cannot be read; `check` tells them apart."""

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._lost: LineLost | None = None

    def check(self) -> None:
        """LineLost when the line was not there for one of the questions: then nothing that was read is a fact."""
        if self._lost is not None:
            raise self._lost

    async def read(self, path: str, *, limit: int | None = None, offset: int = 0) -> bytes:
        """As the host does."""
        try:
            return await super().read(path, limit=limit, offset=offset)
        except LineLost as lost:
            self._lost = lost
            raise

    async def list(self, path: str) -> list[str]:
        """As the host does."""
        try:
            return await super().list(path)
        except LineLost as lost:
            self._lost = lost
            raise

    async def link(self, path: str) -> str:
        """As the host does."""
        try:
            return await super().link(path)
        except LineLost as lost:
            self._lost = lost
            raise

    async def stat(self, path: str) -> FileFacts:
        """As the host does."""
        try:
            return await super().stat(path)
        except LineLost as lost:
            self._lost = lost
            raise
