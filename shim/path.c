/* SPDX-License-Identifier: Apache-2.0 */
/* Path MTUs behind the first hop (RFC 1191, 8201): what a tunnel's packets do not fit is known to
 * routers only, and they tell the outer source. */
#include <errno.h>

#include "bytes.h"
#include "path.h"
#include "quote.h"

enum { UNREACHABLE4 = 3, FRAGMENTATION_NEEDED = 4, TOO_BIG6 = 2 };
#define WITHOUT_MTU 576 /* for routers older than RFC 1191, which do not say */

static bool says_too_big(const struct gw_packet *p)
{
	const uint8_t *icmp = p->data + p->l4;

	if (p->family == 4)
		return icmp[0] == UNREACHABLE4 && icmp[1] == FRAGMENTATION_NEEDED;
	return icmp[0] == TOO_BIG6;
}

/* Whether outer headers have the address as their source. */
static bool is_source4(const struct gw_snapshot *s, const uint8_t *address, const uint8_t *prefix)
{
	uint32_t mask = s->ip4_entropy;

	if (!memcmp(address, s->ip4_src, 4))
		return true;
	return mask && (gw_load32(address) & ~mask) == (gw_load32(prefix) & ~mask);
}

static bool is_source6(const struct gw_snapshot *s, const uint8_t *address, const uint8_t *prefix)
{
	const uint64_t *mask = s->ip6_entropy;

	if (!memcmp(address, s->ip6_src, 16))
		return true;
	return mask[0] | mask[1] &&
	       (gw_load64(address) & ~mask[0]) == (gw_load64(prefix) & ~mask[0]) &&
	       (gw_load64(address + 8) & ~mask[1]) == (gw_load64(prefix + 8) & ~mask[1]);
}

static bool is_tunnel(const struct gw_snapshot *s, const struct gw_quote *quote)
{
	if (quote->protocol == GW_IP_UDP)
		return quote->l4 && gw_be16(quote->dst_port) == s->gue_port;
	return quote->protocol == GW_IP_GRE || quote->protocol == GW_IP_IPIP ||
	       quote->protocol == GW_IP_IPV6;
}

static uint16_t mtu_of(const struct gw_packet *p)
{
	const uint8_t *icmp = p->data + p->l4;
	uint32_t mtu = p->family == 4 ? gw_be16(gw_load16(icmp + 6)) : gw_be32(gw_load32(icmp + 4));

	if (!mtu)
		return WITHOUT_MTU;
	return mtu < UINT16_MAX ? (uint16_t)mtu : UINT16_MAX;
}

static void note(struct gw_worker *worker, const struct gw_packet *p, const uint8_t *server)
{
	uint32_t at = atomic_load_explicit(&worker->paths_count, memory_order_relaxed);
	struct gw_path_mtu *path = &worker->paths[at % GW_PATHS];

	*path = (struct gw_path_mtu){ .family = p->family, .mtu = mtu_of(p) };
	memcpy(path->address, server, gw_address_length(p->family));
	atomic_store_explicit(&worker->paths_count, at + 1, memory_order_release);
}

static void look_at(struct gw_worker *worker, const struct gw_snapshot *s,
		    const struct gw_packet *p)
{
	const uint8_t *source;
	struct gw_quote quote;

	if (!gw_quote_read(p, &quote) || !says_too_big(p) || !is_tunnel(s, &quote))
		return;
	source = p->data + gw_quote_src(p, &quote);
	if (!gw_same_address(p->family, source, gw_address(p, GW_DST)))
		return;
	if (p->family == 4 ? is_source4(s, source, s->ip4_prefix) :
			     is_source6(s, source, s->ip6_prefix))
		note(worker, p, p->data + gw_quote_dst(p, &quote));
}

void gw_path(struct gw_worker *worker, const struct gw_snapshot *snapshot,
	     const struct gw_packet *packets, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (packets[i].special & GW_IS_ICMP && packets[i].verdict == GW_LEFT_NOT_VIP)
			look_at(worker, snapshot, &packets[i]);
}

/* What one worker noted. */
static uint32_t read_worker(struct gw_worker *worker, struct gw_path_mtu *out, uint32_t max)
{
	uint32_t count = atomic_load_explicit(&worker->paths_count, memory_order_acquire);
	uint32_t written = 0;

	if (count - worker->paths_read > GW_PATHS)
		worker->paths_read = count - GW_PATHS;
	while (written < max && worker->paths_read != count)
		out[written++] = worker->paths[worker->paths_read++ % GW_PATHS];
	return written;
}

GW_API int gw_path_mtus(struct gw *gw, struct gw_path_mtu *out, uint32_t max)
{
	uint32_t written = 0;

	if (max > INT32_MAX)
		return -EINVAL;
	pthread_mutex_lock(&gw->lock);
	for (uint32_t i = 0; i < gw->workers_count; i++)
		written += read_worker(gw->workers[i], out + written, max - written);
	pthread_mutex_unlock(&gw->lock);
	return (int)written;
}
