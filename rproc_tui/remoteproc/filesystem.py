"""Everything that sysfs and debugfs show of the framework, put together as one tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from rproc_tui.remoteproc import debugfs, devcoredump_sysfs, sysfs
from rproc_tui.remoteproc.attributes import constant, link, sysfs_file
from rproc_tui.remoteproc.driver_override import override_file
from rproc_tui.remoteproc.platform_driver import driver_files
from rproc_tui.remoteproc.rpmsg_drivers import rpmsg_driver_files
from rproc_tui.remoteproc.uevent_file import driver_uevent_file, uevent_file
from rproc_tui.remoteproc.vdev import DRIVER as VDEV_DRIVER
from rproc_tui.remoteproc.virtio_rpmsg import VirtioRpmsg
from rproc_tui.remoteproc.virtual_tree import Directory, Node

if TYPE_CHECKING:
    from rproc_tui.remoteproc.device import Device
    from rproc_tui.remoteproc.environment import Environment
    from rproc_tui.remoteproc.registry import Registry
    from rproc_tui.remoteproc.rpmsg_devices import RpmsgDevice
    from rproc_tui.remoteproc.vdev import Vdev
    from rproc_tui.remoteproc.virtio_device import VirtioDevice


CLASS = "/sys/class"


def root(registry: Registry) -> Directory:
    """A folder that holds `sys`."""
    sys = {
        "bus": _fixed(platform=_platform_bus(registry), rpmsg=_rpmsg_bus(registry), virtio=_virtio_bus(registry)),
        "class": _classes(registry),
        "devices": _fixed(platform=_platform_devices(registry), virtual=_virtual_devices(registry)),
        "kernel": _fixed(debug=_debug(registry)),
        "module": _fixed(firmware_class=_fixed(parameters=_fixed(path=_firmware_path(registry)))),
    }
    return _fixed(sys=Directory(lambda: sys))


def _fixed(**entries: Node) -> Directory:
    """A folder that always holds the same."""
    return Directory(lambda: entries)


def _links(at: str, devpaths: Callable[[], Iterable[str]]) -> Directory:
    """A folder of links to devices, named as they are."""
    return Directory(lambda: {path.rsplit("/", 1)[-1]: link(at, f"/sys{path}") for path in devpaths()})


def _classes(registry: Registry) -> Directory:
    return _fixed(
        devcoredump=devcoredump_sysfs.class_folder(registry.dumps),
        remoteproc=_links(f"{CLASS}/remoteproc", lambda: [rproc.devpath for rproc in registry.processors]),
        rpmsg=_links(f"{CLASS}/rpmsg", lambda: _node_devpaths(registry, "rpmsg")),
        tty=_links(f"{CLASS}/tty", lambda: _node_devpaths(registry, "tty")),
    )


def _virtual_devices(registry: Registry) -> Directory:
    """Devices without a parent: here only dumps, whose folder is there while there is one."""
    dumps = registry.dumps

    def entries() -> Mapping[str, Node]:
        waiting: dict[str, Node] = {dump.name: devcoredump_sysfs.dump_folder(dumps, dump) for dump in dumps.waiting}
        return {"devcoredump": _fixed(**waiting)} if waiting else {}

    return Directory(entries)


def _debug(registry: Registry) -> Directory:
    processors = Directory(lambda: {rproc.id: debugfs.processor_folder(rproc) for rproc in registry.processors})
    return Directory(lambda: {"remoteproc": processors}, 0o700)


def _firmware_path(registry: Registry) -> Node:
    search = registry.firmware
    return sysfs_file(0o644, lambda: search.custom_path + b"\n", search.set_custom_path)


def _platform_devices(registry: Registry) -> Directory:
    return Directory(lambda: {device.name: _device_folder(registry, device) for device in registry.devices})


def _device_folder(registry: Registry, device: Device) -> Directory:
    """The platform device that a processor, or several, hang from."""

    def properties() -> dict[str, str]:
        found = device.uevent_properties
        return found if registry.is_bound(device) else {key: found[key] for key in found if key != "DRIVER"}

    def entries() -> Mapping[str, Node]:
        at = f"/sys{device.devpath}"
        nodes: dict[str, Node] = {
            "driver_override": override_file(
                lambda: registry.driver_overrides.get(device.name),
                lambda name: registry.override_driver(device, name),
            ),
            "modalias": constant(device.modalias),
            "subsystem": link(at, "/sys/bus/platform"),
            "uevent": uevent_file(registry.environment, device.devpath, "platform", properties),
        }
        if registry.is_bound(device):
            nodes["driver"] = link(at, f"/sys/bus/platform/drivers/{device.driver}")
        if device.of_node is not None:
            nodes["of_node"] = link(at, f"/sys/firmware/devicetree/base{device.of_node}")
        own = {rproc.id: sysfs.processor_folder(rproc) for rproc in registry.processors if rproc.device is device}
        if own:
            nodes["remoteproc"] = _fixed(**own)
        return nodes

    return Directory(entries)


def _vdevs(registry: Registry) -> list[Vdev]:
    return [vdev for rproc in registry.processors for vdev in tuple(rproc.children)]


def _virtio_devices(registry: Registry) -> list[VirtioDevice]:
    return [vdev.virtio for vdev in _vdevs(registry) if vdev.virtio is not None]


def rpmsg_devices(registry: Registry) -> list[RpmsgDevice]:
    """Everything on the rpmsg bus."""
    drivers = [virtio.driver for virtio in _virtio_devices(registry)]
    return [device for driver in drivers if isinstance(driver, VirtioRpmsg) for device in driver.devices.all]


def _node_devpaths(registry: Registry, subsystem: str) -> list[str]:
    nodes = [node for device in rpmsg_devices(registry) for node in device.nodes]
    return [node.devpath for node in nodes if node.subsystem == subsystem]


BusDevices = Callable[[], list[tuple[str, str | None]]]
"""Path below /sys and driver of each device on a bus."""


def _bus(
    environment: Environment,
    name: str,
    devices: BusDevices,
    drivers: Callable[[], Mapping[str, Mapping[str, Node]]],
) -> Directory:
    """A bus: its devices, and its drivers with their own files and links to the devices that they have."""

    def driver_folder(driver: str, files: Mapping[str, Node]) -> Directory:
        at = f"/bus/{name}/drivers/{driver}"
        links = _links(f"/sys{at}", lambda: [path for path, bound in devices() if bound == driver])
        uevent = driver_uevent_file(environment, at)
        return Directory(lambda: {**files, "uevent": uevent, **links.entries()})

    def folders() -> Mapping[str, Node]:
        return {driver: driver_folder(driver, files) for driver, files in drivers().items()}

    paths = _links(f"/sys/bus/{name}/devices", lambda: [path for path, _ in devices()])
    return _fixed(devices=paths, drivers=Directory(folders))


def _platform_bus(registry: Registry) -> Directory:
    def devices() -> list[tuple[str, str | None]]:
        own = [(device.devpath, device.driver if registry.is_bound(device) else None) for device in registry.devices]
        vdevs = [vdev for vdev in _vdevs(registry) if vdev.number is not None]
        return own + [(vdev.devpath, VDEV_DRIVER if vdev.bound else None) for vdev in vdevs]

    def drivers() -> Mapping[str, Mapping[str, Node]]:
        names: dict[str, Mapping[str, Node]] = {device.driver: {} for device in registry.devices}
        if registry.environment.profile.vdev_is_platform_device:
            names[VDEV_DRIVER] = {}
        return names | {driver.name: driver_files(registry, driver) for driver in registry.drivers.values()}

    return _bus(registry.environment, "platform", devices, drivers)


def _virtio_bus(registry: Registry) -> Directory:
    def driver(virtio: VirtioDevice) -> str | None:
        return None if virtio.driver is None else virtio.driver.name

    return _bus(
        registry.environment,
        "virtio",
        lambda: [(virtio.devpath, driver(virtio)) for virtio in _virtio_devices(registry)],
        lambda: {VirtioRpmsg.name: {}},
    )


def _rpmsg_bus(registry: Registry) -> Directory:
    return _bus(
        registry.environment,
        "rpmsg",
        lambda: [(device.devpath, device.channel.driver) for device in rpmsg_devices(registry)],
        lambda: rpmsg_driver_files(registry.environment.profile, lambda: rpmsg_devices(registry)),
    )
