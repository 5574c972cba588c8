/* SPDX-License-Identifier: Apache-2.0 */
/* Images with one thing wrong, and the sentences that they are refused with. */
#ifndef GW_TEST_REFUSALS_H
#define GW_TEST_REFUSALS_H

#include "sample_all.h"
#include "state.h"

/* The sentence that a changed sample is refused with; "" if it is taken. */
static inline const char *sentence(struct sample *s)
{
	static char err[GW_ERR_SIZE];
	struct gw_snapshot *snapshot = NULL;
	uint64_t length;
	uint8_t *image = sample_encode(s, &length);

	err[0] = 0;
	CHECK(!gw_snapshot_build(image, length, &snapshot, err) == !err[0]);
	gw_snapshot_free(snapshot);
	free(image);
	return err;
}

static inline void check_sentence(const char *file, int line, struct sample *s,
				  const char *wanted)
{
	const char *got = sentence(s);

	if (strncmp(got, wanted, strlen(wanted)) || !got[0] != !wanted[0]) {
		fprintf(stderr, "%s:%d: refused with \"%s\"\n", file, line, got);
		exit(1);
	}
}

#define REFUSED(change, wanted) \
	do { \
		struct sample *s = sample_all(); \
		change; \
		check_sentence(__FILE__, __LINE__, s, wanted); \
		free(s); \
	} while (0)

#endif
