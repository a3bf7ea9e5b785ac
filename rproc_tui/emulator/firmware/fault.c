/* A crash laboratory: waits for a word in its mailbox and dies in the way that it names. For the processor lab. */
#include "runtime/board.h"
#include "runtime/crash.h"
#include "runtime/resource_table.h"
#include "runtime/runtime.h"

const char firmware_name[] = "lab";

struct fault_table {
	uint32_t version, entries, reserved[2], offset[1];
	struct resource_trace trace;
};

RESOURCE_TABLE static volatile struct fault_table resource_table = {
	.version = 1,
	.entries = 1,
	.offset = {offsetof(struct fault_table, trace)},
	.trace = TRACE_ENTRY("lab"),
};

enum { TICK_US = 5000000 };

static volatile unsigned ticks;

void SysTick_Handler(void)
{
	ticks++;
}

void Mailbox_Handler(void)
{
}

static void obey(void)
{
	uint32_t word;

	while (next_word(&word)) {
		log_line("inf", "command 0x%x", (unsigned)word);
		crash_by_number(word - CRASH_COMMANDS);
	}
}

int main(void)
{
	unsigned reported = 0;

	log_line("inf", "crash laboratory 1.0.0; write a number to the mailbox:");
	list_crashes();
	enable_interrupt(MAILBOX_INTERRUPT);
	start_tick(TICK_US);
	for (;;) {
		interrupts_off();
		if (!MAILBOX->count && ticks == reported)
			wait_for_interrupt();
		interrupts_on();
		obey();
		if (ticks != reported) {
			reported = ticks;
			log_line("inf", "alive, nothing to do");
		}
	}
}
