/* A flood of trace lines, to see what becomes of a host that cannot keep up. For the processor m4.

   100 000 lines a second; a word 0x300 + n in the mailbox makes it n thousand, 0x300 is silence. Each line bears its
   number, so that nobody needs to believe how many were lost. */
#include "runtime/board.h"
#include "runtime/resource_table.h"
#include "runtime/runtime.h"

const char firmware_name[] = "flood";

struct flood_table {
	uint32_t version, entries, reserved[2], offset[1];
	struct resource_trace trace;
};

RESOURCE_TABLE static volatile struct flood_table resource_table = {
	.version = 1,
	.entries = 1,
	.offset = {offsetof(struct flood_table, trace)},
	.trace = TRACE_ENTRY("flood"),
};

enum { PERIOD_US = 2000, LONGEST_US = 100000, COMMAND = 0x300, MOST = 0xff };
enum { LINE_WORDS = 15, TRACE_WORDS = TRACE_SIZE / 4 };

/* Whole words: a line takes a hundred instructions. The buffer wraps anywhere, without a NUL, as TI's memory log does. */
static union {
	char text[LINE_WORDS * 4 + 1];
	uint32_t words[LINE_WORDS];
} line = {"[0000.00000] line 0000000000 the quick brown fox jumps over\n"};

enum { TIME = 1, TIME_SIZE = 10, LAST_DIGIT = 27, LINES_PER_TIME = 64 };

char trace_buffer[TRACE_SIZE] __attribute__((aligned(4)));
static unsigned position; /* in words */

static unsigned thousands = 100;
static volatile int period_is_over, mail_has_come;

void trace_put(const char *text)
{
	(void)text; /* what is printed besides would take the lines from their place */
}

static void put_next(void)
{
	char *digit = line.text + LAST_DIGIT;

	while (*digit == '9')
		*digit-- = '0';
	++*digit;
	for (unsigned word = 0; word < LINE_WORDS; word++) {
		((uint32_t *)trace_buffer)[position] = line.words[word];
		if (++position == TRACE_WORDS)
			position = 0;
	}
}

static void put_time(void)
{
	char time[TIME_SIZE + 1];
	struct uptime now = uptime();

	format_text(time, sizeof(time), "%04u.%05u", (unsigned)now.seconds, (unsigned)(now.microseconds / 10));
	for (unsigned at = 0; at < TIME_SIZE; at++)
		line.text[TIME + at] = time[at];
}

/* What is owed since the last time, however late the timer woke us. */
static void put_owed(void)
{
	static uint32_t last, owed; /* microseconds, thousandths of a line */
	uint32_t passed = TIMER->low - last;

	last += passed;
	owed += (passed < LONGEST_US ? passed : LONGEST_US) * thousands;
	for (unsigned count = 0; owed >= 1000; owed -= 1000, count++) {
		if (count % LINES_PER_TIME == 0)
			put_time();
		put_next();
	}
}

void Timer_Handler(void)
{
	TIMER->alarm = PERIOD_US;
	period_is_over = 1;
}

void Mailbox_Handler(void)
{
	mail_has_come = 1;
}

static void read_mail(void)
{
	uint32_t word;

	while (next_word(&word))
		if (word >= COMMAND && word <= COMMAND + MOST)
			thousands = word - COMMAND;
}

int main(void)
{
	enable_interrupt(MAILBOX_INTERRUPT);
	enable_interrupt(TIMER_INTERRUPT);
	TIMER->alarm = PERIOD_US;
	for (;;) {
		interrupts_off();
		if (!period_is_over && !mail_has_come)
			wait_for_interrupt();
		interrupts_on();
		if (mail_has_come) {
			mail_has_come = 0;
			read_mail();
		}
		if (period_is_over) {
			period_is_over = 0;
			put_owed();
		}
	}
}
