/* Ways to die, by number and by name. */
#ifndef CRASH_H
#define CRASH_H

#include <stdint.h>

enum { CRASH_COMMANDS = 0x100 }; /* mailbox words 0x101 and up */

/* Die in that way; comes back when there is no such way. */
void crash_by_number(unsigned number);
void crash_by_name(const char *name);
void list_crashes(void);

#endif
