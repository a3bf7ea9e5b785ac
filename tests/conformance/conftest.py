"""The machine that the suite asks: one for the whole session, as a kernel is, brought to rest before each test."""

from __future__ import annotations

import inspect
import pathlib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from rproc_tui.hosts.base import Host
from tests.conformance.hosts import make_host, name_of, targets
from tests.conformance.limits_of_shell import limit_of
from tests.conformance.machine import Machine

HERE = pathlib.Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker of this folder known."""
    config.addinivalue_line("markers", "once: where several emulated kernels are asked, one of them is enough")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all, since the host lives as long as the session; what wounds the kernel comes last."""
    items[:] = [item for item in items if not (item.get_closest_marker("once") and _kernel_of(item) in targets()[:-1])]
    for item in items:
        if (_kernel_of(item) or "").startswith("shell") and (reason := limit_of(item.name)) is not None:
            item.add_marker(pytest.mark.skip(reason=reason))
    items.sort(key=lambda item: item.get_closest_marker("wounds") is not None)
    for item in items:
        if HERE in item.path.parents and inspect.iscoroutinefunction(getattr(item, "function", None)):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def _kernel_of(item: pytest.Item) -> str | None:
    """The machine that a test asks, as `hosts.py` names them."""
    callspec = getattr(item, "callspec", None)
    return None if callspec is None else callspec.params.get("host")


@pytest_asyncio.fixture(scope="session", loop_scope="session", params=targets(), ids=name_of)
async def host(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    """The host of a machine with the three processors."""
    made = await make_host(request.param, str(tmp_path_factory.mktemp("firmware")))
    yield made
    await made.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def whole_machine(host: Host) -> AsyncIterator[Machine]:
    """The machine, opened once."""
    machine = Machine(host)
    await machine.open()
    yield machine
    await machine.close()


@pytest_asyncio.fixture(loop_scope="session")
async def machine(whole_machine: Machine) -> Machine:
    """The machine at rest."""
    await whole_machine.reset()
    return whole_machine
