/* A guard: watches three supply voltages and says when one leaves its limits. For the small processor m0, which sleeps
   between two looks without a tick. */
#include "runtime/board.h"
#include "runtime/resource_table.h"
#include "runtime/runtime.h"

const char firmware_name[] = "m0";

struct guard_table {
	uint32_t version, entries, reserved[2], offset[1];
	struct resource_trace trace;
};

RESOURCE_TABLE static volatile struct guard_table resource_table = {
	.version = 1,
	.entries = 1,
	.offset = {offsetof(struct guard_table, trace)},
	.trace = TRACE_ENTRY("guard"),
};

struct rail {
	const char *name;
	uint32_t nominal, tolerance; /* millivolt */
	uint32_t measured;
};

static struct rail rails[] = {
	{"VDD_CORE", 1200, 36, 0},
	{"VDD_IO", 3300, 99, 0},
	{"VBUS", 5000, 250, 0},
};

enum { RAILS = sizeof(rails) / sizeof(rails[0]), PERIOD_US = 1000000 };

static volatile int time_is_up;

static uint32_t noise(void)
{
	static uint32_t state = 88172645;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static int look_at(struct rail *rail, uint32_t sag)
{
	uint32_t ripple = noise() & 15;

	rail->measured = rail->nominal - 8 + ripple - sag;
	return rail->measured + rail->tolerance >= rail->nominal;
}

static void look(uint32_t round)
{
	struct rail *rail = &rails[round % RAILS];
	/* VBUS sags for a moment twice a minute. */
	uint32_t sag = rail == &rails[2] && round % 30 == 29 ? 400 : 0;

	if (look_at(rail, sag))
		print("%s %u.%03u V ok\n", rail->name, (unsigned)(rail->measured / 1000),
		      (unsigned)(rail->measured % 1000));
	else
		print("WARNING: %s %u.%03u V is below its limit\n", rail->name, (unsigned)(rail->measured / 1000),
		      (unsigned)(rail->measured % 1000));
}

void Timer_Handler(void)
{
	TIMER->alarm = PERIOD_US;
	time_is_up = 1;
}

int main(void)
{
	uint32_t round = 0;

	print("guard 1.0.0: watching %u supplies\n", (unsigned)RAILS);
	enable_interrupt(TIMER_INTERRUPT);
	TIMER->alarm = PERIOD_US;
	for (;;) {
		wait_for_interrupt();
		if (time_is_up) {
			time_is_up = 0;
			look(round++);
		}
	}
}
