#include "rpmsg.h"
#include "runtime.h"
#include "virtqueue.h"

enum { NAME_SERVICE_ADDRESS = 53 };

struct header {
	uint32_t source, destination, reserved;
	uint16_t length, flags;
	char data[];
};

struct announcement {
	char name[32];
	uint32_t address, flags;
};

static volatile struct resource_vdev *vdev;
static const struct rpmsg_channel *channels;
static size_t channel_count, announced;
static int online;
static struct virtqueue to_host, from_host;

void rpmsg_open(volatile struct resource_vdev *device, const struct rpmsg_channel *list, size_t count)
{
	vdev = device;
	channels = list;
	channel_count = count;
}

static int send(uint32_t source, uint32_t destination, const void *data, size_t length)
{
	struct buffer buffer;
	struct header *header;

	if (!online || length > RPMSG_PAYLOAD || !virtqueue_take(&to_host, &buffer))
		return 0;
	header = buffer.data;
	header->source = source;
	header->destination = destination;
	header->reserved = 0;
	header->length = (uint16_t)length;
	header->flags = 0;
	memcpy(header->data, data, length);
	virtqueue_give(&to_host, &buffer, sizeof(*header) + length);
	virtqueue_notify(&to_host);
	return 1;
}

int rpmsg_send(const struct rpmsg_channel *channel, uint32_t to, const void *data, size_t length)
{
	return send(channel->address, to, data, length);
}

static void announce(void)
{
	for (; announced < channel_count; announced++) {
		struct announcement message = {.address = channels[announced].address, .flags = 0};

		memcpy(message.name, channels[announced].name, sizeof(message.name));
		if (!send(channels[announced].address, NAME_SERVICE_ADDRESS, &message, sizeof(message)))
			return;
	}
}

static void dispatch(struct header *header)
{
	for (size_t i = 0; i < channel_count; i++)
		if (channels[i].address == header->destination)
			channels[i].received(&channels[i], header->source, header->data, header->length);
}

static void receive(void)
{
	struct buffer buffer;
	int received = 0;

	while (virtqueue_take(&from_host, &buffer)) {
		dispatch(buffer.data);
		virtqueue_give(&from_host, &buffer, 0);
		received = 1;
	}
	if (received)
		virtqueue_notify(&from_host);
}

void rpmsg_poll(void)
{
	int ready = vdev->status & VIRTIO_DRIVER_OK;

	if (ready && !online) { /* the host has filled in the rings' addresses by now */
		virtqueue_open(&to_host, &vdev->vring[0]);
		virtqueue_open(&from_host, &vdev->vring[1]);
		announced = 0;
		log_line("inf", "rpmsg online, %u descriptors a ring", (unsigned)to_host.num);
	}
	online = ready;
	if (online) {
		announce();
		receive();
	}
}
