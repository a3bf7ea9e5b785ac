"""Every processor of a machine (`rproc_alloc`, `rproc_add`, `rproc_del`) and what they share: numbers, dumps, files."""

from __future__ import annotations

import contextlib
import errno
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

from rproc_tui.model.processor import State
from rproc_tui.remoteproc import boot, filesystem
from rproc_tui.remoteproc.core import Rproc
from rproc_tui.remoteproc.devcoredump import Devcoredumps
from rproc_tui.remoteproc.device import Device
from rproc_tui.remoteproc.environment import Environment
from rproc_tui.remoteproc.errors import failure
from rproc_tui.remoteproc.firmware_loader import FirmwareSearch, request_firmware
from rproc_tui.remoteproc.ida import Ida
from rproc_tui.remoteproc.platform_driver import PlatformDriver
from rproc_tui.remoteproc.virtio_rpmsg import DEVICE_ID as RPMSG_DEVICE_ID
from rproc_tui.remoteproc.virtio_rpmsg import VirtioRpmsg
from rproc_tui.remoteproc.virtual_tree import Directory

if TYPE_CHECKING:
    from rproc_tui.remoteproc.dev_node import DevNode
    from rproc_tui.remoteproc.virtio_device import VirtioDevice, VirtioDriver


class Registry:
    """The framework of one machine. Callable from any thread."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.firmware = FirmwareSearch(environment)
        self.dumps = Devcoredumps()
        self.platform_ids = Ida()
        self.virtio_ids = Ida()
        self._indices = Ida()
        self._processors: dict[int, Rproc] = {}
        self._node_ids: defaultdict[str, Ida] = defaultdict(Ida)
        self.drivers: dict[str, PlatformDriver] = {}
        """Those that told how to take a device from them."""
        self.driver_overrides: dict[str, bytes] = {}
        """The only driver that may have a platform device, by the device's name."""
        self._devices: dict[str, Device] = {}
        self._bound: set[str] = set()
        self._lock = threading.Lock()

    @property
    def processors(self) -> tuple[Rproc, ...]:
        """Those that are added, by number."""
        with self._lock:
            return tuple(rproc for _, rproc in sorted(self._processors.items()) if rproc.registered)

    @property
    def devices(self) -> tuple[Device, ...]:
        """The platform devices that processors were made for."""
        with self._lock:
            return tuple(self._devices.values())

    def register_driver(
        self, name: str, probe: Callable[[Device], None], remove: Callable[[Device], None] | None = None
    ) -> None:
        """Let people unbind a driver's devices and bind them again; without `remove` their processors are deleted.

        `probe` makes the processors of one device anew. It is not called now.
        """
        self.drivers[name] = PlatformDriver(name, probe, remove if remove is not None else self._remove_processors)

    def override_driver(self, device: Device, name: bytes | None) -> None:
        """Let only a driver of that name have a device from now on, or any again."""
        self.driver_overrides.pop(device.name, None)
        if name is not None:
            self.driver_overrides[device.name] = name

    def _remove_processors(self, device: Device) -> None:
        for rproc in self.processors:
            if rproc.device is device:
                self.delete(rproc)
                self.free(rproc)

    def is_bound(self, device: Device) -> bool:
        """Whether its driver has it."""
        return device.name in self._bound

    def filesystem(self) -> Directory:
        """Everything that sysfs and debugfs show of it, as a folder that holds `sys`."""
        return filesystem.root(self)

    def alloc(self, device: Device, name: str, ops: object, firmware: str | None = None) -> Rproc:
        """A processor with the lowest free number; without a name its firmware is `rproc-<name>-fw`."""
        index = self._indices.alloc()
        rproc = Rproc(self, index, device, name, ops, firmware if firmware is not None else f"rproc-{name}-fw")
        with self._lock:
            self._processors[index] = rproc
            self._devices[device.name] = device
        return rproc

    def add(self, rproc: Rproc) -> None:
        """Show it, and boot or attach it later if it wants that.

        OSError EINVAL: offline without `start`, detached without `attach` or with a table, or any other state.
        """
        _validate(rproc)
        rproc.registered = True
        rproc.environment.uevent("add", rproc.devpath, "remoteproc", rproc.uevent_properties)
        rproc.printk.info(f"{rproc.name} is available")
        if rproc.auto_boot:
            try:
                self._trigger_auto_boot(rproc)
            except OSError:
                self._take_away(rproc)
                raise
        self._announce_binding(rproc.device)

    def _trigger_auto_boot(self, rproc: Rproc) -> None:
        """Attaching may be synchronous and then fails `add`; everything else happens later."""
        if rproc.state is not State.DETACHED:
            self.environment.queue_work(lambda: _auto_boot(rproc))
        elif self.environment.profile.attaches_in_add:
            rproc.boot()
        else:
            self.environment.queue_work(lambda: _attach(rproc))

    def delete(self, rproc: Rproc) -> None:
        """Stop it once and take it away; a processor that does not stop stays as it is, without files."""
        flagged = not self.environment.profile.deleted_is_a_state
        with rproc.lock:
            rproc.deleting = flagged
        with contextlib.suppress(OSError):
            rproc.shutdown()
        if not flagged:
            with rproc.lock:
                rproc.deleting = True
                rproc.state = State.DELETED
        self._take_away(rproc)

    def _take_away(self, rproc: Rproc) -> None:
        rproc.registered = False
        rproc.environment.uevent("remove", rproc.devpath, "remoteproc", rproc.uevent_properties)
        device = rproc.device
        with self._lock:
            last = not any(other.registered and other.device is device for other in self._processors.values())
            unbound = last and device.name in self._bound
            if unbound:
                self._bound.remove(device.name)
        if unbound:
            self.environment.uevent("unbind", device.devpath, "platform", {})

    def free(self, rproc: Rproc) -> None:
        """Give back the reference that `alloc` gave."""
        self.put(rproc)

    def get(self, rproc: Rproc) -> None:
        """Take a reference."""
        with self._lock:
            rproc.references += 1

    def put(self, rproc: Rproc) -> None:
        """Give one back; with the last one its number is free again."""
        with self._lock:
            rproc.references -= 1
            gone = rproc.references == 0
            if gone:
                del self._processors[rproc.index]
        if gone:
            rproc.printk.info(f"releasing {rproc.name}")
            self._indices.free(rproc.index)

    def get_by_phandle(self, phandle: int) -> Rproc | None:
        """The processor whose device tree node has a phandle, with a reference; None when there is none."""
        for rproc in self.processors:
            if rproc.device.phandle == phandle:
                self.get(rproc)
                return rproc
        return None

    def virtio_driver(self, device: VirtioDevice) -> VirtioDriver | None:
        """A driver for a virtio device; None when this machine has none of its kind."""
        return VirtioRpmsg(device) if device.vdev.device_id == RPMSG_DEVICE_ID else None

    def node_ids(self, prefix: str) -> Ida:
        """Numbers of the nodes below /dev that begin alike."""
        with self._lock:
            return self._node_ids[prefix]

    def dev_nodes(self) -> dict[str, DevNode]:
        """What programs can open below /dev, by name."""
        nodes = [node for device in filesystem.rpmsg_devices(self) for node in device.nodes]
        own = [rproc.node for rproc in self.processors]
        return {node.name: node for node in (*own, *nodes) if node is not None}

    def _announce_binding(self, device: Device) -> None:
        with self._lock:
            known = device.name in self._bound
            self._bound.add(device.name)
        if not known:
            self.environment.uevent("bind", device.devpath, "platform", device.uevent_properties)


def _validate(rproc: Rproc) -> None:
    match rproc.state:
        case State.OFFLINE:
            valid = rproc.ops.start is not None
        case State.DETACHED:
            valid = rproc.ops.attach is not None and rproc.cached_table is None
        case _:
            valid = False
    if not valid:
        raise failure(errno.EINVAL)


def _auto_boot(rproc: Rproc) -> None:
    """`request_firmware_nowait` and its callback: the file is looked for twice unless it was found the first time."""
    try:
        image = request_firmware(rproc.registry.firmware, rproc.printk, rproc.firmware)
    except OSError:
        image = None
    with contextlib.suppress(OSError):
        boot.boot(rproc, image)


def _attach(rproc: Rproc) -> None:
    with contextlib.suppress(OSError):
        rproc.boot()
