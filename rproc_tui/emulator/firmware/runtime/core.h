/* What differs between the cores: masking, waiting, enabling lines, and the instruction that does not exist. */
#ifndef CORE_H
#define CORE_H

#include <stdint.h>

/* Really inline, also where the compiler is told to stay close to the source. */
#define INLINE static inline __attribute__((always_inline))

#if defined(__riscv)

INLINE void interrupts_off(void) { __asm__ volatile("csrci mstatus, 8" ::: "memory"); }
INLINE void interrupts_on(void) { __asm__ volatile("csrsi mstatus, 8" ::: "memory"); }
INLINE void memory_barrier(void) { __asm__ volatile("fence" ::: "memory"); }
INLINE void undefined_instruction(void) { __asm__ volatile(".word 0"); }

#else

INLINE void interrupts_off(void) { __asm__ volatile("cpsid i" ::: "memory"); }
INLINE void interrupts_on(void) { __asm__ volatile("cpsie i" ::: "memory"); }
INLINE void memory_barrier(void) { __asm__ volatile("dmb" ::: "memory"); }
INLINE void undefined_instruction(void) { __asm__ volatile("udf #0"); }

#endif

INLINE void wait_for_interrupt(void) { __asm__ volatile("wfi" ::: "memory"); }

#if defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M'

struct system_tick {
	volatile uint32_t control;
	volatile uint32_t reload;
	volatile uint32_t count;
};

#define SYSTEM_TICK ((struct system_tick *)0xE000E010u)
#define INTERRUPT_ENABLE (*(volatile uint32_t *)0xE000E100u)
#define INTERRUPT_PEND (*(volatile uint32_t *)0xE000E200u)
#define INTERRUPT_CONTROL (*(volatile uint32_t *)0xE000ED04u)
#define PEND_SV (1u << 28) /* of INTERRUPT_CONTROL */
#define PEND_SV_PRIORITY (*(volatile uint8_t *)0xE000ED22u)
#define LOWEST_PRIORITY 0xFF
#define CONFIGURATION_CONTROL (*(volatile uint32_t *)0xE000ED14u)
#define FAULT_STATUS (*(volatile uint32_t *)0xE000ED28u)
#define HARD_FAULT_STATUS (*(volatile uint32_t *)0xE000ED2Cu)
#define DIVIDE_BY_ZERO_TRAP (1u << 4)
#define TICK_HZ 1000000u /* of the tick's reference clock */

INLINE void enable_interrupt(unsigned line) { INTERRUPT_ENABLE = 1u << line; }
INLINE void pend_interrupt(unsigned line) { INTERRUPT_PEND = 1u << line; }

INLINE void start_tick(uint32_t period_us)
{
	SYSTEM_TICK->reload = period_us - 1;
	SYSTEM_TICK->count = 0;
	SYSTEM_TICK->control = 3; /* reference clock, interrupt, run */
}

#else

INLINE void enable_interrupt(unsigned line) { CONTROLLER->enabled |= 1u << line; }
INLINE void pend_interrupt(unsigned line) { CONTROLLER->set = 1u << line; }

#endif
#endif
