/* Time stamps and log lines, in the manner of Zephyr: [00:00:12.504,000] <inf> hub: text */
#include "board.h"
#include "runtime.h"

struct uptime uptime(void)
{
	static uint32_t last;
	static struct uptime now;
	uint32_t low = TIMER->low;

	now.microseconds += low - last;
	last = low;
	while (now.microseconds >= 1000000) {
		now.microseconds -= 1000000;
		now.seconds++;
	}
	return now;
}

void print(const char *pattern, ...)
{
	char text[160];
	va_list arguments;

	va_start(arguments, pattern);
	format(text, sizeof(text), pattern, arguments);
	va_end(arguments);
	trace_put(text);
}

void log_line(const char *level, const char *pattern, ...)
{
	char text[128];
	struct uptime now = uptime();
	va_list arguments;

	va_start(arguments, pattern);
	format(text, sizeof(text), pattern, arguments);
	va_end(arguments);
	print("[%02u:%02u:%02u.%03u,%03u] <%s> %s: %s\n", (unsigned)(now.seconds / 3600),
	      (unsigned)(now.seconds / 60 % 60), (unsigned)(now.seconds % 60), (unsigned)(now.microseconds / 1000),
	      (unsigned)(now.microseconds % 1000), level, firmware_name, text);
}

int next_word(uint32_t *word)
{
	*word = MAILBOX->take;
	return *word != MAILBOX_EMPTY;
}
