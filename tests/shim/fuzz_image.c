/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as an image. The first byte tells whether magic, version and length are set right; what
 * is taken must carry frames and show flows.
 */
#include "sample_all.h"
#include "state.h"

static struct gw *gw;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void right_head(uint8_t *image, uint64_t length)
{
	struct gw_image head;

	if (length < sizeof(head))
		return;
	memcpy(&head, image, sizeof(head));
	head.magic = GW_IMAGE_MAGIC;
	head.version = GW_IMAGE_VERSION;
	head.length = length;
	memcpy(image, &head, sizeof(head));
}

static uint32_t buckets_of(const uint8_t *image, uint64_t length)
{
	struct gw_image head;

	if (length < sizeof(head))
		return 0;
	memcpy(&head, image, sizeof(head));
	return head.buckets;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char err[GW_ERR_SIZE] = "";
	struct gw_snapshot *snapshot = NULL;
	uint8_t *image;
	uint64_t length;
	int rc;

	if (!gw)
		CHECK(!gw_simulate(&gw, err));
	if (!size)
		return 0;
	length = size - 1;
	image = malloc(length ? length : 1);
	CHECK(image);
	memcpy(image, data + 1, length);
	if (data[0] & 1)
		right_head(image, length);
	rc = gw_snapshot_build(image, length, &snapshot, err);
	CHECK(!rc == !err[0] && !rc == !!snapshot);
	gw_snapshot_free(snapshot);
	if (!rc && buckets_of(image, length) <= 1024) { /* more would fuzz the kernel's mmap only */
		CHECK(!gw_commit(gw, image, length, err));
		use_all(gw);
	}
	free(image);
	return 0;
}
