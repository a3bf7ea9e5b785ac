/* A sensor hub: measures once a second, keeps a history in shared memory, answers over rpmsg. For the processor m4. */
#include "runtime/board.h"
#include "runtime/crash.h"
#include "runtime/resource_table.h"
#include "runtime/rpmsg.h"
#include "runtime/runtime.h"

const char firmware_name[] = "hub";

#ifdef HUB_NEXT
#define VERSION "1.1.0"
#else
#define VERSION "1.0.0"
#endif

#define HISTORY_ADDRESS 0x80100000u
#define HISTORY_SIZE 0x4000u

struct hub_table {
	uint32_t version, entries, reserved[2], offset[3];
	struct resource_carveout history;
	struct resource_vdev rpmsg;
	struct resource_trace trace;
};

RESOURCE_TABLE static volatile struct hub_table resource_table = {
	.version = 1,
	.entries = 3,
	.offset = {offsetof(struct hub_table, history), offsetof(struct hub_table, rpmsg),
		   offsetof(struct hub_table, trace)},
	.history = {RESOURCE_CARVEOUT, HISTORY_ADDRESS, HISTORY_ADDRESS, HISTORY_SIZE, 0, 0, "sensor-log"},
	.rpmsg = {.type = RESOURCE_VDEV,
		  .id = VIRTIO_RPMSG,
		  .device_features = RPMSG_NAME_SERVICE,
		  .vrings = 2,
		  .vring = {{ADDRESS_ANY, 16, 16, 0, 0}, {ADDRESS_ANY, 16, 16, 1, 0}}},
	.trace = TRACE_ENTRY("hub"),
};

struct measurement {
	uint32_t second;
	int32_t temperature; /* hundredths of a degree */
	uint32_t humidity;   /* tenths of a percent */
#ifdef HUB_NEXT
	uint32_t pressure; /* hectopascal */
#endif
};

static struct measurement latest;
static volatile int second_is_over, mail_has_come;

static uint32_t noise(void)
{
	static uint32_t state = 2463534242u;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

/* A slow wave around `middle`, with some noise, in whole units. */
static int32_t wander(int32_t middle, int32_t swing, uint32_t second)
{
	int32_t phase = (int32_t)(second % 120) - 60;
	int32_t triangle = (phase < 0 ? -phase : phase) - 30;

	return middle + swing * triangle / 30 + (int32_t)(noise() % 5) - 2;
}

static void remember(const struct measurement *measurement)
{
	struct measurement *history = (struct measurement *)HISTORY_ADDRESS;

	history[measurement->second % (HISTORY_SIZE / sizeof(*history))] = *measurement;
}

static void measure(void)
{
	latest.second = uptime().seconds;
	latest.temperature = wander(2350, 160, latest.second);
	latest.humidity = (uint32_t)wander(455, 40, latest.second);
	remember(&latest);
#ifdef HUB_NEXT
	latest.pressure = (uint32_t)wander(1013, 6, latest.second);
	log_line("inf", "temp %d.%02d C, humidity %u.%u %%, pressure %u hPa", (int)(latest.temperature / 100),
		 (int)(latest.temperature % 100), (unsigned)(latest.humidity / 10), (unsigned)(latest.humidity % 10),
		 (unsigned)latest.pressure);
#else
	log_line("inf", "temp %d.%02d C, humidity %u.%u %%", (int)(latest.temperature / 100),
		 (int)(latest.temperature % 100), (unsigned)(latest.humidity / 10), (unsigned)(latest.humidity % 10));
#endif
}

static void echo(const struct rpmsg_channel *channel, uint32_t from, char *data, size_t length)
{
	rpmsg_send(channel, from, data, length);
}

/* Text commands on the tty: `temp`, `crash null` and the like; anything else comes back as it was. */
static void command(const struct rpmsg_channel *channel, uint32_t from, char *data, size_t length)
{
	char text[RPMSG_PAYLOAD + 1];
	char answer[64];

	memcpy(text, data, length);
	while (length && (text[length - 1] == '\n' || text[length - 1] == '\r'))
		length--;
	text[length] = '\0';
	if (text_equal(text, "temp")) {
		rpmsg_send(channel, from, answer,
			   format_text(answer, sizeof(answer), "%d.%02d C\n", (int)(latest.temperature / 100),
				       (int)(latest.temperature % 100)));
		return;
	}
	rpmsg_send(channel, from, text, length);
	rpmsg_send(channel, from, "\n", 1);
	if (length > 6) {
		char *way = text + 6;
		char space = text[5];

		text[5] = '\0';
		if (space == ' ' && text_equal(text, "crash"))
			crash_by_name(way);
	}
}

static const struct rpmsg_channel channels[] = {
	{"rpmsg-raw", 0x400, echo},
	{"rpmsg-tty", 0x401, command},
};

void SysTick_Handler(void)
{
	second_is_over = 1;
}

void Mailbox_Handler(void)
{
	mail_has_come = 1;
}

static void read_mail(void)
{
	uint32_t word;

	while (next_word(&word))
		if (word > CRASH_COMMANDS)
			crash_by_number(word - CRASH_COMMANDS);
	rpmsg_poll();
}

int main(void)
{
	log_line("inf", "sensor hub " VERSION " starting");
	rpmsg_open(&resource_table.rpmsg, channels, sizeof(channels) / sizeof(channels[0]));
	enable_interrupt(MAILBOX_INTERRUPT);
	start_tick(TICK_HZ);
	for (;;) {
		if (second_is_over) {
			second_is_over = 0;
			measure();
		}
		if (mail_has_come) {
			mail_has_come = 0;
			read_mail();
		}
		interrupts_off();
		if (!second_is_over && !mail_has_come)
			wait_for_interrupt(); /* wakes for what is masked, so nothing is slept through */
		interrupts_on();
	}
}
