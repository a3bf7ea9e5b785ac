"""Stands for `rproc-tui agent` on a board: passes on what an agent of the tests says at a Unix socket."""

from __future__ import annotations

import os
import selectors
import socket
import sys


def main(path: str) -> None:
    """Until one side ends."""
    with socket.socket(socket.AF_UNIX) as agent, selectors.DefaultSelector() as ready:
        agent.connect(path)
        for source in (0, agent.fileno()):
            ready.register(source, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                data = os.read(key.fd, 65536)
                if not data:
                    return
                if key.fd == 0:
                    agent.sendall(data)
                else:
                    os.write(1, data)


if __name__ == "__main__":
    main(sys.argv[1])
