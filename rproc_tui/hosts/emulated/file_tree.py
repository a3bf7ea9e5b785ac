"""One root for everything that the emulated machine shows, with the permission rules of sysfs and debugfs."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import NoReturn

from rproc_tui.hosts.emulated.device_nodes import DeviceFile
from rproc_tui.hosts.resolve import MAX_LINKS
from rproc_tui.model.file_facts import FileFacts, FileKind
from rproc_tui.remoteproc.virtual_tree import Directory, Link, Node, VirtualFile, merged

DEBUGFS = "/sys/kernel/debug/"
"""Below it root may open anything; in sysfs the mode bits bind root as well."""

DEVICE_TREE = "/sys/firmware/devicetree/base"


class FileTree:
    """Looks up paths in the virtual tree."""

    def __init__(self, framework: Directory, device_tree: Directory, release: str) -> None:
        self._root = merged(framework, _surroundings(device_tree, release))

    def locate(self, path: str, *, last: bool = True) -> tuple[str, Node | None]:
        """The path without links, `.` and `..`, and what is there; None when nothing is.

        With `last` false a link in the last place is itself the answer. ENOTDIR for what would be below a file, the
        file's name with a slash behind it included.
        """
        if not path.startswith("/"):
            raise OSError(errno.EINVAL, "not an absolute path", path)
        todo = [part for part in (path + "." if path.endswith("/") else path).split("/") if part][::-1]
        done: list[tuple[str, Node | None]] = [("", self._root)]
        followed = 0
        while todo:
            part = todo.pop()
            folder = done[-1][1]
            if isinstance(folder, VirtualFile):
                raise _error(errno.ENOTDIR, path)
            if part == "..":
                done = done[:-1] if len(done) > 1 else done
            if part in (".", ".."):
                continue
            node = folder.entries().get(part) if isinstance(folder, Directory) else None
            if isinstance(node, Link) and (todo or last):
                followed += 1
                if followed > MAX_LINKS:
                    raise _error(errno.ELOOP, path)
                if node.target.startswith("/"):
                    done = done[:1]
                todo += [step for step in node.target.split("/") if step][::-1]
            else:
                done.append((part, node))
        return "/".join(name for name, _ in done) or "/", done[-1][1]

    def reader(self, path: str) -> Callable[[int, int | None], bytes]:
        """What reads a file; OSError as open(2) and read(2) would answer."""
        clean, file = self._file(path, 0o444)
        if file.read is None:
            raise _error(_without_method(clean, file), path)
        return file.read

    def writer(self, path: str) -> Callable[[bytes], None]:
        """What writes a file; OSError as open(2) and write(2) would answer."""
        clean, file = self._file(path, 0o222)
        if file.write is None:
            raise _error(_without_method(clean, file), path)
        return _whole(file.write, file.size, path) if file.size else file.write

    def _file(self, path: str, permission: int) -> tuple[str, VirtualFile]:
        """A file opened by root, and its path without links."""
        clean, node = self.locate(path)
        if node is None:
            raise _error(errno.ENOENT, path)
        if isinstance(node, Directory):
            raise _error(errno.EISDIR, path)
        assert isinstance(node, VirtualFile)
        if not _in_debugfs(clean) and not node.mode & permission:
            raise _error(errno.EACCES, path)
        return clean, node

    def refuse_new(self, path: str) -> NoReturn:
        """What installing a file answers: sysfs and debugfs let nobody make one, or its folder; elsewhere EROFS."""
        if not path.startswith("/sys/"):
            raise _error(errno.EROFS, path)
        _, folder = self.locate(os.path.dirname(path))
        raise _error(errno.EPERM if folder is None else errno.EACCES, path)

    def refuse_removal(self, path: str) -> NoReturn:
        """What unlink(2) answers."""
        node = self._find(path, last=False)
        raise _error(errno.EISDIR if isinstance(node, Directory) else errno.EPERM, path)

    def names(self, path: str) -> list[str]:
        """What a folder holds, sorted."""
        node = self._find(path)
        if not isinstance(node, Directory):
            raise _error(errno.ENOTDIR, path)
        return sorted(node.entries())

    def link(self, path: str) -> str:
        """Where a link points."""
        node = self._find(path, last=False)
        if not isinstance(node, Link):
            raise _error(errno.EINVAL, path)
        return node.target

    def stat(self, path: str) -> FileFacts:
        """Type, mode and claimed size; all of it belongs to root."""
        node = self._find(path)
        if isinstance(node, Directory):
            return FileFacts(kind=FileKind.DIRECTORY, mode=node.mode, size=0, mtime_ns=0, inode=0)
        assert isinstance(node, VirtualFile)
        kind = FileKind.OTHER if isinstance(node, DeviceFile) else FileKind.REGULAR
        return FileFacts(kind=kind, mode=node.mode, size=node.size, mtime_ns=0, inode=0)

    def _find(self, path: str, *, last: bool = True) -> Node:
        _, node = self.locate(path, last=last)
        if node is None:
            raise _error(errno.ENOENT, path)
        return node


def _in_debugfs(path: str) -> bool:
    return path.startswith(DEBUGFS)


def _without_method(path: str, file: VirtualFile) -> int:
    """Errno of an access that the file has no method for."""
    return errno.EINVAL if _in_debugfs(path) or isinstance(file, DeviceFile) else errno.EIO


def _error(number: int, path: str) -> OSError:
    return OSError(number, os.strerror(number), path)


def _surroundings(device_tree: Directory, release: str) -> Directory:
    """What a machine has around the framework's files: its device tree, its kernel's name, its firmware folder."""
    osrelease = _text(f"{release}\n")
    proc = _folder(
        {
            "device-tree": Link(DEVICE_TREE),
            "sys": _folder({"kernel": _folder({"osrelease": osrelease})}),
        }
    )
    firmware = _folder({"devicetree": _folder({"base": device_tree})})
    return _folder({"proc": proc, "sys": _folder({"firmware": firmware}), "lib": _folder({"firmware": _folder({})})})


def _folder(entries: dict[str, Node]) -> Directory:
    return Directory(lambda: entries)


def _text(text: str) -> VirtualFile:
    content = text.encode()

    def read(offset: int, limit: int | None) -> bytes:
        return content[offset : None if limit is None else offset + limit]

    return VirtualFile(mode=0o444, read=read)


def _whole(write: Callable[[bytes], None], page: int, path: str) -> Callable[[bytes], None]:
    """An attribute takes a page of one write; for who wanted more than that written it is an error, as on any host."""

    def all_of_it(data: bytes) -> None:
        write(data)
        if len(data) > page:
            raise OSError(errno.EIO, f"only {page} of {len(data)} bytes were taken", path)

    return all_of_it
