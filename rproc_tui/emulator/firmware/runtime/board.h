/* Devices of the demo board, at the addresses that every processor of it sees them. */
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

struct mailbox {
	volatile uint32_t kick;  /* write: number of a virtqueue that the host shall look at */
	volatile uint32_t word;  /* write: a word for the host's log */
	volatile uint32_t take;  /* read: oldest word of the host, MAILBOX_EMPTY when there is none */
	volatile uint32_t count; /* read: how many wait */
};

struct abort_device {
	volatile uint32_t code; /* write: the core stops and the host hears of a crash */
};

struct watchdog {
	volatile uint32_t control; /* 1 runs it */
	volatile uint32_t period;  /* milliseconds */
	volatile uint32_t feed;    /* write: any value */
	volatile uint32_t left;    /* read: milliseconds */
};

struct timer {
	volatile uint32_t low;   /* read: microseconds since start; latches high */
	volatile uint32_t high;
	volatile uint32_t alarm; /* write: interrupt in so many microseconds */
};

#define MAILBOX ((struct mailbox *)0x40000000u)
#define ABORT ((struct abort_device *)0x40001000u)
#define WATCHDOG ((struct watchdog *)0x40002000u)
#define TIMER ((struct timer *)0x40003000u)
#define MAILBOX_EMPTY 0xFFFFFFFFu

enum { MAILBOX_INTERRUPT = 0, TIMER_INTERRUPT = 1, SPARE_INTERRUPT = 2 };

/* Cores that bring no interrupt controller have this one. */
struct interrupt_controller {
	volatile uint32_t pending;
	volatile uint32_t enabled;
	volatile uint32_t claim; /* read: the lowest line that is both, which is then no longer pending */
	volatile uint32_t set;   /* write: lines to make pending */
};

#define CONTROLLER ((struct interrupt_controller *)0xE0000000u)
#define NO_LINE 0xFFFFFFFFu

#include "core.h"

#endif
