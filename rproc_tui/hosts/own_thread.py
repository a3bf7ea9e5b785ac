"""Calls that a kernel may keep for minutes: each on a thread of its own, where it holds up nobody.

A pool's few threads would all be taken by a few slow starts, and the program could not end before the last of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

Arguments = TypeVarTuple("Arguments")
Answer = TypeVar("Answer")


async def on_own_thread(call: Callable[[*Arguments], Answer], *arguments: *Arguments) -> Answer:
    """What the call answers or raises. Cancelled or forgotten, it goes on by itself, at most until the program ends."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Answer] = loop.create_future()

    def settle(result: Answer | None, error: BaseException | None) -> None:
        if answer.done():  # nobody waits any more
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result: Answer | None = None
        failed: BaseException | None = None
        try:
            result = call(*arguments)
        except BaseException as error:  # noqa: BLE001 (whatever it is, it belongs to who waits)
            failed = error
        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(settle, result, failed)

    threading.Thread(target=run, name=getattr(call, "__name__", "call"), daemon=True).start()
    return await answer
