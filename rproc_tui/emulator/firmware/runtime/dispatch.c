/* From the plain interrupt controller to the handlers that a firmware has. */
#include "board.h"
#include "runtime.h"

static void unexpected_interrupt(void)
{
	print("unexpected interrupt\n");
	abort_with(ABORT_UNEXPECTED_INTERRUPT);
}

void Mailbox_Handler(void) __attribute__((weak, alias("unexpected_interrupt")));
void Timer_Handler(void) __attribute__((weak, alias("unexpected_interrupt")));
void Spare_Handler(void) __attribute__((weak, alias("unexpected_interrupt")));

void dispatch_interrupts(void)
{
	uint32_t line;

	while ((line = CONTROLLER->claim) != NO_LINE)
		switch (line) {
		case MAILBOX_INTERRUPT:
			Mailbox_Handler();
			break;
		case TIMER_INTERRUPT:
			Timer_Handler();
			break;
		case SPARE_INTERRUPT:
			Spare_Handler();
			break;
		default:
			unexpected_interrupt();
		}
}
