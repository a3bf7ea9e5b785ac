"""What differs between kernels, as one table; nothing else in the framework asks for a version.

`v5.10`, `v6.1` and `v6.12` are Debian's stable kernels of November 2026 (5.10.262, 6.1.192, 6.12.117), into which a set
of fixes of that year was back-ported; `v5.19` stands for 5.19 and its long-lived relatives up to 2025.
"""

from __future__ import annotations

from dataclasses import dataclass

from rproc_tui.model.processor import State


@dataclass(frozen=True, slots=True)
class Profile:
    """One kernel's behaviour where kernels differ (the version matrix of the facts)."""

    name: str
    release: str
    """What `uname -r` answers."""

    log_line_most: int = 1023
    """Characters of a log record; the rest is cut."""

    character_device: bool = False
    """CONFIG_REMOTEPROC_CDEV: there is a `/dev/remoteprocN`."""

    # The words of `state`
    start_refused_in: frozenset[State] = frozenset()
    """`start` answers EBUSY; elsewhere a second start only raises the power count."""
    stops_in: frozenset[State] = frozenset({State.RUNNING, State.ATTACHED, State.CRASHED})
    """Where `stop` is allowed; elsewhere EINVAL."""
    stop_result_is_lost: bool = False
    """`stop` succeeds whatever became of it."""
    has_detach: bool = True
    """`detach` is a word."""
    attached_shows_running: bool = False
    """A processor that was attached to is `running`, with a flag."""
    deleted_is_a_state: bool = False
    """A processor being removed is in state `deleted`."""

    # Texts
    empty_firmware_name: str = "can't provide empty string for firmware name"
    firmware_lines_on_parent: bool = True
    """What a write to `firmware` logs stands under the platform device."""
    boot_of_deleted: str = "can't boot deleting rproc"
    no_elf_class: str = "ELF class is not set"
    probe_failure_on_device: bool = True
    """`probe with driver X failed`, as an error of the device; older ones print a warning without a device."""

    # sysfs
    sysfs_read_only: bool = True
    """A driver can make a processor's attributes 0444."""
    virtio_feature_bits: int = 64
    """Characters of a virtio device's `features`."""

    # Loading
    skips_empty_segments: bool = True
    """A PT_LOAD of memsz 0 is not looked up."""
    checks_entry_offsets: bool = True
    """An entry of the table may not begin in the header or behind the end."""
    checks_section_headers: bool = False
    """The whole section header table has to lie in the file."""
    firmware_suffixes: tuple[str, ...] = ("", ".zst", ".xz")
    """Passes of the firmware search; each but the first only after ENOENT."""
    custom_path_ends_at_newline: bool = True
    """The folder in `firmware_class.path` ends at a newline; up to 6.1 the one that `echo` leaves is part of it."""
    logs_direct_loading: bool = False
    """Debian: a line for each file that was loaded."""
    failed_pass_level: int | None = 6
    """Debian: level of the line for each pass that found nothing; None: no such line."""
    logs_unfit_files: bool = True
    """A line for each file of the search that is there and cannot be read; Debian had none up to 6.1."""

    # Devices
    vdev_is_platform_device: bool = True
    """`rproc-virtio.N.auto` with a driver whose failure does not stop the boot; else `remoteprocN#vdevXbuffer`."""
    rpmsg_control_device: bool = True
    rpmsg_name_service_device: bool = True
    rpmsg_char_channels: tuple[str, ...] = ("rpmsg-raw", "rpmsg_chrdev")
    """Channels that rpmsg_char takes by itself."""
    rpmsg_tty: bool = True
    """There is a driver for channels called `rpmsg-tty`."""

    # Crashes
    deleting_ignores_crash: bool = True
    attach_recovery: bool = True
    """Drivers can ask for recovery by detach and attach."""
    attach_recovery_is_full: bool = False
    """It lets go of every resource in between."""
    attaches_in_add: bool = False
    """A detached processor is attached before `add` returns; a failure makes `add` fail."""


V5_10 = Profile(
    name="v5.10",
    release="5.10.262",
    log_line_most=991,
    start_refused_in=frozenset({State.RUNNING}),
    stops_in=frozenset({State.RUNNING}),
    stop_result_is_lost=True,
    has_detach=False,
    attached_shows_running=True,
    deleted_is_a_state=True,
    empty_firmware_name="can't provide a NULL firmware",
    firmware_lines_on_parent=False,
    boot_of_deleted="can't boot deleted rproc",
    no_elf_class="Elf class is not set",
    probe_failure_on_device=False,
    sysfs_read_only=False,
    skips_empty_segments=False,
    checks_entry_offsets=False,
    firmware_suffixes=("", ".xz"),
    custom_path_ends_at_newline=False,
    logs_direct_loading=True,
    failed_pass_level=3,
    logs_unfit_files=False,
    vdev_is_platform_device=False,
    rpmsg_control_device=False,
    rpmsg_name_service_device=False,
    rpmsg_char_channels=(),
    rpmsg_tty=False,
    deleting_ignores_crash=False,
    attach_recovery=False,
    attaches_in_add=True,
)

V5_19 = Profile(
    name="v5.19",
    release="5.19.17",
    log_line_most=991,
    stops_in=frozenset({State.RUNNING, State.ATTACHED}),
    deleted_is_a_state=True,
    boot_of_deleted="can't boot deleted rproc",
    no_elf_class="Elf class is not set",
    probe_failure_on_device=False,
    sysfs_read_only=False,
    checks_entry_offsets=False,
    custom_path_ends_at_newline=False,
    logs_direct_loading=True,
    failed_pass_level=3,
    logs_unfit_files=False,
    vdev_is_platform_device=False,
    rpmsg_char_channels=("rpmsg-raw",),
    deleting_ignores_crash=False,
    attach_recovery=False,
    attaches_in_add=True,
)

V6_1 = Profile(
    name="v6.1",
    release="6.1.192",
    log_line_most=991,
    no_elf_class="Elf class is not set",
    probe_failure_on_device=False,
    custom_path_ends_at_newline=False,
    logs_direct_loading=True,
    failed_pass_level=3,
    logs_unfit_files=False,
    rpmsg_char_channels=("rpmsg-raw",),
)

V6_12 = Profile(
    name="v6.12",
    release="6.12.117",
    checks_section_headers=True,
    attach_recovery_is_full=True,
)

PROFILES = {profile.name: profile for profile in (V5_10, V5_19, V6_1, V6_12)}
"""Every kernel that can be shown, by name."""

DEFAULT_PROFILE = V6_12
