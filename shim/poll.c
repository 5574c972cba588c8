/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A worker: polls its queue of every port that the snapshot names, hands bursts to the steps,
 * sends. A turn begins with a quiet point: what the worker saw of an old snapshot is no longer in
 * use.
 */
#include <string.h>
#include <time.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_pause.h>

#include "clock.h"
#include "fragment.h"
#include "real.h"

#define CLOCKS_PER_SECOND 64  /* how often a second the clock is read */
#define SPIN_TURNS 64         /* empty turns before the first sleep */
#define SLEEP_FIRST_NS 20000
#define SLEEP_LONGEST_NS 500000
#define DOZE_TURNS 320        /* empty turns (some 100 ms) after which each sleep is twice that */
#define SWEEP_TURN 64         /* most buckets aged in a turn with packets */
#define SWEEP_IDLE 4096       /* and in one without */

/* What a worker keeps between its turns. */
struct turn {
	uint64_t clock_cycles, clock_next; /* between readings of the clock; of the next one */
	uint64_t began;    /* cycles at which the turn began */
	uint64_t swept;    /* cycles up to which the table is aged */
	uint32_t empty;    /* turns without a packet, in a row */
	uint32_t sleep_ns; /* of the next sleep */
};

static inline void tick(struct gw_worker *worker, struct turn *turn, uint64_t cycles)
{
	if (gw_likely(cycles < turn->clock_next))
		return;
	turn->clock_next = cycles + turn->clock_cycles;
	worker->now = gw_seconds();
}

/* The turn before is over: its cycles go where those of its kind go. */
static inline void book(struct gw_worker *worker, struct turn *turn, uint64_t cycles)
{
	worker->counters[turn->empty ? GW_W_IDLE_CYCLES : GW_W_BUSY_CYCLES] += cycles - turn->began;
	turn->began = cycles;
}

/* Ages so many buckets that the whole table is seen every quarter of the timeout (1 to 30 s). */
static inline void sweep(struct gw_worker *worker, const struct gw_snapshot *snapshot,
			 struct turn *turn, uint64_t cycles)
{
	uint64_t seconds = RTE_MIN(RTE_MAX(snapshot->timeout / 4, 1u), 30u);
	uint64_t each = RTE_MAX(seconds * rte_get_tsc_hz() / snapshot->buckets, 1u);
	uint64_t due, most = turn->empty ? SWEEP_IDLE : SWEEP_TURN;

	if (gw_likely(cycles - turn->swept < each))
		return;
	due = (cycles - turn->swept) / each;
	if (due > most) { /* late: the rest is caught up in the next round */
		due = most;
		turn->swept = cycles;
	} else {
		turn->swept += due * each;
	}
	gw_flow_sweep(worker, snapshot, (uint32_t)due);
}

/* The driver took the tag out of the frame: it goes back, so that the frame leaves with it. */
static bool retag(struct rte_mbuf **mbuf)
{
	if (gw_likely(!((*mbuf)->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED)))
		return true;
	return rte_vlan_insert(mbuf) == 0;
}

/* The steps' view of the frames; returns how many there are. */
static uint32_t view(struct gw_worker *worker, uint32_t port, struct gw_packet *packets,
		     struct rte_mbuf **mbufs, uint32_t count)
{
	uint64_t *row = &worker->port_counters[(uint64_t)port * GW_P_STRIDE];
	uint32_t kept = 0;

	for (uint32_t i = 0; i < count; i++) {
		struct rte_mbuf *m = mbufs[i];
		struct gw_packet *p = &packets[kept];

		worker->counters[GW_W_RX_BYTES] += m->pkt_len;
		row[GW_P_RX_BYTES] += m->pkt_len;
		if (gw_unlikely(!retag(&m))) {
			worker->counters[GW_DROP_NO_ROOM]++;
			row[GW_DROP_NO_ROOM]++;
			rte_pktmbuf_free(m);
			continue;
		}
		mbufs[kept++] = m;
		p->data = rte_pktmbuf_mtod(m, uint8_t *);
		p->data_len = m->data_len;
		p->frame_len = m->pkt_len;
		p->headroom = m->data_off;
		p->port = (uint8_t)port;
	}
	return kept;
}

static void run_burst(struct gw_thread *self, const struct gw_snapshot *snapshot,
		      struct gw_packet *packets, struct rte_mbuf **mbufs, uint32_t count)
{
	uint8_t in = packets[0].port;

	gw_worker_burst(self->worker, snapshot, packets, count);
	gw_transmit(self, snapshot, packets, mbufs, in, count);
	gw_transmit_made(self);
}

/* Fragments that wait no longer for the first one of their datagram. */
static void run_waiting(struct gw_thread *self, const struct gw_snapshot *snapshot)
{
	struct gw_packet packets[GW_BURST];
	void *mbufs[GW_BURST];
	uint32_t count;

	while ((count = gw_fragments_take(self->worker, packets, mbufs)))
		run_burst(self, snapshot, packets, (struct rte_mbuf **)mbufs, count);
}

static inline uint32_t poll_port(struct gw_thread *self, const struct gw_snapshot *snapshot,
				 uint32_t index)
{
	struct gw_worker *worker = self->worker;
	struct gw_packet packets[GW_BURST];
	struct rte_mbuf *mbufs[GW_BURST];
	uint32_t count, received;

	received = rte_eth_rx_burst(self->real->ports[index].dpdk, (uint16_t)worker->index, mbufs,
				    GW_BURST);
	if (gw_likely(!received))
		return 0;
	worker->counters[GW_W_BURSTS]++;
	worker->counters[GW_W_RX_PACKETS] += received;
	worker->port_counters[(uint64_t)index * GW_P_STRIDE + GW_P_RX_PACKETS] += received;
	count = view(worker, index, packets, mbufs, received);
	if (gw_likely(count))
		run_burst(self, snapshot, packets, mbufs, count);
	return received;
}

static uint32_t poll_ports(struct gw_thread *self, const struct gw_snapshot *snapshot)
{
	uint32_t received = 0;

	for (uint32_t i = 0; i < snapshot->ports_count; i++)
		received += poll_port(self, snapshot, snapshot->ports[i].index);
	return received;
}

/* Hardware is polled without rest; behind a software port whoever sends may want the same CPU. */
static bool may_sleep(const struct gw_real *real, const struct gw_snapshot *snapshot)
{
	for (uint32_t i = 0; snapshot && i < snapshot->ports_count; i++)
		if (!real->ports[snapshot->ports[i].index].software)
			return false;
	return true;
}

/* Nobody waits for a worker that sleeps: it holds nothing, and says so. */
static void sleep_offline(struct gw_thread *self, struct turn *turn)
{
	bool doze = turn->empty >= DOZE_TURNS;
	struct timespec time = { .tv_nsec = doze ? 2 * SLEEP_LONGEST_NS : turn->sleep_ns };

	self->worker->counters[GW_W_SLEEPS]++;
	rte_rcu_qsbr_thread_offline(self->real->quiet, self->worker->index);
	nanosleep(&time, NULL);
	rte_rcu_qsbr_thread_online(self->real->quiet, self->worker->index);
	turn->sleep_ns = RTE_MIN(turn->sleep_ns * 2, (uint32_t)SLEEP_LONGEST_NS);
}

static void rest(struct gw_thread *self, const struct gw_snapshot *snapshot, struct turn *turn,
		 uint32_t received)
{
	if (gw_likely(received)) {
		turn->empty = 0;
		turn->sleep_ns = SLEEP_FIRST_NS;
		return;
	}
	turn->empty += turn->empty < DOZE_TURNS;
	if (turn->empty < SPIN_TURNS || !may_sleep(self->real, snapshot))
		rte_pause();
	else
		sleep_offline(self, turn);
}

static void drop_waiting(struct gw_worker *worker)
{
	void *mbufs[GW_HELD_MOST];
	uint32_t count = gw_fragments_end(worker, mbufs);

	for (uint32_t i = 0; i < count; i++)
		rte_pktmbuf_free(mbufs[i]);
}

void gw_poll(struct gw_thread *self)
{
	struct gw_worker *worker = self->worker;
	struct gw_real *real = self->real;
	struct turn turn = { .clock_cycles = rte_get_tsc_hz() / CLOCKS_PER_SECOND,
			     .empty = 1,
			     .began = rte_get_tsc_cycles(),
			     .swept = rte_get_tsc_cycles(),
			     .sleep_ns = SLEEP_FIRST_NS };

	rte_rcu_qsbr_thread_online(real->quiet, worker->index);
	while (gw_likely(!atomic_load_explicit(&real->stop, memory_order_relaxed))) {
		const struct gw_snapshot *snapshot;
		uint64_t cycles = rte_get_tsc_cycles();
		uint32_t received = 0;

		rte_rcu_qsbr_quiescent(real->quiet, worker->index);
		snapshot = atomic_load_explicit(&real->gw.snapshot, memory_order_acquire);
		worker->counters[GW_W_LOOPS]++;
		book(worker, &turn, cycles);
		tick(worker, &turn, cycles);
		if (gw_likely(snapshot)) {
			received = poll_ports(self, snapshot);
			run_waiting(self, snapshot);
			sweep(worker, snapshot, &turn, cycles);
		}
		rest(self, snapshot, &turn, received);
	}
	rte_rcu_qsbr_thread_offline(real->quiet, worker->index);
	drop_waiting(worker);
}
