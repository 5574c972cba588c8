/* SPDX-License-Identifier: Apache-2.0 */
#include "siphash.h"

#include "sample.h"

/* SipHash-1-3 of any bytes, written for clarity from its definition. */
static uint64_t reference(const uint64_t key[2], const uint8_t *bytes, uint32_t length)
{
	struct gw_sip s = gw_sip_begin(key);

	for (uint32_t at = 0; at <= length / 8 * 8; at += 8) {
		uint64_t word = at + 8 > length ? (uint64_t)length << 56 : 0;

		for (uint32_t i = 0; i < 8 && at + i < length; i++)
			word |= (uint64_t)bytes[at + i] << (8 * i);
		gw_sip_word(&s, word);
	}
	return gw_sip_end(&s);
}

static void vectors(void)
{
	static const uint64_t zero[2];
	uint8_t addresses[32];

	/* CPython hashes bytes with SipHash-1-3; with PYTHONHASHSEED=0 its key is 0. */
	address(4, "203.0.113.7", addresses);
	address(4, "90.1.2.3", addresses + 4);
	CHECK(gw_hash_ip4(zero, addresses, 40001, 80, 6) == 0x4990807d6442eff6u);
	address(6, "2001:db8::7", addresses);
	address(6, "2002::1", addresses + 16);
	CHECK(gw_hash_ip6(zero, addresses, 40001, 443, 17) == 0xcc358d1b39dc65e2u);
}

static void against_reference(void)
{
	uint64_t random = 1;

	for (int turn = 0; turn < 1000; turn++) {
		uint64_t key[2] = { next_random(&random), next_random(&random) };
		uint8_t message[37];

		for (int i = 0; i < 37; i++)
			message[i] = (uint8_t)next_random(&random);
		CHECK(gw_hash_ip4(key, message, (uint16_t)(message[8] << 8 | message[9]),
				  (uint16_t)(message[10] << 8 | message[11]),
				  message[12]) == reference(key, message, 13));
		CHECK(gw_hash_ip6(key, message, (uint16_t)(message[32] << 8 | message[33]),
				  (uint16_t)(message[34] << 8 | message[35]),
				  message[36]) == reference(key, message, 37));
	}
}

static const struct test tests[] = {
	{ "the flow hash is SipHash-1-3 of addresses, ports and protocol", vectors },
	{ "the flow hash with any key is that of the message's bytes", against_reference },
};
MAIN(tests)
