/* Cortex-R: vectors, stacks of the modes, floating point, the interrupt controller, and what becomes of a fault. */
#include "board.h"
#include "runtime.h"

extern uint32_t bss_start[], bss_end[];

int main(void);
void Reset_Handler(void);

__attribute__((naked, section(".vectors"), used)) static void vectors(void)
{
	__asm__ volatile("b Reset_Handler\n\t"
			 "b undefined_entry\n\t"
			 "b .\n\t" /* supervisor call: nobody makes one */
			 "b prefetch_abort_entry\n\t"
			 "b data_abort_entry\n\t"
			 "b .\n\t"
			 "b interrupt_entry\n\t"
			 "b .\n\t");
}

__attribute__((noreturn, used)) static void start(void)
{
	for (uint32_t *word = bss_start; word < bss_end; word++)
		*word = 0;
	interrupts_on();
	main();
	abort_with(ABORT_MAIN_RETURNED);
}

/* Exceptions share the upper half of the stack, 512 bytes each; the program has the rest. */
__attribute__((naked, noreturn)) void Reset_Handler(void)
{
	__asm__ volatile("ldr r0, =stack_top\n\t"
			 "cps #0x12\n\tmov sp, r0\n\tsub r0, r0, #512\n\t"
			 "cps #0x17\n\tmov sp, r0\n\tsub r0, r0, #512\n\t"
			 "cps #0x1b\n\tmov sp, r0\n\tsub r0, r0, #512\n\t"
			 "cps #0x1f\n\tmov sp, r0\n\t"
			 "mrc p15, 0, r0, c1, c0, 2\n\torr r0, r0, #0xf00000\n\tmcr p15, 0, r0, c1, c0, 2\n\tisb\n\t"
			 "mov r0, #0x40000000\n\tvmsr fpexc, r0\n\t"
			 "b start");
}

/* A wild branch may have left nothing but its link register to look at. */
__attribute__((used, noreturn)) static void report(const char *what, uint32_t pc, uint32_t status, uint32_t address)
{
	print("%s: pc %08x status %03x address %08x\n", what, (unsigned)pc, (unsigned)status, (unsigned)address);
	abort_with(ABORT_HARD_FAULT);
}

__attribute__((used, noreturn)) static void undefined(uint32_t pc)
{
	report("UNDEFINED INSTRUCTION", pc, 0, 0);
}

__attribute__((used, noreturn)) static void prefetch_abort(uint32_t pc)
{
	uint32_t status, address;

	__asm__ volatile("mrc p15, 0, %0, c5, c0, 1\n\tmrc p15, 0, %1, c6, c0, 2" : "=r"(status), "=r"(address));
	report("PREFETCH ABORT", pc, status, address);
}

__attribute__((used, noreturn)) static void data_abort(uint32_t pc)
{
	uint32_t status, address;

	__asm__ volatile("mrc p15, 0, %0, c5, c0, 0\n\tmrc p15, 0, %1, c6, c0, 0" : "=r"(status), "=r"(address));
	report("DATA ABORT", pc, status, address);
}

__attribute__((naked, used)) static void undefined_entry(void)
{
	__asm__ volatile("sub r0, lr, #4\n\tb undefined");
}

__attribute__((naked, used)) static void prefetch_abort_entry(void)
{
	__asm__ volatile("sub r0, lr, #4\n\tb prefetch_abort");
}

__attribute__((naked, used)) static void data_abort_entry(void)
{
	__asm__ volatile("sub r0, lr, #8\n\tb data_abort");
}

__attribute__((interrupt_save_fp("IRQ"), used)) static void interrupt_entry(void)
{
	dispatch_interrupts();
}
