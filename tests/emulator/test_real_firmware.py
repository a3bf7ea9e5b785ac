"""Firmware that ships with real boards, on boards that have its memory: it runs until it needs a peripheral."""

from __future__ import annotations

import os
import pathlib
from pathlib import Path

import pytest

pytest.importorskip("unicorn", reason="needs the emulator extra")

from rproc_tui.emulator.board import load_board
from rproc_tui.model.processor import State
from tests.emulator.kernel import Powered

FOLDER = pathlib.Path(__file__).resolve().parents[3] / "shared" / "firmware"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the collection of real firmware is not here")

STM32 = "cortex-m4", "<0x0 0x10000>, <0x10000000 0x60000>"
IMX8 = "cortex-m7", "<0x0 0x20000>, <0x20000000 0x20000>, <0x80000000 0x1000000>"
IMX9 = "cortex-m33", "<0xffe0000 0x20000>, <0x20000000 0x20000>"
ZYNQ = "cortex-r5f", "<0x0 0x20000>, <0x20000 0x20000>, <0x3ed00000 0x400000>"
MICROBLAZE = "rv32imac", "<0x0 0x40000>, <0x80000000 0x100000>"
AM335X = "cortex-m3", "<0x0 0x4000>, <0x80000 0x2000>"


@pytest.mark.parametrize(
    ("file", "board", "sentence"),
    [
        ("st-stm32mp157-zephyr-hello-symbols.elf", STM32, "write to unmapped memory at 0x50000aa0, pc 0x00000b04"),
        ("st-stm32mp157-zephyr-hello-old-stripped.elf", STM32, "write to unmapped memory at 0x50000aa0, pc 0x00000830"),
        (
            "st-stm32mp157-zephyr-rpmsg_multi_services-stripped.elf",
            STM32,
            "write to unmapped memory at 0x50000aa0, pc 0x00001188",
        ),
        ("st-stm32mp157-cubeide-i2c-gpio-openamp.elf", STM32, "write to unmapped memory at 0x5000d0c0, pc 0x10000118"),
        ("nxp-imx8mp-hello_world.elf", IMX8, "read of unmapped memory at 0x303d0024, pc 0x0000112e"),
        ("nxp-imx8mp-rpmsg_lite_pingpong.elf", IMX8, "read of unmapped memory at 0x303d0024, pc 0x0000101e"),
        ("nxp-cm33-hello_world.elf", IMX9, "write to unmapped memory at 0x543c0188, pc 0x0ffe0c18"),
        ("ti-am335x-pm-firmware-trace.elf", AM335X, "write to unmapped memory at 0x44e11330, pc 0x00000266"),
        ("ti-am335x-pm-firmware-2011-nort.elf", AM335X, "read of unmapped memory at 0x44e10600, pc 0x000016a0"),
        ("xilinx-zynqmp-app_echo_test_r5_1.elf", ZYNQ, "read of unmapped memory at 0xff9a0000, pc 0x000001ec"),
        ("xilinx-zynqmp-app_rtos_echo_test_r5_0.elf", ZYNQ, "read of unmapped memory at 0xf9001004, pc 0x3ed029cc"),
        ("xilinx-zcu102-split_rpu0-emptyrt.elf", ZYNQ, "read of unmapped memory at 0xff9a0000, pc 0x000001ec"),
        ("xilinx-kv260-zephyr-hello-nort.elf", ZYNQ, "read of unmapped memory at 0xf9000004, pc 0x00000b36"),
        (
            "xilinx-kv260-zephyr-rpmsg_multi_services-stripped.elf",
            ZYNQ,
            "read of unmapped memory at 0xf9000004, pc 0x000011ba",
        ),
        ("xilinx-zcu102-zephyr-3.2-hello.elf", ZYNQ, "read of unmapped memory at 0xf9000004, pc 0x00000dc8"),
        ("xilinx-zcu102-image_echo_test.elf", ZYNQ, "read of unmapped memory at 0xff9a0000, pc 0x000001ec"),
        ("xilinx-zcu102-image_rpc_demo.elf", ZYNQ, "read of unmapped memory at 0xff9a0000, pc 0x000001ec"),
        ("xilinx-microblazev-zephyr-openamp.elf", MICROBLAZE, "write to unmapped memory at 0x4120001c, pc 0x00004ad0"),
    ],
)
def test_the_missing_peripheral_is_named(tmp_path: Path, file: str, board: tuple[str, str], sentence: str) -> None:
    core, reg = board
    path = tmp_path / "board.dts"
    path.write_text(
        f"""/dts-v1/; / {{ #address-cells = <1>; #size-cells = <1>;
        pool: pool@c0000000 {{ compatible = "shared-dma-pool"; reg = <0xc0000000 0x200000>; }};
        core@0 {{ compatible = "rproc-tui,{core}"; reg = {reg}; memory-region = <&pool>; firmware-name = "{file}";
        #address-cells = <1>; #size-cells = <1>; }}; }};"""
    )
    with open(FOLDER / file, "rb") as opened:
        content = opened.read()
    with Powered(load_board(os.fspath(path)), {file: content}) as powered:
        processor = powered.processor("core")
        processor.recovery_disabled = True
        processor.boot()
        powered.wait(lambda: processor.state is State.CRASHED)
        assert powered.logged(f"{sentence}; its handler has ended in an endless loop")
        assert powered.logged("crash detected in core: type mmufault")
