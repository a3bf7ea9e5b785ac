/* rpmsg over virtio as Linux speaks it: the remote side, with a few channels that are announced when the host is ready. */
#ifndef RPMSG_H
#define RPMSG_H

#include "resource_table.h"
#include <stddef.h>
#include <stdint.h>

struct rpmsg_channel {
	char name[32];
	uint32_t address; /* our end of it */
	void (*received)(const struct rpmsg_channel *channel, uint32_t from, char *data, size_t length);
};

void rpmsg_open(volatile struct resource_vdev *vdev, const struct rpmsg_channel *channels, size_t count);
/* See to everything that has arrived; cheap when nothing has. Not from an interrupt. */
void rpmsg_poll(void);
/* 1 when it was sent, 0 when the host has lent no buffer. At most RPMSG_PAYLOAD bytes. */
int rpmsg_send(const struct rpmsg_channel *channel, uint32_t to, const void *data, size_t length);

enum { RPMSG_PAYLOAD = 496 };

#endif
