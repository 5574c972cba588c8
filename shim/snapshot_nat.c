/* SPDX-License-Identifier: Apache-2.0 */
/* The nat servers of a checked image -> the VIPs that they answer for. */
#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "nat_index.h"
#include "snapshot.h"
#include "vip_index.h"

/* What nat servers answer for, VIP by VIP. */
struct served {
	uint32_t vip;     /* index + 1; 0: no VIP of that id */
	uint8_t protocol; /* GW_PROTOCOL_ANY: also TCP and UDP at one port */
	bool node;        /* a node port leads there, too */
};

static struct served *served_by(const struct gw_snapshot *s, const struct gw_image_view *view)
{
	struct served *served = calloc(GW_MAX_VIPS, sizeof(*served));

	for (uint32_t i = 0; served && i < s->vips_count; i++) {
		served[s->vips[i].id].vip = i + 1;
		served[s->vips[i].id].protocol = s->vips[i].protocol;
	}
	for (uint32_t i = 0; served && i < view->head.keys_count; i++) {
		struct gw_image_key key = gw_image_key_at(view, i);
		struct served *of = &served[s->vips[key.vip].id];

		if (key.protocol != of->protocol)
			of->protocol = GW_PROTOCOL_ANY;
		of->node |= key.node;
	}
	return served;
}

static bool is_nat(const struct gw_image_server *server)
{
	return server->encap == GW_ENCAP_NAT4 || server->encap == GW_ENCAP_NAT6;
}

static void add_nat(struct gw_snapshot *s, const struct gw_image_server *server,
		    const struct served *of)
{
	const struct gw_vip *vip = of->vip ? &s->vips[of->vip - 1] : NULL;
	bool host = vip && s->keys[of->vip - 1].prefix_len == (vip->family == 4 ? 32 : 128);

	struct gw_nat_server nat = { .address = server->address,
				     .family = server->family,
				     .protocol = vip ? of->protocol : GW_PROTOCOL_ANY,
				     .target_port = server->target_port,
				     .source = host ? vip->prefix : NULL,
				     .source_port = vip ? vip->port : 0,
				     .node = of->node,
				     .sticky = vip && vip->flags & GW_VIP_STICKY,
				     .slot = server->slot };

	gw_nat_index_add(s->nat, &nat);
}

int gw_snapshot_nat(struct gw_snapshot *s, const struct gw_image_view *view, char *err)
{
	struct served *served;
	uint32_t count = 0;

	for (uint32_t i = 0; i < view->head.servers_count; i++) {
		struct gw_image_server server = gw_image_server_at(view, i);

		count += is_nat(&server);
	}
	if (!count)
		return 0;
	served = served_by(s, view);
	s->nat = gw_nat_index_new(count);
	if (served && s->nat) {
		for (uint32_t i = 0; i < view->head.servers_count; i++) {
			struct gw_image_server server = gw_image_server_at(view, i);

			if (is_nat(&server))
				add_nat(s, &server, &served[server.vip]);
		}
		gw_nat_index_end(s->nat);
	}
	free(served);
	return served && s->nat ? 0 : gw_error(err, ENOMEM, "no memory for %u nat servers", count);
}
