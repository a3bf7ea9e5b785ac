/* A motor controller: ramps the speed up and down, in floating point, four times a second. For the processor m33. */
#include "runtime/board.h"
#include "runtime/resource_table.h"
#include "runtime/runtime.h"

const char firmware_name[] = "motor";

struct motor_table {
	uint32_t version, entries, reserved[2], offset[1];
	struct resource_trace trace;
};

RESOURCE_TABLE static volatile struct motor_table resource_table = {
	.version = 1,
	.entries = 1,
	.offset = {offsetof(struct motor_table, trace)},
	.trace = TRACE_ENTRY("motor"),
};

enum { STEPS_A_SECOND = 4, SPEED_COMMANDS = 0x200, TOP_SPEED = 3000 };

struct motor {
	float speed;  /* revolutions a minute */
	float target;
	float slope;  /* revolutions a minute, a second */
	float revolutions;
};

static struct motor motor = {.target = TOP_SPEED, .slope = 150};
static volatile unsigned steps;
static volatile int mail_has_come;

/* One step of the ramp; runs in the tick's interrupt, with floating point of its own. */
static void step(struct motor *m)
{
	float change = m->slope / STEPS_A_SECOND;

	if (m->speed + change < m->target)
		m->speed += change;
	else if (m->speed - change > m->target)
		m->speed -= change;
	else
		m->speed = m->target;
	m->revolutions += m->speed / 60 / STEPS_A_SECOND;
}

void SysTick_Handler(void)
{
	step(&motor);
	steps++;
}

void Mailbox_Handler(void)
{
	mail_has_come = 1;
}

static const char *state_of(const struct motor *m)
{
	if (m->speed == m->target)
		return "holding";
	return m->speed < m->target ? "accelerating" : "braking";
}

static void report(void)
{
	int32_t power = (int32_t)(motor.speed * 0.12f + 4.5f);

	log_line("inf", "%s at %d rpm, %d W, %d revolutions", state_of(&motor), (int)motor.speed, (int)power,
		 (int)motor.revolutions);
	if (motor.speed == motor.target && steps % 40 < STEPS_A_SECOND)
		motor.target = motor.target > TOP_SPEED / 2 ? 600 : TOP_SPEED;
}

/* 0x200 and a percentage: a new target. */
static void read_mail(void)
{
	uint32_t word;

	while (next_word(&word))
		if (word >= SPEED_COMMANDS && word <= SPEED_COMMANDS + 100) {
			motor.target = (float)(word - SPEED_COMMANDS) * TOP_SPEED / 100;
			log_line("inf", "target is now %d rpm", (int)motor.target);
		}
}

int main(void)
{
	unsigned reported = 0;

	log_line("inf", "motor control 1.0.0, %u steps a second", (unsigned)STEPS_A_SECOND);
	enable_interrupt(MAILBOX_INTERRUPT);
	start_tick(TICK_HZ / STEPS_A_SECOND);
	for (;;) {
		if (steps - reported >= STEPS_A_SECOND) {
			reported += STEPS_A_SECOND;
			report();
		}
		if (mail_has_come) {
			mail_has_come = 0;
			read_mail();
		}
		wait_for_interrupt();
	}
}
