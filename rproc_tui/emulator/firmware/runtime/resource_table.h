/* The resource table as Linux reads it (include/linux/remoteproc.h). */
#ifndef RESOURCE_TABLE_H
#define RESOURCE_TABLE_H

#include <stdint.h>

#define ADDRESS_ANY 0xFFFFFFFFu

enum { RESOURCE_CARVEOUT = 0, RESOURCE_TRACE = 2, RESOURCE_VDEV = 3 };
enum { VIRTIO_RPMSG = 7, RPMSG_NAME_SERVICE = 1 << 0, VIRTIO_DRIVER_OK = 1 << 2 };

struct resource_carveout {
	uint32_t type, da, pa, length, flags, reserved;
	char name[32];
};

struct resource_trace {
	uint32_t type, da, length, reserved;
	char name[32];
};

struct resource_vring {
	uint32_t da, align, num, notifyid, pa;
};

struct resource_vdev {
	uint32_t type, id, notifyid, device_features, guest_features, config_length;
	uint8_t status, vrings, reserved[2];
	struct resource_vring vring[2];
};

#define RESOURCE_TABLE __attribute__((section(".resource_table"), used))
#define TRACE_ENTRY(label) {RESOURCE_TRACE, (uint32_t)trace_buffer, TRACE_SIZE, 0, label}

#endif
