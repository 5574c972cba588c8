/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as frames through all packet steps. The input is a list of
 *     flags (1 byte) | length (1 byte, or 2 with LONG) | frame
 * Every frame lies in a heap block of its own exact size, behind exactly its headroom.
 */
#include "flow_table.h"
#include "frames.h"

enum {
	OUR_MAC = 1,    /* the frame gets the port's MAC address, as else almost all are left */
	RIGHT_SUM = 2,  /* and a right IPv4 checksum */
	SEGMENTED = 4,  /* more of the frame lies in segments that are not here */
	TIGHT = 8,      /* headroom of 23 or 43 bytes: one too few */
	LONG = 16,
	LATER = 32,     /* time passes before it */
	BURST = 64,     /* the frames so far go together */
};

struct frame_run {
	struct gw_packet before;
	uint8_t *block, *copy;
};

static struct gw *gw;
static struct frame_run runs[GW_BURST];
static struct gw_packet packets[GW_BURST];
static uint32_t count;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void right_sum(uint8_t *bytes, uint32_t length)
{
	struct frame f;

	for (f.l3 = 14; f.l3 <= 22; f.l3 += 4) {
		uint32_t header;

		if (length < f.l3 + 20 || bytes[f.l3 - 2] != 8 || bytes[f.l3 - 1] != 0)
			continue;
		header = (bytes[f.l3] & 15u) * 4;
		if (header < 20 || length < f.l3 + header)
			return;
		set16(bytes + f.l3 + 10, 0);
		set16(bytes + f.l3 + 10, (uint16_t)~ip4_sum(bytes + f.l3, header));
		return;
	}
}

static void add_frame(const uint8_t *bytes, uint32_t length, uint8_t flags)
{
	struct frame_run *run = &runs[count];
	struct gw_packet *p = &packets[count++];
	uint32_t headroom = flags & TIGHT ? (length & 1 ? 23 : 43) : 44;

	run->block = malloc(headroom + length + (length + headroom == 0));
	run->copy = malloc(length + 1);
	CHECK(run->block && run->copy);
	memset(p, 0xa5, sizeof(*p));
	p->data = run->block + headroom;
	p->data_len = length;
	p->frame_len = length + (flags & SEGMENTED ? 1400 : 0);
	p->headroom = (uint16_t)headroom;
	p->port = 3;
	memcpy(p->data, bytes, length);
	if (flags & OUR_MAC && length >= 6)
		memcpy(p->data, sample_mac, 6);
	if (flags & RIGHT_SUM)
		right_sum(p->data, length);
	memcpy(run->copy, p->data, length);
	run->before = *p;
}

/* Nothing of a packet that does not leave was touched. */
static void check_rest(const struct frame_run *run, const struct gw_packet *p)
{
	CHECK(p->verdict < GW_VERDICT_COUNT && p->verdict != GW_DROP_TX_FULL);
	CHECK(p->data == run->before.data && p->data_len == run->before.data_len);
	CHECK(p->frame_len == run->before.frame_len && p->headroom == run->before.headroom);
	CHECK(!memcmp(p->data, run->copy, p->data_len));
}

static void check_forwarded(const struct frame_run *run, const struct gw_packet *p)
{
	const struct gw_server *server = &gw->snapshot->servers[p->server];
	uint32_t outer = server->kind == GW_SERVER_GRE4 ? 24 : 44;
	const uint8_t *ip = p->data + p->l3, *inner = ip + outer;

	CHECK(p->vip && server->vip == p->vip->id && p->port == 3);
	CHECK(p->data == run->before.data - outer && p->headroom + outer == run->before.headroom);
	CHECK(p->frame_len == p->l3 + outer + p->ip_len);
	CHECK(p->frame_len <= run->before.frame_len + outer && p->data_len <= p->frame_len);
	CHECK(p->data_len <= run->before.data_len + outer);
	CHECK(!memcmp(p->data, sample_hop_mac, 6) && !memcmp(p->data + 6, sample_mac, 6));
	CHECK(!memcmp(p->data + 12, run->copy + 12, p->l3 - 14));
	CHECK(!memcmp(inner, run->copy + p->l3, p->data_len - p->l3 - outer));
	if (outer == 24) {
		CHECK(ip4_sum(ip, 20) == 0xffff && ip[0] == 0x45 && ip[8] == 127 && ip[9] == 47);
		CHECK((ip[2] << 8 | ip[3]) == p->ip_len + 24);
	} else {
		CHECK(ip[0] == 0x60 && ip[6] == 47 && ip[7] == 127);
		CHECK((ip[4] << 8 | ip[5]) == p->ip_len + 4);
	}
	CHECK(!memcmp(inner - 4, p->family == 4 ? "\0\0\x08\0" : "\0\0\x86\xdd", 4));
}

static void run_burst(void)
{
	struct gw_worker *worker = gw->workers[0];
	uint64_t sum = 0, flows = 0;

	memset(worker->counters, 0, GW_VERDICT_COUNT * sizeof(uint64_t));
	gw_worker_burst(worker, gw->snapshot, packets, count);
	for (uint32_t i = 0; i < GW_VERDICT_COUNT; i++)
		sum += worker->counters[i];
	CHECK_EQUAL(sum, count);
	for (uint32_t slot = 1; slot < 32; slot++)
		flows += worker->server_counters[slot * GW_S_STRIDE + GW_S_FLOWS];
	CHECK_EQUAL(flows, worker->flows.flows);
	for (uint32_t i = 0; i < count; i++) {
		if (packets[i].verdict == GW_FORWARDED)
			check_forwarded(&runs[i], &packets[i]);
		else
			check_rest(&runs[i], &packets[i]);
		free(runs[i].block);
		free(runs[i].copy);
	}
	count = 0;
}

static void start(void)
{
	struct sample *s = sample_rich();

	s->head.buckets = 4;
	gw = must_simulate(s);
	free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = data + size;

	if (!gw)
		start();
	gw_flow_table_clear(gw->workers[0]);
	while (end - data >= 3) {
		uint8_t flags = data[0];
		uint32_t length = flags & LONG ? (uint32_t)(data[1] << 8 | data[2]) : data[1];

		data += flags & LONG ? 3 : 2;
		if (length > (size_t)(end - data))
			length = (uint32_t)(end - data);
		if (flags & LATER)
			CHECK(!gw_simulate_clock(gw, gw->workers[0]->now + length));
		add_frame(data, length, flags);
		data += length;
		if (flags & BURST || count == GW_BURST)
			run_burst();
	}
	if (count)
		run_burst();
	return 0;
}
