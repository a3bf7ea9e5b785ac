from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.hosts.log_text import parse_line
from rproc_tui.linux.kernel_fact import KernelFact, Kind
from rproc_tui.linux.names import Called, Names
from rproc_tui.linux.recognise import recognise
from rproc_tui.model.kernel_log import KernelLine

P = "remoteproc remoteproc0: "


def said(text: str, names: Names | None = None) -> KernelFact | None:
    line = KernelLine(0, 0.0, 6, text)
    return recognise(line) if names is None else recognise(line, names)


def about(text: str, names: Names | None = None) -> KernelFact:
    fact = said(text, names)
    assert fact is not None
    return fact


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        (f"{P}m4 is available", Kind.AVAILABLE, {"name": "m4"}),
        (f"{P}releasing imx-rproc", Kind.RELEASED, {"name": "imx-rproc"}),
        (f"{P}powering up 5000000.m4fss", Kind.POWERING_UP, {"name": "5000000.m4fss"}),
        (
            f"{P}Booting fw image qcom/sa8775p/adsp.mbn, size 6795264",
            Kind.BOOTING,
            {"firmware": "qcom/sa8775p/adsp.mbn", "number": 6795264},
        ),
        (f"{P}Booting unspecified pre-loaded fw image", Kind.BOOTING, {"firmware": None, "number": None}),
        (f"{P}remote processor zynqmp-r5-remoteproc@0 is now up", Kind.UP, {"name": "zynqmp-r5-remoteproc@0"}),
        (f"{P}remote processor m4 is now", Kind.UP, {"name": "m4"}),
        (f"{P}attaching to 30034000.pru", Kind.ATTACHING, {"name": "30034000.pru"}),
        (f"{P}remote processor 30034000.pru is now attached", Kind.ATTACHED, {"name": "30034000.pru"}),
        (f"{P}detached remote processor 78000000.r5f", Kind.DETACHED, {"name": "78000000.r5f"}),
        (f"{P}stopped remote processor core1-rproc", Kind.STOPPED, {"name": "core1-rproc"}),
        (
            f"{P}crash detected in adsp: type fatal error",
            Kind.CRASH_DETECTED,
            {"name": "adsp", "detail": "fatal error"},
        ),
        (f"{P}handling crash #498 in slpi", Kind.CRASH_HANDLED, {"name": "slpi", "number": 498}),
        (f"{P}handling crash #007 in slpi", Kind.CRASH_HANDLED, {"name": "slpi", "number": 7}),
        (f"{P}recovering cix-dsp-rproc", Kind.RECOVERING, {"name": "cix-dsp-rproc"}),
        (f"{P}request_firmware failed: -2", Kind.REQUEST_FAILED, {"errno": 2}),
        (f"{P}Boot failed: -22", Kind.BOOT_FAILED, {"errno": 22}),
        (f"{P}can't start rproc cdsp: -110", Kind.STEP_FAILED, {"name": "cdsp", "errno": 110}),
        (f"{P}failed to probe subdevices for cix-dsp: -16", Kind.STEP_FAILED, {"name": "cix-dsp", "errno": 16}),
        (f"{P}Failed to load program segments: -22", Kind.STEP_FAILED, {"errno": 22}),
        (f"{P}Failed to process resources: -12", Kind.STEP_FAILED, {"errno": 12}),
        (f"{P}Failed to find resource table", Kind.STEP_FAILED, {"errno": None}),
        (f"{P}can't stop rproc: -13", Kind.STOP_FAILED, {"errno": 13}),
        (f"{P}can't detach from rproc: -95", Kind.DETACH_FAILED, {"errno": 95}),
        (
            f"{P}Direct firmware load for am335x-pru1-fw failed with error -2",
            Kind.FIRMWARE_MISSING,
            {"firmware": "am335x-pru1-fw", "errno": 2},
        ),
        (
            f"{P}firmware: failed to load nosuch (-2)",
            Kind.FIRMWARE_MISSING,
            {"firmware": "nosuch", "errno": 2},
        ),
        (f"{P}firmware: direct-loading firmware good.elf", Kind.FIRMWARE_FOUND, {"firmware": "good.elf"}),
        (
            f"{P}Falling back to sysfs fallback for: /lib/firmware/zephyr.elf",
            Kind.FIRMWARE_FALLBACK,
            {"firmware": "/lib/firmware/zephyr.elf"},
        ),
        (f"{P}Ramdump done, 45204 bytes read", Kind.DUMP_READ, {"number": 45204}),
        (f"{P}registered virtio0 (type 7)", Kind.VIRTIO_REGISTERED, {"detail": "virtio0", "number": 7}),
        (f"{P}unsupported resource 65538", Kind.OTHER, {}),
    ],
)
def test_what_the_core_says_is_understood(text: str, kind: Kind, expected: dict[str, object]) -> None:
    fact = about(text)
    assert (fact.kind, fact.id, fact.device) == (kind, "remoteproc0", "remoteproc0")
    assert {key: getattr(fact, key) for key in expected} == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (" remoteproc0: powering up e907_rproc", Kind.POWERING_UP),
        ("remoteproc0: Direct firmware load for scp.img failed with error -2", Kind.FIRMWARE_MISSING),
        ("remoteprocroc remoteproc0: Booting fw image rproc-m4-fw, size 591544", Kind.BOOTING),
        (" remoteproc0#vdev0buffer: registered virtio2 (type 7)", Kind.VIRTIO_REGISTERED),
        ("remoteproc0#vdev0buffer: registered virtio0 (type 7)", Kind.VIRTIO_REGISTERED),
        (" remoteproc0#vdev0buffer: .kick method not defined for 4a338000.pru", Kind.OTHER),
    ],
)
def test_older_and_damaged_prefixes_still_name_the_processor(text: str, kind: Kind) -> None:
    fact = about(text)
    assert (fact.kind, fact.id) == (kind, "remoteproc0")


NAMES = Names(
    [
        Called(
            "remoteproc0",
            "/sys/devices/platform/mlahb:m4@10000000",
            "m4",
            ("rproc-virtio.0.auto", "virtio0"),
        ),
        Called("remoteproc1", "/sys/devices/platform/soc/20c00000.remoteproc", "gpdsp0"),
        Called("remoteproc2", "/sys/devices/platform/r5@0", "twin"),
        Called("remoteproc3", "/sys/devices/platform/r5@1", "twin"),
        Called("remoteproc4", "/sys/devices/platform/10500000.scp", "scp"),
    ]
)


@pytest.mark.parametrize(
    ("text", "kind", "processor_id"),
    [
        ("rproc-virtio rproc-virtio.0.auto: registered virtio0 (type 7)", Kind.VIRTIO_REGISTERED, "remoteproc0"),
        ("rproc-virtio rproc-virtio.9.auto: registered virtio9 (type 7)", Kind.VIRTIO_REGISTERED, None),
        (" mlahb:m4@10000000#vdev0buffer: registered virtio0 (type 7)", Kind.VIRTIO_REGISTERED, "remoteproc0"),
        (" r5@1#vdev0buffer: registered virtio0 (type 7)", Kind.VIRTIO_REGISTERED, "remoteproc3"),
        ("virtio_rpmsg_bus virtio0: rpmsg host is online", Kind.BUS_ONLINE, "remoteproc0"),
        ("rpmsg_tty virtio0.rpmsg-tty.-1.1024: new channel: 0x400 -> 0x400 : ttyRPMSG0", Kind.OTHER, "remoteproc0"),
        ("qcom_q6v5_pas 20c00000.remoteproc: fatal error received: a.c:1:x", Kind.FAULT, "remoteproc1"),
        ("qcom_q6v5_pas 20c00000.remoteproc: start timed out", Kind.FAULT, "remoteproc1"),
        ("platform 10500000.scp: something of its own", Kind.OTHER, "remoteproc4"),
        ("rproc-audit: crash detected in gpdsp0: type watchdog", Kind.CRASH_DETECTED, "remoteproc1"),
        ("rproc-audit: crash detected in twin: type watchdog", Kind.CRASH_DETECTED, None),
    ],
)
def test_a_line_belongs_to_the_processor_that_its_device_or_text_names(
    text: str, kind: Kind, processor_id: str | None
) -> None:
    fact = about(text, NAMES)
    assert (fact.kind, fact.id) == (kind, processor_id)


def test_channels_carry_their_name_and_address() -> None:
    made = about("virtio_rpmsg_bus virtio0: creating channel ti.ipc4.ping-pong addr 0xd", NAMES)
    assert (made.kind, made.detail, made.number, made.id) == (
        Kind.CHANNEL_CREATED,
        "ti.ipc4.ping-pong",
        0xD,
        "remoteproc0",
    )
    gone = about("virtio_rpmsg_bus virtio0: destroying channel rpmsg-tty addr 0x400")
    assert (gone.kind, gone.detail, gone.number, gone.id) == (Kind.CHANNEL_DESTROYED, "rpmsg-tty", 0x400, None)


@pytest.mark.parametrize(
    ("subsystem", "device", "processor_id"),
    [
        ("remoteproc", "+remoteproc:remoteproc7", "remoteproc7"),
        ("remoteproc", "c251:7", "remoteproc7"),
        ("platform", "+platform:20c00000.remoteproc", "remoteproc1"),
        ("virtio", "+virtio:virtio0", "remoteproc0"),
    ],
)
def test_the_records_own_device_comes_first(subsystem: str, device: str, processor_id: str) -> None:
    line = KernelLine(0, 0.0, 6, "somewhere else: stopped remote processor x", subsystem, device)
    fact = recognise(line, NAMES)
    assert fact is not None
    assert (fact.kind, fact.id) == (Kind.STOPPED, processor_id)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ": ",
        "usb 1-1: new high-speed USB device number 2",
        "virtio_blk virtio1: [vda] 2048 512-byte logical blocks",
        "firmware_class: See https://wiki.debian.org/Firmware for information about missing firmware",
        "systemd[1]: powering up m4",
        "c251: handling crash #1 in m4",
    ],
)
def test_other_lines_say_nothing_about_processors(text: str) -> None:
    assert said(text, NAMES) is None


def test_a_character_device_of_another_subsystem_is_no_processor() -> None:
    assert recognise(KernelLine(0, 0.0, 6, "tty tty7: x", "tty", "c4:7"), NAMES) is None


@given(st.text(max_size=120))
def test_no_text_raises(text: str) -> None:
    for prefix in ("", P, "rproc-virtio rproc-virtio.0.auto: ", f"{P}handling crash #"):
        said(prefix + text, NAMES)


def test_a_boot_that_failed_is_read_from_a_console_in_order() -> None:
    log = b"""\
[  502.768228] remoteproc remoteproc3: powering up 54474000.pru
[  502.957138] remoteproc remoteproc3: Booting fw image ethercat.out, size 2889212
[  502.966723] remoteproc remoteproc3: bad phdr da 0x80000000 mem 0x448d0
[  502.975808] remoteproc remoteproc3: Failed to load program segments: -22
[  502.984443] remoteproc remoteproc3: Boot failed: -22
"""
    facts = [recognise(parse_line(line)) for line in log.splitlines()]
    assert [fact.kind for fact in facts if fact is not None] == [
        Kind.POWERING_UP,
        Kind.BOOTING,
        Kind.OTHER,
        Kind.STEP_FAILED,
        Kind.BOOT_FAILED,
    ]
    assert {fact.id for fact in facts if fact is not None} == {"remoteproc3"}
