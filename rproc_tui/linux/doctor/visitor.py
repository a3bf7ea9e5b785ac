"""Who looks at the machine, by which names its accounts go, and what would let them into a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rproc_tui.hosts.base import Host
from rproc_tui.linux import permissions
from rproc_tui.linux.permissions import Credentials, credentials
from rproc_tui.linux.reading import try_bytes
from rproc_tui.model.file_facts import FileFacts
from rproc_tui.sanitise import sanitise_bytes

USERS = "/etc/passwd"
GROUPS = "/etc/group"
ACCOUNTS_MOST = 1024 * 1024
"""Bytes of either file."""
NAME_MOST = 64
_NUMBER = re.compile(rb"[0-9]{1,10}")

INSTALL_THE_RULE = "install the udev rule below and join its group, or run as root"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever reads and writes for us on that machine."""

    who: Credentials | None
    """None where the machine does not tell: what is readable is ours."""
    users: Mapping[int, str]
    groups: Mapping[int, str]
    enrolled: frozenset[int]
    """Groups that the account is in by /etc/group, whether or not this login has them already."""

    @property
    def name(self) -> str:
        """The account's name, or its number."""
        return "root" if self.who is None else self.user(self.who.uid)

    def __str__(self) -> str:
        return "you" if self.who is None else f"user {self.name}"

    def user(self, uid: int) -> str:
        """The name of a user."""
        return self.users.get(uid, str(uid))

    def group(self, gid: int) -> str:
        """The name of a group."""
        return self.groups.get(gid, str(gid))

    def described(self, facts: FileFacts) -> str:
        """`rw-r--r-- root:root`."""
        bits = "".join(letter if facts.mode >> 8 - at & 1 else "-" for at, letter in enumerate("rwxrwxrwx"))
        return f"{bits} {self.user(facts.uid)}:{self.group(facts.gid)}"


async def read_visitor(host: Host) -> Visitor:
    """Us, on the host."""
    who = await credentials(host)
    users = _names(await try_bytes(host, USERS, ACCOUNTS_MOST) or b"")
    content = await try_bytes(host, GROUPS, ACCOUNTS_MOST) or b""
    user = None if who is None else users.get(who.uid)
    return Visitor(who, users, _names(content), _groups_of(user, content))


def allows(visitor: Visitor, facts: FileFacts, wanted: int) -> bool:
    """Whether the visitor has all that is wanted (READ, WRITE)."""
    return permissions.allows(facts, visitor.who, wanted)


def admitting_group(facts: FileFacts, wanted: int) -> int | None:
    """The group whose members have all that is wanted; None where only root has it."""
    return facts.gid if facts.gid != 0 and facts.mode >> 3 & wanted == wanted else None


def admission(visitor: Visitor, facts: FileFacts, wanted: int) -> tuple[str, bool]:
    """What would let the visitor into a file of the kernel's, and whether that is the udev rule."""
    gid = admitting_group(facts, wanted)
    return (INSTALL_THE_RULE, True) if gid is None else (how_to_join(visitor, gid), False)


def how_to_join(visitor: Visitor, gid: int) -> str:
    """What lets the visitor be a member of a group."""
    if gid in visitor.enrolled:
        return f"log in again: {visitor.name} is in the group {visitor.group(gid)} now, this login is older"
    group = visitor.group(gid)
    return f"join the group {group}: `sudo usermod -aG {group} {visitor.name}`, then log in again"


def _names(content: bytes) -> dict[int, str]:
    """Number to name, of /etc/passwd or /etc/group: in both the third field is the number."""
    return {number: sanitise_bytes(fields[0], limit=NAME_MOST) for number, fields in _accounts(content)}


def _groups_of(user: str | None, content: bytes) -> frozenset[int]:
    """The groups whose members, the fourth field of /etc/group, name the user."""
    name = b"" if user is None else user.encode()
    return frozenset(number for number, fields in _accounts(content) if name and name in fields[3].split(b","))


def _accounts(content: bytes) -> Iterator[tuple[int, list[bytes]]]:
    for line in content.split(b"\n"):
        fields = line.split(b":")
        if len(fields) >= 4 and _NUMBER.fullmatch(fields[2]):
            yield int(fields[2]), fields
