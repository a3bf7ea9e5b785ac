/* A trace writer in the manner of TI's memory log: a prefix with core and time before each line, CR LF behind it, and
   it wraps anywhere, without a NUL. */
#include "runtime.h"

char trace_buffer[TRACE_SIZE];

static void put(char character)
{
	static unsigned position;

	trace_buffer[position++] = character;
	if (position >= TRACE_SIZE)
		position = 0;
}

static void put_text(const char *text)
{
	while (*text)
		put(*text++);
}

static void put_prefix(void)
{
	char prefix[40];
	struct uptime now = uptime();

	format_text(prefix, sizeof(prefix), "[%s] %5u.%06us : ", firmware_name, (unsigned)now.seconds,
		    (unsigned)now.microseconds);
	put_text(prefix);
}

void trace_put(const char *text)
{
	static int inside_line;

	for (; *text; text++) {
		if (!inside_line)
			put_prefix();
		inside_line = *text != '\n';
		put_text((char[]){*text == '\n' ? '\r' : *text, '\0'});
		if (*text == '\n')
			put('\n');
	}
}
