/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sends what the steps let leave and frees the rest, but for fragments that wait. A packet that the
 * port does not take is taken out of its verdict, and of what its VIP and its server count, and
 * becomes a drop: forwarded means sent, and all verdicts together are the packets received.
 */
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_pause.h>

#include "count.h"
#include "fragment.h"
#include "made.h"
#include "real.h"

#define RETRIES 8

/* Cuts a chain of segments at the end of the packet: what follows is Ethernet's padding. */
static void cut(struct rte_mbuf *m, uint32_t length)
{
	struct rte_mbuf *segment = m;
	uint32_t left = length;

	m->pkt_len = length;
	m->nb_segs = 1;
	while (segment->next && segment->data_len < left) {
		left -= segment->data_len;
		segment = segment->next;
		m->nb_segs++;
	}
	segment->data_len = (uint16_t)RTE_MIN(left, segment->data_len);
	rte_pktmbuf_free(segment->next);
	segment->next = NULL;
}

/* The buffer as the steps left the packet. */
static inline void settle(struct rte_mbuf *m, const struct gw_packet *p)
{
	m->data_off = (uint16_t)(p->data - (uint8_t *)m->buf_addr);
	m->data_len = (uint16_t)p->data_len;
	m->pkt_len = p->frame_len;
	if (gw_unlikely(m->next))
		cut(m, p->frame_len);
}

/* `in`: the port it came in by. */
static void drop(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		 const struct gw_packet *p, uint8_t in, struct rte_mbuf *m, enum gw_verdict verdict)
{
	uint64_t *row = &worker->port_counters[(uint64_t)in * GW_P_STRIDE];

	gw_uncount(worker, snapshot, p);
	worker->counters[p->verdict]--;
	row[p->verdict]--;
	worker->counters[verdict]++;
	row[verdict]++;
	rte_pktmbuf_free(m);
}

/* Sends buffers; returns how many the port took. */
static uint32_t send_all(struct gw_thread *self, uint8_t index, struct rte_mbuf **out,
			 uint32_t count)
{
	struct gw_worker *worker = self->worker;
	uint64_t *row = &worker->port_counters[(uint64_t)index * GW_P_STRIDE];
	uint32_t bytes[GW_BURST], sent = 0;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < count; i++)
		bytes[i] = out[i]->pkt_len; /* a sent buffer is no longer ours to look at */
	for (uint32_t i = 0; i <= RETRIES && sent < count; i++) {
		if (gw_unlikely(i))
			rte_pause();
		sent += rte_eth_tx_burst(self->real->ports[index].dpdk, (uint16_t)worker->index,
					 out + sent, (uint16_t)(count - sent));
	}
	for (uint32_t i = 0; i < RTE_MIN(sent, count); i++)
		sum += bytes[i];
	worker->counters[GW_W_TX_PACKETS] += sent;
	worker->counters[GW_W_TX_BYTES] += sum;
	row[GW_P_TX_PACKETS] += sent;
	row[GW_P_TX_BYTES] += sum;
	return sent;
}

/* Sends all from `from` on that leave through the same port as that one. */
static void send_port(struct gw_thread *self, const struct gw_snapshot *snapshot, uint8_t in,
		      struct gw_packet *packets, struct rte_mbuf **mbufs, uint32_t from,
		      uint32_t count)
{
	const struct gw_port *port = &self->real->ports[packets[from].port];
	uint32_t mtu = atomic_load_explicit(&port->mtu, memory_order_relaxed), size = 0, sent;
	const struct gw_packet *group[GW_BURST];
	struct rte_mbuf *out[GW_BURST];
	uint8_t where = packets[from].port;

	for (uint32_t i = from; i < count; i++) {
		struct gw_packet *p = &packets[i];

		if (!gw_leaves(p) || p->port != where || !mbufs[i])
			continue;
		/* The tables may not know yet what the kernel's interface takes now. */
		if (gw_unlikely(mtu && p->frame_len - p->l3 > mtu)) {
			drop(self->worker, snapshot, p, in, mbufs[i], GW_DROP_TOO_BIG);
			mbufs[i] = NULL;
			continue;
		}
		settle(mbufs[i], p);
		group[size] = p;
		out[size++] = mbufs[i];
		mbufs[i] = NULL;
	}
	sent = send_all(self, where, out, size);
	for (uint32_t i = sent; i < size; i++)
		drop(self->worker, snapshot, group[i], in, out[i], GW_DROP_TX_FULL);
}

void gw_transmit(struct gw_thread *self, const struct gw_snapshot *snapshot,
		 struct gw_packet *packets, struct rte_mbuf **mbufs, uint8_t in, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (!mbufs[i])
			continue;
		if (gw_likely(gw_leaves(&packets[i])))
			send_port(self, snapshot, in, packets, mbufs, i, count);
		else if (packets[i].verdict == GW_HELD_FRAGMENT)
			gw_fragments_hold(self->worker, &packets[i], mbufs[i]);
		else
			rte_pktmbuf_free(mbufs[i]);
	}
}

/* A copy of a frame in a buffer of the port, or NULL. */
static struct rte_mbuf *copy(const struct gw_port *port, const uint8_t *bytes, uint32_t length)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(port->pools[port->lends]);
	char *room = m ? rte_pktmbuf_append(m, (uint16_t)length) : NULL;

	if (room)
		memcpy(room, bytes, length);
	else
		rte_pktmbuf_free(m);
	return room ? m : NULL;
}

void gw_transmit_made(struct gw_thread *self)
{
	const struct gw_made *made = self->worker->made;

	for (uint32_t i = 0; i < made->count; i++) {
		uint8_t index = made->frames[i].port;
		struct rte_mbuf *m = NULL;

		if (index < GW_MAX_PORTS && self->real->ports[index].open)
			m = copy(&self->real->ports[index], made->bytes + made->frames[i].offset,
				 made->frames[i].length);
		if (m && send_all(self, index, &m, 1))
			continue;
		self->worker->counters[GW_W_MADE_LOST]++;
		rte_pktmbuf_free(m);
	}
}
