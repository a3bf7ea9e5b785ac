#include "virtqueue.h"
#include "board.h"

enum { AVAILABLE_NO_INTERRUPT = 1 };

void virtqueue_open(struct virtqueue *queue, const volatile struct resource_vring *vring)
{
	uint32_t num = vring->num, align = vring->align;
	uint32_t available = vring->da + num * sizeof(struct descriptor);
	uint32_t behind = available + 6 + 2 * num; /* flags, index, ring, used_event */

	queue->descriptors = (volatile struct descriptor *)vring->da;
	queue->available = (volatile struct available_ring *)available;
	queue->used = (volatile struct used_ring *)((behind + align - 1) & ~(align - 1));
	queue->num = num;
	queue->notifyid = vring->notifyid;
	queue->seen = 0;
}

int virtqueue_take(struct virtqueue *queue, struct buffer *buffer)
{
	if (queue->available->index == queue->seen)
		return 0;
	memory_barrier(); /* the entry was written before the index */
	buffer->id = queue->available->ring[queue->seen++ & (queue->num - 1)];
	buffer->data = (void *)(uint32_t)queue->descriptors[buffer->id].address;
	buffer->length = queue->descriptors[buffer->id].length;
	return 1;
}

void virtqueue_give(struct virtqueue *queue, const struct buffer *buffer, uint32_t written)
{
	volatile struct used_element *element = &queue->used->ring[queue->used->index & (queue->num - 1)];

	element->id = buffer->id;
	element->length = written;
	memory_barrier();
	queue->used->index++;
	memory_barrier();
}

void virtqueue_notify(const struct virtqueue *queue)
{
	if (!(queue->available->flags & AVAILABLE_NO_INTERRUPT))
		MAILBOX->kick = queue->notifyid;
}
