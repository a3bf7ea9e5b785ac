/* A traffic light: the whole cycle of a crossing, with pedestrians. For the processor rv32. */
#include "runtime/board.h"
#include "runtime/crash.h"
#include "runtime/resource_table.h"
#include "runtime/runtime.h"

const char firmware_name[] = "lights";

struct lights_table {
	uint32_t version, entries, reserved[2], offset[1];
	struct resource_trace trace;
};

RESOURCE_TABLE static volatile struct lights_table resource_table = {
	.version = 1,
	.entries = 1,
	.offset = {offsetof(struct lights_table, trace)},
	.trace = TRACE_ENTRY("lights"),
};

struct phase {
	const char *cars, *walkers;
	uint32_t seconds;
};

static const struct phase cycle[] = {
	{"green", "red", 8}, {"amber", "red", 2}, {"red", "red", 1}, {"red", "green", 6}, {"red", "red", 2},
	{"red and amber", "red", 1},
};

enum { PHASES = sizeof(cycle) / sizeof(cycle[0]) };

static volatile int phase_is_over, mail_has_come;
static unsigned phase, waiting;

static void show(void)
{
	log_line("inf", "cars %s, walkers %s, for %u s", cycle[phase].cars, cycle[phase].walkers,
		 (unsigned)cycle[phase].seconds);
	TIMER->alarm = cycle[phase].seconds * 1000000;
}

void Timer_Handler(void)
{
	phase_is_over = 1;
}

void Mailbox_Handler(void)
{
	mail_has_come = 1;
}

/* Any small word is somebody who pressed the button. */
static void read_mail(void)
{
	uint32_t word;

	while (next_word(&word)) {
		if (word > CRASH_COMMANDS) {
			crash_by_number(word - CRASH_COMMANDS);
			continue;
		}
		log_line("inf", "button pressed, %u waiting", ++waiting);
		if (phase == 0)
			TIMER->alarm = 1000000;
	}
}

int main(void)
{
	log_line("inf", "traffic light 1.0.0, %u phases", (unsigned)PHASES);
	enable_interrupt(MAILBOX_INTERRUPT);
	enable_interrupt(TIMER_INTERRUPT);
	show();
	for (;;) {
		if (phase_is_over) {
			phase_is_over = 0;
			phase = (phase + 1) % PHASES;
			if (cycle[phase].walkers[0] == 'g')
				waiting = 0;
			show();
		}
		if (mail_has_come) {
			mail_has_come = 0;
			read_mail();
		}
		interrupts_off();
		if (!phase_is_over && !mail_has_come)
			wait_for_interrupt();
		interrupts_on();
	}
}
