/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"
#include "checksum.h"
#include "made.h"
#include "reply.h"

#define ICMP_HEADER 8u
enum { UNREACHABLE4 = 3, FRAGMENTATION_NEEDED = 4, REDIRECT4 = 5, SOURCE_QUENCH = 4,
       TIME_EXCEEDED4 = 11, PARAMETER_PROBLEM4 = 12 };
enum { TOO_BIG6 = 2, TIME_EXCEEDED6 = 3, LAST_ERROR6 = 127, REDIRECT6 = 137 };
#define MOST4 576u
#define MOST6 1280u
#define TOS 0xc0 /* internetwork control (RFC 1812, 4.3.2.5) */

struct error {
	uint8_t type, code;
	uint32_t word; /* behind the checksum, network order */
};

/* An ICMP message that is not there to be read counts as an error. */
static bool is_error(const struct gw_packet *p)
{
	uint8_t type;

	if (!(p->special & GW_IS_ICMP))
		return false;
	if (p->l4 >= p->data_len || p->l4 >= p->l3 + (uint32_t)p->ip_len)
		return true;
	type = p->data[p->l4];
	if (p->family == 6)
		return type <= LAST_ERROR6 || type == REDIRECT6;
	return type == UNREACHABLE4 || type == SOURCE_QUENCH || type == REDIRECT4 ||
	       type == TIME_EXCEEDED4 || type == PARAMETER_PROBLEM4;
}

/* A fresh worker's icmp_second is 0, which must be no second. */
static bool in_time(struct gw_worker *worker)
{
	if (worker->icmp_second != worker->now + 1) {
		worker->icmp_second = worker->now + 1;
		worker->icmp_left = GW_ICMP_A_SECOND;
	}
	if (!worker->icmp_left) {
		worker->counters[GW_W_ICMP_LIMITED]++;
		return false;
	}
	worker->icmp_left--;
	worker->counters[GW_W_ICMP_SENT]++;
	return true;
}

static void write_icmp(uint8_t *icmp, const struct error *error, const uint8_t *quote,
		       uint32_t length, uint64_t pseudo)
{
	icmp[0] = error->type;
	icmp[1] = error->code;
	gw_store16(icmp + 2, 0);
	gw_store32(icmp + 4, error->word);
	memcpy(icmp + ICMP_HEADER, quote, length);
	gw_store16(icmp + 2, (uint16_t)~gw_fold(pseudo + gw_sum(icmp, ICMP_HEADER + length)));
}

static void write_ip4(uint8_t *ip, const uint8_t *src, const uint8_t *dst, uint32_t length,
		      uint16_t id)
{
	static const uint8_t ready[12] = { 0x45, TOS, [8] = GW_REPLY_TTL, GW_IP_ICMP };

	memcpy(ip, ready, 12);
	gw_store16(ip + 2, gw_be16((uint16_t)length));
	gw_store16(ip + 4, gw_be16(id));
	memcpy(ip + 12, src, 4);
	memcpy(ip + 16, dst, 4);
	gw_store16(ip + 10, (uint16_t)~gw_fold(gw_sum(ip, 20)));
}

/* Returns the sum of the pseudo header (RFC 8200, 8.1). */
static uint64_t write_ip6(uint8_t *ip, const uint8_t *src, const uint8_t *dst, uint32_t length)
{
	static const uint8_t ready[8] = { 0x60, [6] = GW_IP_ICMP6, GW_REPLY_TTL };

	memcpy(ip, ready, 8);
	gw_store16(ip + 4, gw_be16((uint16_t)(length - 40)));
	memcpy(ip + 8, src, 16);
	memcpy(ip + 24, dst, 16);
	return gw_sum(ip + 8, 32) + gw_load16(ip + 4) + gw_be16(GW_IP_ICMP6);
}

/* `source`: of the error; NULL: the packet's destination. */
static void send_error(struct gw_worker *worker, const struct gw_packet *p, const uint8_t *source,
		       const struct error *error, uint8_t cause)
{
	const uint8_t *packet = p->data + p->l3;
	const uint8_t *src = gw_address(p, GW_SRC);
	const uint8_t *from = source ? source : gw_address(p, GW_DST);
	uint32_t header = p->family == 4 ? 20 : 40, there = p->data_len - p->l3;
	uint32_t quote = (p->family == 4 ? MOST4 : MOST6) - header - ICMP_HEADER, length;
	uint8_t *frame, *ip;
	uint64_t pseudo = 0;

	quote = p->ip_len < quote ? p->ip_len : quote;
	quote = there < quote ? there : quote; /* the first segment */
	length = header + ICMP_HEADER + quote;
	frame = gw_made_room(worker->made, p->l3 + length);
	if (p->special & GW_IS_LATER || is_error(p) || !gw_may_reply(p) || !frame ||
	    !in_time(worker))
		return;
	memcpy(frame, p->data, p->l3);
	gw_turn_ethernet(frame);
	ip = frame + p->l3;
	if (p->family == 4)
		write_ip4(ip, from, src, length, worker->ip_id++);
	else
		pseudo = write_ip6(ip, from, src, length);
	write_icmp(ip + header, error, packet, quote, pseudo);
	gw_made_add(worker->made, p->l3 + length, p->port, cause);
}

void gw_answer_too_big(struct gw_worker *worker, const struct gw_packet *p, uint16_t mtu,
		       uint8_t cause)
{
	struct error error4 = { UNREACHABLE4, FRAGMENTATION_NEEDED, gw_be32(mtu) };
	struct error error6 = { TOO_BIG6, 0, gw_be32(mtu) };

	send_error(worker, p, NULL, p->family == 4 ? &error4 : &error6, cause);
}

static bool is_set(const uint8_t *address)
{
	static const uint8_t none[16];

	return memcmp(address, none, 16) != 0;
}

void gw_answer_ttl(struct gw_worker *worker, const struct gw_snapshot *snapshot,
		   struct gw_packet *packets, uint32_t count)
{
	static const struct error error4 = { TIME_EXCEEDED4, 0, 0 };
	static const struct error error6 = { TIME_EXCEEDED6, 0, 0 };

	for (uint32_t i = 0; i < count; i++) {
		const struct gw_packet *p = &packets[i];
		const uint8_t *own = p->family == 4 ? snapshot->ip4_src : snapshot->ip6_src;

		if (gw_unlikely(p->verdict == GW_DROP_TTL_EXPIRED))
			send_error(worker, p, is_set(own) ? own : NULL,
				   p->family == 4 ? &error4 : &error6, (uint8_t)i);
	}
}
