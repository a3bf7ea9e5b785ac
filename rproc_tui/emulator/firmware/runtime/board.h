/* Devices and core registers of the demo board, at the addresses that every processor of it sees them. */
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

struct system_tick {
	volatile uint32_t control;
	volatile uint32_t reload;
	volatile uint32_t count;
};

#define MAILBOX ((struct mailbox *)0x40000000u)
#define ABORT ((struct abort_device *)0x40001000u)
#define WATCHDOG ((struct watchdog *)0x40002000u)
#define TIMER ((struct timer *)0x40003000u)
#define MAILBOX_EMPTY 0xFFFFFFFFu

enum { MAILBOX_INTERRUPT = 0, TIMER_INTERRUPT = 1 };

#define SYSTEM_TICK ((struct system_tick *)0xE000E010u)
#define INTERRUPT_ENABLE (*(volatile uint32_t *)0xE000E100u)
#define INTERRUPT_PEND (*(volatile uint32_t *)0xE000E200u)
#define VECTOR_TABLE (*(volatile uint32_t *)0xE000ED08u)
#define CONFIGURATION_CONTROL (*(volatile uint32_t *)0xE000ED14u)
#define FAULT_STATUS (*(volatile uint32_t *)0xE000ED28u)
#define HARD_FAULT_STATUS (*(volatile uint32_t *)0xE000ED2Cu)
#define BUS_FAULT_ADDRESS (*(volatile uint32_t *)0xE000ED38u)
#define DIVIDE_BY_ZERO_TRAP (1u << 4)

#define TICK_HZ 1000000u /* of the tick's reference clock */

/* Really inline, also where the compiler is told to stay close to the source. */
#define INLINE static inline __attribute__((always_inline))

INLINE void interrupts_off(void) { __asm__ volatile("cpsid i" ::: "memory"); }
INLINE void interrupts_on(void) { __asm__ volatile("cpsie i" ::: "memory"); }
INLINE void wait_for_interrupt(void) { __asm__ volatile("wfi" ::: "memory"); }
INLINE void memory_barrier(void) { __asm__ volatile("dmb" ::: "memory"); }

INLINE void enable_interrupt(unsigned line) { INTERRUPT_ENABLE = 1u << line; }

INLINE void start_tick(uint32_t period_us)
{
	SYSTEM_TICK->reload = period_us - 1;
	SYSTEM_TICK->count = 0;
	SYSTEM_TICK->control = 3; /* reference clock, interrupt, run */
}

#endif
