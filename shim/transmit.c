/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sends what the steps forward and frees the rest. A packet that does not leave is taken out of
 * `forwarded`, and of what its VIP and its server count, and becomes a drop: forwarded means sent,
 * and all verdicts together are the packets received.
 */
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_pause.h>

#include "real.h"

#define RETRIES 8
#define SENT GW_VERDICT_COUNT /* marks a packet that this file is done with */

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

static void drop(struct gw_worker *worker, const struct gw_packet *p, struct rte_mbuf *m,
		 enum gw_verdict verdict)
{
	uint64_t *vip = &worker->vip_counters[(uint64_t)p->vip->id * GW_V_STRIDE];
	uint64_t *server = &worker->server_counters[(uint64_t)p->server * GW_S_STRIDE];

	worker->counters[GW_FORWARDED]--;
	worker->counters[verdict]++;
	vip[GW_V_PACKETS]--;
	vip[GW_V_BYTES] -= p->ip_len;
	server[GW_S_PACKETS]--;
	server[GW_S_BYTES] -= p->ip_len;
	rte_pktmbuf_free(m);
}

/* Sends packets that leave through one port. */
static void send_out(struct gw_thread *self, uint16_t port, struct rte_mbuf **out,
		     const struct gw_packet **packets, uint32_t count)
{
	struct gw_worker *worker = self->worker;
	uint32_t bytes[GW_BURST], sent = 0;

	for (uint32_t i = 0; i < count; i++)
		bytes[i] = out[i]->pkt_len; /* a sent buffer is no longer ours to look at */
	for (uint32_t i = 0; i <= RETRIES && sent < count; i++) {
		if (gw_unlikely(i))
			rte_pause();
		sent += rte_eth_tx_burst(port, (uint16_t)worker->index, out + sent,
					 (uint16_t)(count - sent));
	}
	worker->counters[GW_W_TX_PACKETS] += sent;
	for (uint32_t i = 0; i < sent; i++)
		worker->counters[GW_W_TX_BYTES] += bytes[i];
	for (uint32_t i = sent; i < count; i++)
		drop(worker, packets[i], out[i], GW_DROP_TX_FULL);
}

/* Sends all from `from` on that leave through the same port as that one. */
static void send_port(struct gw_thread *self, struct gw_packet *packets, struct rte_mbuf **mbufs,
		      uint32_t from, uint32_t count)
{
	const struct gw_port *port = &self->real->ports[packets[from].port];
	uint32_t mtu = atomic_load_explicit(&port->mtu, memory_order_relaxed), size = 0;
	const struct gw_packet *group[GW_BURST];
	struct rte_mbuf *out[GW_BURST];
	uint8_t where = packets[from].port;

	for (uint32_t i = from; i < count; i++) {
		if (packets[i].verdict != GW_FORWARDED || packets[i].port != where)
			continue;
		packets[i].verdict = SENT;
		if (gw_unlikely(mtu && packets[i].frame_len - packets[i].l3 > mtu)) {
			drop(self->worker, &packets[i], mbufs[i], GW_DROP_TOO_BIG);
			continue;
		}
		settle(mbufs[i], &packets[i]);
		group[size] = &packets[i];
		out[size++] = mbufs[i];
	}
	send_out(self, port->dpdk, out, group, size);
}

void gw_transmit(struct gw_thread *self, struct gw_packet *packets, struct rte_mbuf **mbufs,
		 uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (packets[i].verdict == GW_FORWARDED)
			send_port(self, packets, mbufs, i, count);
		else if (packets[i].verdict != SENT)
			rte_pktmbuf_free(mbufs[i]);
	}
}
