/* The end of a program. */
#include "board.h"
#include "runtime.h"

__attribute__((noreturn)) void abort_with(uint32_t code)
{
	ABORT->code = code;
	for (;;)
		wait_for_interrupt();
}

__attribute__((noreturn)) void assertion_failed(const char *expression, const char *file, unsigned line)
{
	print("ASSERTION FAILED: %s at %s:%u\n", expression, file, line);
	abort_with(ABORT_ASSERTION);
}
