/* A trace writer in the manner of Zephyr's RAM console: at the end it begins again at the start, over what is there. */
#include "runtime.h"

char trace_buffer[TRACE_SIZE];

void trace_put(const char *text)
{
	static unsigned position;

	for (; *text; text++) {
		trace_buffer[position++] = *text;
		if (position >= TRACE_SIZE - 1) /* the last byte stays NUL */
			position = 0;
	}
}
