/* The device's side of a split virtqueue (Virtual I/O Device specification, 2.7). */
#ifndef VIRTQUEUE_H
#define VIRTQUEUE_H

#include "resource_table.h"
#include <stdint.h>

struct descriptor {
	uint64_t address;
	uint32_t length;
	uint16_t flags, next;
};

struct available_ring {
	uint16_t flags, index, ring[];
};

struct used_element {
	uint32_t id, length;
};

struct used_ring {
	uint16_t flags, index;
	struct used_element ring[];
};

struct virtqueue {
	volatile struct descriptor *descriptors;
	volatile struct available_ring *available;
	volatile struct used_ring *used;
	uint32_t num, notifyid;
	uint16_t seen; /* entries of the available ring that were taken */
};

struct buffer {
	void *data;
	uint32_t length;
	uint16_t id;
};

void virtqueue_open(struct virtqueue *queue, const volatile struct resource_vring *vring);
/* The next buffer that the driver lends: 1 and the buffer, or 0. */
int virtqueue_take(struct virtqueue *queue, struct buffer *buffer);
/* Give it back with so many bytes written. */
void virtqueue_give(struct virtqueue *queue, const struct buffer *buffer, uint32_t written);
/* Tell the driver, unless it does not want to know. */
void virtqueue_notify(const struct virtqueue *queue);

#endif
