/* Cortex-M: from reset to main, the vector table, and what becomes of a fault. */
#include "board.h"
#include "runtime.h"

extern uint32_t bss_start[], bss_end[], stack_top[];

int main(void);
void Reset_Handler(void);
void HardFault_Handler(void);

__attribute__((noreturn)) void Reset_Handler(void)
{
	for (uint32_t *word = bss_start; word < bss_end; word++)
		*word = 0;
	main();
	abort_with(ABORT_MAIN_RETURNED);
}

/* What the hardware has pushed. */
struct exception_frame {
	uint32_t r0, r1, r2, r3, r12, lr, pc, xpsr;
};

__attribute__((used, noreturn)) static void report_hard_fault(const struct exception_frame *frame)
{
	print("HARD FAULT: pc %08x lr %08x cfsr %08x hfsr %08x\n", (unsigned)frame->pc, (unsigned)frame->lr,
	      (unsigned)FAULT_STATUS, (unsigned)HARD_FAULT_STATUS);
	abort_with(ABORT_HARD_FAULT);
}

/* LR tells which stack the frame is on. In instructions that a Cortex-M0 has, too. */
__attribute__((naked, noreturn)) void HardFault_Handler(void)
{
	__asm__ volatile("mov r0, lr\n\tlsls r0, r0, #29\n\tmrs r0, msp\n\tbpl 0f\n\tmrs r0, psp\n\t"
			 "0: b %c0"
			 : : "i"(report_hard_fault));
}

static void unexpected_interrupt(void)
{
	print("unexpected interrupt\n");
	abort_with(ABORT_UNEXPECTED_INTERRUPT);
}

void SysTick_Handler(void) __attribute__((weak, alias("unexpected_interrupt")));
void Mailbox_Handler(void) __attribute__((weak, alias("unexpected_interrupt")));
void Timer_Handler(void) __attribute__((weak, alias("unexpected_interrupt")));
void Spare_Handler(void) __attribute__((weak, alias("unexpected_interrupt")));
void PendSV_Handler(void) __attribute__((weak, alias("unexpected_interrupt")));

__attribute__((section(".vectors"), used)) static const void *const vectors[] = {
	stack_top,
	Reset_Handler,
	unexpected_interrupt, /* NMI */
	HardFault_Handler,
	HardFault_Handler, /* memory management, bus, usage: only when a firmware enables them */
	HardFault_Handler,
	HardFault_Handler,
	0,
	0,
	0,
	0,
	unexpected_interrupt, /* supervisor call */
	unexpected_interrupt, /* debug monitor */
	0,
	PendSV_Handler,
	SysTick_Handler,
	Mailbox_Handler, /* line 0 */
	Timer_Handler,   /* line 1 */
	Spare_Handler,   /* line 2: no device, for firmware that pends it itself */
};
