/* A battery manager: charges four cells, balances them, and says how it goes. For the processor r5f. */
#include "runtime/board.h"
#include "runtime/crash.h"
#include "runtime/resource_table.h"
#include "runtime/runtime.h"

const char firmware_name[] = "battery";

struct battery_table {
	uint32_t version, entries, reserved[2], offset[1];
	struct resource_trace trace;
};

RESOURCE_TABLE static volatile struct battery_table resource_table = {
	.version = 1,
	.entries = 1,
	.offset = {offsetof(struct battery_table, trace)},
	.trace = TRACE_ENTRY("battery"),
};

enum { CELLS = 4, PERIOD_US = 1000000, FULL = 100 };

struct pack {
	float charge[CELLS]; /* percent */
	float current;       /* ampere; negative while it discharges */
};

static struct pack pack = {{62.0f, 60.5f, 61.2f, 59.8f}, 2.0f};
static volatile int second_is_over, mail_has_come;

static float voltage(float charge) { return 3.2f + charge * 0.01f; }

static void charge_for_a_second(struct pack *p)
{
	float lowest = FULL, highest = 0;

	for (int cell = 0; cell < CELLS; cell++) {
		p->charge[cell] += p->current * 0.25f - (p->charge[cell] > 61.0f ? 0.02f : 0.0f);
		if (p->charge[cell] < lowest)
			lowest = p->charge[cell];
		if (p->charge[cell] > highest)
			highest = p->charge[cell];
	}
	if (highest >= FULL)
		p->current = -1.5f;
	if (lowest <= 20)
		p->current = 2.0f;
}

static void report(const struct pack *p)
{
	float sum = 0, volts = 0;

	for (int cell = 0; cell < CELLS; cell++) {
		sum += p->charge[cell];
		volts += voltage(p->charge[cell]);
	}
	log_line("inf", "%s %d %%, %d.%02d V, %d mA", p->current > 0 ? "charging" : "discharging", (int)(sum / CELLS),
		 (int)volts, (int)(volts * 100) % 100, (int)(p->current * 1000));
}

void Timer_Handler(void)
{
	TIMER->alarm = PERIOD_US;
	second_is_over = 1;
}

void Mailbox_Handler(void)
{
	mail_has_come = 1;
}

static void read_mail(void)
{
	uint32_t word;

	while (next_word(&word))
		if (word > CRASH_COMMANDS)
			crash_by_number(word - CRASH_COMMANDS);
}

int main(void)
{
	log_line("inf", "battery manager 1.0.0, %u cells", (unsigned)CELLS);
	enable_interrupt(MAILBOX_INTERRUPT);
	enable_interrupt(TIMER_INTERRUPT);
	TIMER->alarm = PERIOD_US;
	for (;;) {
		if (second_is_over) {
			second_is_over = 0;
			charge_for_a_second(&pack);
			report(&pack);
		}
		if (mail_has_come) {
			mail_has_come = 0;
			read_mail();
		}
		interrupts_off();
		if (!second_is_over && !mail_has_come)
			wait_for_interrupt();
		interrupts_on();
	}
}
