/* SPDX-License-Identifier: Apache-2.0 */
#include "frames.h"

#include "state.h"

/* An ICMP error of `type` and `code` with the word `rest`, from a router to `to`, about the first
 * `quoted` bytes of the packet that `f` holds. */
static void error_about(struct frame *f, int family, const char *to, uint8_t type, uint8_t code,
			uint32_t rest, uint32_t quoted)
{
	struct frame about = *f;
	uint8_t *icmp;

	if (family == 4)
		frame_ip4(f, 0, "198.51.100.1", to, 1, 0, 0, 0, 8 + quoted);
	else
		frame_ip6(f, 0, "2001:db8:ff::1", to, 58, NULL, 0, 0, 0, 8 + quoted);
	icmp = f->bytes + f->l3 + (family == 4 ? 20 : 40);
	memset(icmp, 0, 8);
	icmp[0] = type;
	icmp[1] = code;
	set16(icmp + 4, rest >> 16);
	set16(icmp + 6, rest);
	memcpy(icmp + 8, about.bytes + about.l3, quoted);
}

/* An outer header as the tunnel writes it, and 8 bytes behind it. */
static void outer(struct frame *f, int family, const char *from, const char *to, uint8_t protocol)
{
	if (family == 4)
		frame_ip4(f, 0, from, to, protocol, 49200, 6080, 0, 8);
	else
		frame_ip6(f, 0, from, to, protocol, NULL, 0, 49200, 6080, 8);
}

static uint32_t noted(struct gw *gw, struct frame *f, struct gw_path_mtu *path)
{
	struct gw_path_mtu paths[4];
	int count;

	CHECK_EQUAL(run_frame(gw, f, NULL).verdict, GW_LEFT_NOT_VIP);
	count = gw_path_mtus(gw, paths, 4);
	CHECK(count >= 0 && count < 2);
	*path = paths[0];
	return (uint32_t)count;
}

static void taken(void)
{
	static const uint8_t protocols[] = { 47, 4, 41, 17 };
	struct sample *s = sample_rich();
	struct gw *gw = must_simulate(s);
	struct gw_path_mtu path;
	struct frame f;
	uint8_t wanted[16];

	for (size_t i = 0; i < sizeof(protocols); i++) {
		outer(&f, 4, "192.0.2.10", "10.0.0.3", protocols[i]);
		error_about(&f, 4, "192.0.2.10", 3, 4, 1400, 28);
		CHECK_EQUAL(noted(gw, &f, &path), 1);
		address(4, "10.0.0.3", wanted);
		CHECK(path.family == 4 && path.mtu == 1400 && !memcmp(path.address, wanted, 4));
		outer(&f, 6, "2001:db8::10", "2001:db8:1::5", protocols[i]);
		error_about(&f, 6, "2001:db8::10", 2, 0, 1300, 48);
		CHECK_EQUAL(noted(gw, &f, &path), 1);
		address(6, "2001:db8:1::5", wanted);
		CHECK(path.family == 6 && path.mtu == 1300 && !memcmp(path.address, wanted, 16));
	}
	outer(&f, 4, "192.0.2.10", "10.0.0.3", 47);
	error_about(&f, 4, "192.0.2.10", 3, 4, 0, 28);
	CHECK_EQUAL(noted(gw, &f, &path), 1);
	CHECK_EQUAL(path.mtu, 576); /* a router that does not say */
	gw_close(gw, NULL);
	free(s);
}

static void entropy(void)
{
	struct sample *s = sample_rich();
	struct gw *gw;
	struct gw_path_mtu path;
	struct frame f;

	address(4, "172.16.0.0", s->head.ip4_entropy);
	s->head.ip4_entropy_len = 16;
	gw = must_simulate(s);
	outer(&f, 4, "172.16.7.9", "10.0.0.3", 47);
	error_about(&f, 4, "172.16.7.9", 3, 4, 1400, 28);
	CHECK_EQUAL(noted(gw, &f, &path), 1);
	outer(&f, 4, "172.17.7.9", "10.0.0.3", 47);
	error_about(&f, 4, "172.17.7.9", 3, 4, 1400, 28);
	CHECK_EQUAL(noted(gw, &f, &path), 0);
	gw_close(gw, NULL);
	free(s);
}

static void others(void)
{
	struct sample *s = sample_rich();
	struct gw *gw = must_simulate(s);
	struct gw_path_mtu path;
	struct frame f;

	outer(&f, 4, "192.0.2.10", "10.0.0.3", 6); /* the node's own TCP */
	error_about(&f, 4, "192.0.2.10", 3, 4, 1400, 28);
	CHECK_EQUAL(noted(gw, &f, &path), 0);
	outer(&f, 4, "192.0.2.10", "10.0.0.3", 47);
	error_about(&f, 4, "192.0.2.10", 3, 1, 1400, 28); /* host unreachable */
	CHECK_EQUAL(noted(gw, &f, &path), 0);
	outer(&f, 4, "192.0.2.10", "10.0.0.3", 47);
	error_about(&f, 4, "192.0.2.11", 3, 4, 1400, 28); /* to somebody else */
	CHECK_EQUAL(noted(gw, &f, &path), 0);
	outer(&f, 4, "192.0.2.11", "10.0.0.3", 47);
	error_about(&f, 4, "192.0.2.10", 3, 4, 1400, 28); /* about somebody else's packet */
	CHECK_EQUAL(noted(gw, &f, &path), 0);
	outer(&f, 4, "192.0.2.10", "10.0.0.3", 47);
	error_about(&f, 4, "192.0.2.10", 3, 4, 1400, 12); /* without the address */
	CHECK_EQUAL(noted(gw, &f, &path), 0);
	gw_close(gw, NULL);
	free(s);
}

static void many(void)
{
	struct sample *s = sample_rich();
	struct gw *gw = must_simulate(s);
	struct gw_path_mtu paths[GW_PATHS + 8];
	struct frame f;

	for (uint32_t i = 0; i < 3 * GW_PATHS; i++) {
		outer(&f, 4, "192.0.2.10", "10.0.0.3", 47);
		error_about(&f, 4, "192.0.2.10", 3, 4, 1000 + i, 28);
		run_frame(gw, &f, NULL);
	}
	CHECK_EQUAL(gw_path_mtus(gw, paths, 10), 10);
	CHECK_EQUAL(paths[0].mtu, 1000 + 2 * GW_PATHS);
	CHECK_EQUAL(gw_path_mtus(gw, paths, GW_PATHS + 8), GW_PATHS - 10);
	CHECK_EQUAL(paths[GW_PATHS - 11].mtu, 1000 + 3 * GW_PATHS - 1);
	CHECK_EQUAL(gw_path_mtus(gw, paths, 10), 0);
	gw_close(gw, NULL);
	free(s);
}

static const struct test tests[] = {
	{ "what a router says of a tunnel's path is noted, with the server and the MTU", taken },
	{ "also when it says so to an outer source of the flow's own", entropy },
	{ "nothing is noted of other packets, other errors, other nodes", others },
	{ "when many come, the oldest are lost", many },
};
MAIN(tests)
