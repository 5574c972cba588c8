/* SPDX-License-Identifier: Apache-2.0 */
/* One frame through the parser alone, on exactly its bytes. */
#ifndef GW_TEST_PARSING_H
#define GW_TEST_PARSING_H

#include "frames.h"
#include "parse.h"

static struct gw_snapshot *snapshot; /* one port, index 3, with the sample's MAC address */

/* Parses the first `length` bytes of the frame, which are all that there is to read, as the first
 * segment of a frame of `frame_len` bytes. */
static inline struct gw_packet parse(const struct frame *f, uint32_t length, uint32_t frame_len)
{
	uint8_t *bytes = malloc(length ? length : 1);
	struct gw_packet p;

	CHECK(bytes);
	memset(&p, 0xa5, sizeof(p));
	memcpy(bytes, f->bytes, length);
	p.data = bytes;
	p.data_len = length;
	p.frame_len = frame_len;
	p.headroom = 0;
	p.port = 3;
	gw_parse(snapshot, &p, 1);
	free(bytes);
	return p;
}

static inline struct gw_packet whole(const struct frame *f)
{
	return parse(f, f->length, f->length);
}

static inline void plain(struct frame *f)
{
	frame_ip4(f, 0, "203.0.113.7", "90.1.2.3", 6, 40001, 80, 0, 20);
}

/* Extension headers of 8 bytes each, in that order, then TCP. Returns how long they are. */
static inline uint32_t chain(uint8_t *ext, const uint8_t *kinds, uint32_t count)
{
	memset(ext, 0, count * 8);
	for (uint32_t i = 0; i < count; i++)
		ext[i * 8] = i + 1 < count ? kinds[i + 1] : 6;
	return count * 8;
}

/* Runs the tests with the snapshot. */
static inline int run_parse_tests(const struct test *tests, size_t count)
{
	struct sample *sample = sample_new();
	char err[GW_ERR_SIZE];
	uint64_t length;
	uint8_t *image = sample_encode(sample, &length);

	CHECK(!gw_snapshot_build(image, length, &snapshot, err));
	run_tests(tests, count);
	gw_snapshot_free(snapshot);
	free(image);
	free(sample);
	return 0;
}

#endif
