/* A trace writer in the manner of ST's log_buff: a NUL behind every character, so the text seems to start afresh. */
#include "runtime.h"

char trace_buffer[TRACE_SIZE];

void trace_put(const char *text)
{
	static unsigned position;

	for (; *text; text++) {
		if (position + 1 >= TRACE_SIZE)
			position = 0;
		trace_buffer[position++] = *text;
		trace_buffer[position] = '\0';
	}
}
