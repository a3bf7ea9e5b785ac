/* RISC-V: from reset to main, the trap handler, and what becomes of a fault. */
#include "board.h"
#include "runtime.h"

extern uint32_t bss_start[], bss_end[];

int main(void);
void Reset_Handler(void);

__attribute__((noreturn, used)) static void start(void)
{
	for (uint32_t *word = bss_start; word < bss_end; word++)
		*word = 0;
	__asm__ volatile("csrs mie, %0" : : "r"(1u << 11)); /* external interrupts */
	interrupts_on();
	main();
	abort_with(ABORT_MAIN_RETURNED);
}

__attribute__((naked, noreturn, section(".vectors"), used)) void Reset_Handler(void)
{
	__asm__ volatile("la sp, stack_top\n\tla t0, trap_entry\n\tcsrw mtvec, t0\n\tj start");
}

static void trap(void)
{
	uint32_t cause, pc, value;

	__asm__ volatile("csrr %0, mcause\n\tcsrr %1, mepc\n\tcsrr %2, mtval" : "=r"(cause), "=r"(pc), "=r"(value));
	if (cause >> 31) {
		dispatch_interrupts();
		return;
	}
	print("TRAP: cause %u pc %08x value %08x\n", (unsigned)cause, (unsigned)pc, (unsigned)value);
	abort_with(ABORT_HARD_FAULT);
}

__attribute__((interrupt("machine"), aligned(4), used)) static void trap_entry(void)
{
	trap();
}
