/* SPDX-License-Identifier: Apache-2.0 */
#include "waiting.h"

/* How many of the datagram's packets wait. */
static uint32_t of_datagram(const struct gw_waiting *list, uint64_t datagram)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < list->count; i++)
		found += list->datagrams[i] == datagram;
	return found;
}

uint32_t gw_waiting_place(struct gw_waiting *list, uint64_t datagram, uint32_t now)
{
	uint32_t place = list->count;

	if (place == GW_HELD_MOST || of_datagram(list, datagram) >= GW_HELD_EACH)
		return GW_HELD_MOST;
	list->datagrams[place] = datagram;
	list->packets[place].since = now;
	list->packets[place].here = false;
	list->packets[place].ready = false;
	list->count++;
	return place;
}

void gw_waiting_put(struct gw_waiting *list, uint32_t place, const struct gw_packet *packet,
		    void *buffer)
{
	list->packets[place].packet = *packet;
	list->packets[place].buffer = buffer;
	list->packets[place].here = true;
}

void gw_waiting_ready(struct gw_waiting *list, uint64_t datagram)
{
	for (uint32_t i = 0; i < list->count; i++) {
		if (list->datagrams[i] != datagram || list->packets[i].ready)
			continue;
		list->packets[i].ready = true;
		list->ready++;
	}
}

static bool may_go(const struct gw_waiting_packet *w, uint32_t now)
{
	return w->ready || now - w->since > GW_HELD_SECONDS;
}

static void keep(struct gw_waiting *list, uint32_t from, uint32_t to)
{
	if (from == to)
		return;
	list->datagrams[to] = list->datagrams[from];
	list->packets[to] = list->packets[from];
}

uint32_t gw_waiting_take(struct gw_waiting *list, uint32_t now, struct gw_packet *packets,
			 void **buffers, uint32_t most)
{
	uint32_t taken = 0, kept = 0;

	if (gw_likely(!list->count))
		return 0;
	/* The first is the oldest. */
	if (!list->ready && list->packets[0].here && !may_go(&list->packets[0], now))
		return 0;
	for (uint32_t i = 0; i < list->count; i++) {
		const struct gw_waiting_packet *w = &list->packets[i];

		if (!w->here) {
			list->ready -= w->ready;
			continue;
		}
		if (!may_go(w, now) || taken == most ||
		    (taken && w->packet.port != packets[0].port)) {
			keep(list, i, kept++);
			continue;
		}
		list->ready -= w->ready;
		buffers[taken] = w->buffer;
		packets[taken++] = w->packet;
	}
	list->count = kept;
	return taken;
}

uint32_t gw_waiting_end(struct gw_waiting *list, struct gw_packet *packets, void **buffers)
{
	uint32_t taken = 0;

	for (uint32_t i = 0; i < list->count; i++) {
		if (!list->packets[i].here)
			continue;
		buffers[taken] = list->packets[i].buffer;
		packets[taken++] = list->packets[i].packet;
	}
	list->count = 0;
	list->ready = 0;
	return taken;
}
