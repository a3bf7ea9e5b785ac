/* What every demo firmware can use. */
#ifndef RUNTIME_H
#define RUNTIME_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* The end: the code is in the host's log. */
enum {
	ABORT_MAIN_RETURNED = 0x1,
	ABORT_HARD_FAULT = 0xbad,
	ABORT_ASSERTION = 0xdead,
	ABORT_UNEXPECTED_INTERRUPT = 0x1e,
};
__attribute__((noreturn)) void abort_with(uint32_t code);
__attribute__((noreturn)) void assertion_failed(const char *expression, const char *file, unsigned line);
#define ASSERT(expression) ((expression) ? (void)0 : assertion_failed(#expression, __FILE_NAME__, __LINE__))

/* Call the handlers of every line that is pending, where the core has the plain interrupt controller. */
void dispatch_interrupts(void);

/* Time since start; ask at least once an hour. */
struct uptime {
	uint32_t seconds, microseconds;
};
struct uptime uptime(void);

/* Text: %s %c %u %d %x, with a width and leading zeros (%03u). Longer than the buffer it is cut. */
size_t format(char *buffer, size_t size, const char *pattern, va_list arguments);
size_t format_text(char *buffer, size_t size, const char *pattern, ...) __attribute__((format(printf, 3, 4)));

/* One of the three trace writers; which one, the Makefile says. */
extern char trace_buffer[];
void trace_put(const char *text);

/* Text without and with time stamp and level; the level is `inf`, `wrn` or `err`. */
void print(const char *pattern, ...) __attribute__((format(printf, 1, 2)));
void log_line(const char *level, const char *pattern, ...) __attribute__((format(printf, 2, 3)));
extern const char firmware_name[];

/* The next word from the host: 1 and the word, or 0. */
int next_word(uint32_t *word);

void *memcpy(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int text_equal(const char *left, const char *right);

#endif
