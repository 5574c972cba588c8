/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GW_IMAGE_H
#define GW_IMAGE_H

#include <string.h>

#include "state.h"

/* An image whose header and sections are in range. The bytes may lie at any address, so records are
 * copied out. */
struct gw_image_view {
	struct gw_image head;
	const uint8_t *bytes;
};

/* Fills the view, and refuses (-EINVAL and err) any record that breaks a rule by itself or together
 * with the others, but for two VIPs of one key and for the tables: snapshot.c finds those while it
 * builds. */
int gw_image_check(struct gw_image_view *view, const void *image, uint64_t length, char *err);

#define GW_RECORD(name, section) \
	static inline struct gw_image_##name gw_image_##name##_at( \
		const struct gw_image_view *view, uint32_t i) \
	{ \
		struct gw_image_##name record; \
		memcpy(&record, view->bytes + view->head.section##_off + i * sizeof(record), \
		       sizeof(record)); \
		return record; \
	}
GW_RECORD(port, ports)
GW_RECORD(vip, vips)
GW_RECORD(key, keys)
GW_RECORD(server, servers)
GW_RECORD(hop, hops)
GW_RECORD(own, own)
#undef GW_RECORD

#endif
