/* Each way to die goes through a few calls first, so that there is a stack to look at. Pointers are volatile: a compiler
   is free to do anything with a store to NULL that it can prove. */
#include "crash.h"
#include "board.h"
#include "runtime.h"

struct calibration {
	int32_t offset, gain;
};

struct sensor {
	const char *name;
	struct calibration *volatile calibration;
};

static struct sensor broken_sensor = {"broken", NULL};
static volatile uint32_t sink;

__attribute__((noinline)) static void store_offset(struct sensor *sensor, int32_t offset)
{
	sensor->calibration->offset = offset;
}

__attribute__((noinline)) static void calibrate(struct sensor *sensor, int32_t reading)
{
	store_offset(sensor, reading - 2500);
	sink++;
}

static void null_write(void)
{
	calibrate(&broken_sensor, 2537);
	sink++;
}

static void execute_undefined(void) { undefined_instruction(); }

static void assertion(void) { ASSERT(broken_sensor.calibration != NULL); }

static void unmapped_read(void)
{
	volatile uint32_t *const volatile nowhere = (uint32_t *)0x60000010u;

	sink = *nowhere;
}

static void unmapped_write(void)
{
	volatile uint32_t *const volatile nowhere = (uint32_t *)0x60000020u;

	*nowhere = 0xC0FFEE;
}

static void wild_branch(void)
{
	void (*volatile nowhere)(void) = (void (*)(void))0x70000001u;

	nowhere();
	sink++;
}

static void divide_by_zero(void)
{
	volatile int32_t divisor = 0;

#ifdef DIVIDE_BY_ZERO_TRAP
	CONFIGURATION_CONTROL |= DIVIDE_BY_ZERO_TRAP;
#endif
	sink = (uint32_t)(1000 / divisor); /* without a trap, this core just goes on */
}

__attribute__((noinline)) static uint32_t recurse(uint32_t depth)
{
	volatile uint32_t filler[16];

	filler[depth % 16] = depth;
	if (sink > 1000000) /* never */
		return depth;
	return recurse(depth + 1) + filler[depth % 16];
}

static void stack_overflow(void) { sink = recurse(0); }

static void fault_in_interrupt(void)
{
	enable_interrupt(SPARE_INTERRUPT);
	pend_interrupt(SPARE_INTERRUPT);
	sink++;
}

void Spare_Handler(void)
{
	calibrate(&broken_sensor, 1013);
	sink++;
}

#ifdef PEND_SV

/* An interrupt of the lowest priority, which another one interrupts. */
static void fault_in_nested_interrupt(void)
{
	PEND_SV_PRIORITY = LOWEST_PRIORITY;
	INTERRUPT_CONTROL = PEND_SV;
	sink++;
}

void PendSV_Handler(void)
{
	fault_in_interrupt();
	sink++;
}

static void thread(void)
{
	for (;;)
		calibrate(&broken_sensor, 707);
}

/* What a kernel does to start its first thread; there is no way back. */
static void fault_in_thread(void)
{
	static uint32_t stack[64] __attribute__((aligned(8)));

	__asm__ volatile("msr psp, %0\n\tmovs r0, #2\n\tmsr control, r0\n\tisb\n\tmovs r0, #0\n\tmov lr, r0\n\tbx %1"
			 : : "r"(stack + 64), "r"(thread) : "r0", "lr", "memory");
	__builtin_unreachable();
}

#endif

static void hang(void)
{
	WATCHDOG->period = 1000;
	WATCHDOG->control = 1;
	for (;;)
		sink++;
}

static const struct {
	const char *name, *meaning;
	void (*die)(void);
} ways[] = {
	{"null", "write through a NULL pointer", null_write},
	{"undefined", "undefined instruction", execute_undefined},
	{"assert", "failed assertion", assertion},
	{"read", "read where nothing is", unmapped_read},
	{"write", "write where nothing is", unmapped_write},
	{"branch", "wild branch", wild_branch},
	{"divide", "division by zero", divide_by_zero},
	{"stack", "stack overflow", stack_overflow},
	{"interrupt", "NULL write inside of an interrupt", fault_in_interrupt},
	{"hang", "endless loop, until the watchdog bites", hang},
#ifdef PEND_SV
	{"nested", "NULL write in an interrupt of an interrupt", fault_in_nested_interrupt},
	{"thread", "NULL write in a thread with a stack of its own", fault_in_thread},
#endif
};

enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

void crash_by_number(unsigned number)
{
	if (number < 1 || number > WAYS) {
		log_line("wrn", "no way to die has number %u", number);
		return;
	}
	log_line("wrn", "on purpose: %s", ways[number - 1].meaning);
	ways[number - 1].die();
	log_line("wrn", "still alive");
}

void crash_by_name(const char *name)
{
	for (unsigned i = 0; i < WAYS; i++)
		if (text_equal(name, ways[i].name))
			crash_by_number(i + 1);
}

void list_crashes(void)
{
	for (unsigned i = 0; i < WAYS; i++)
		log_line("inf", "0x%x %s", CRASH_COMMANDS + i + 1, ways[i].meaning);
}
