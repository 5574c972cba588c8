/* SPDX-License-Identifier: Apache-2.0 */
/* Tables that are not used, and folders; nothing in a file can do harm. */
#include <errno.h>

#include "flow_folder.h"

#define FLOWS 60

/* A folder with one table of some flows. */
static struct sample *some_flows(void)
{
	struct sample *s = one_vip(4, 64);
	struct gw *gw;

	folder_new();
	gw = folder_start(s, 1, NULL);
	for (uint32_t i = 0; i < FLOWS; i++)
		run_flow(gw, i);
	gw_close(gw, NULL);
	return s;
}

/* Starts anew: the file is refused for that reason and gone, and new flows are remembered. */
static void check_refused(struct sample *s, uint32_t now, const char *reason)
{
	struct gw_flow_memory_info info;
	struct gw *gw = folder_find(1, now, &info);

	CHECK_EQUAL(info.refused, 1);
	CHECK_EQUAL(info.adopted + info.inherited + info.flows, 0);
	if (!strstr(info.reason, reason))
		fprintf(stderr, "%s: not %s\n", info.reason, reason);
	CHECK(strstr(info.reason, reason) && strstr(info.reason, "flows-00000001-00"));
	CHECK_EQUAL(folder_files(), 0);
	must_commit(gw, s);
	folder_send(gw, 0, 1, GW_BY_TABLE);
	folder_send(gw, 0, 1, GW_BY_FLOW);
	gw_close(gw, NULL);
	CHECK_EQUAL(folder_files(), 1);
	gw = folder_find(1, now, &info);
	CHECK_EQUAL(info.adopted, 1);
	CHECK_EQUAL(info.flows, 1);
	end(gw, s);
}

static void write_at(size_t at, uint32_t value)
{
	int fd = open(folder_file(1, 0), O_RDWR);

	CHECK(fd >= 0 && pwrite(fd, &value, 4, (off_t)at) == 4);
	close(fd);
}

/* A header whose sum is right, and which says something else. */
static void reseal(size_t at, uint32_t value)
{
	struct gw_flow_header header;
	int fd = open(folder_file(1, 0), O_RDWR);

	CHECK(fd >= 0 && pread(fd, &header, sizeof(header), 0) == sizeof(header));
	memcpy((uint8_t *)&header + at, &value, 4);
	gw_flow_header_seal(&header);
	CHECK(pwrite(fd, &header, sizeof(header), 0) == sizeof(header));
	close(fd);
}

static void headers(void)
{
	static const struct {
		size_t at;
		const char *reason, *resealed; /* NULL: it is not looked at alone */
	} fields[] = {
		{ offsetof(struct gw_flow_header, magic), "not a table of flows",
		  "not a table of flows" },
		{ offsetof(struct gw_flow_header, layout), "another version", "another version" },
		{ offsetof(struct gw_flow_header, buckets), "sum", "makes no sense" },
		{ offsetof(struct gw_flow_header, generation), "sum", "what its name says" },
		{ offsetof(struct gw_flow_header, worker), "sum", "what its name says" },
		{ offsetof(struct gw_flow_header, workers), "sum", "makes no sense" },
		{ offsetof(struct gw_flow_header, hash_key), "sum", NULL },
		{ offsetof(struct gw_flow_header, hash_key) + 12, "sum", NULL },
		{ offsetof(struct gw_flow_header, boot), "sum", "before the machine started" },
		{ offsetof(struct gw_flow_header, boot) + 12, "sum", "before the machine started" },
		{ offsetof(struct gw_flow_header, sum), "sum", NULL },
		{ offsetof(struct gw_flow_header, seconds), "too old", "too old" },
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct sample *s = some_flows();

		write_at(fields[i].at, 0x13579bdf);
		check_refused(s, FOLDER_CLOCK, fields[i].reason);
		if (!fields[i].resealed)
			continue;
		s = some_flows();
		reseal(fields[i].at, 0x13579bdf);
		check_refused(s, FOLDER_CLOCK, fields[i].resealed);
	}
}

static void sizes(void)
{
	static const off_t lengths[] = { 0, 7, 100, sizeof(struct gw_flow_header), 4096, 8192,
					 1 << 20 };

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct sample *s = some_flows();

		CHECK(!truncate(folder_file(1, 0), lengths[i]));
		check_refused(s, FOLDER_CLOCK, "too short");
	}
}

static void foreign(void)
{
	struct sample *s = some_flows();
	char moved[160];
	char text[] = "Something else, and long enough that it could be a header of a table. "
		      "Something else, and long enough that it could be a header of a table. "
		      "Something else, and long enough that it could be a header of a table.";
	int fd = open(folder_file(1, 0), O_RDWR | O_TRUNC);

	CHECK(fd >= 0 && write(fd, text, sizeof(text)) == sizeof(text));
	close(fd);
	check_refused(s, FOLDER_CLOCK, "not a table of flows");

	s = some_flows();
	snprintf(moved, sizeof(moved), "%s/moved", folder);
	CHECK(!rename(folder_file(1, 0), moved));
	CHECK(!symlink("moved", folder_file(1, 0)));
	check_refused(s, FOLDER_CLOCK, "symbolic links");
}

static void old(void)
{
	check_refused(some_flows(), FOLDER_CLOCK + GW_MAX_TIMEOUT + 1, "too old");
	check_refused(some_flows(), FOLDER_CLOCK - 1, "too old");
}

static void others_files(void)
{
	static const char *const names[] = { "readme", "flows-1-0", "flows-00000001-00.bak",
					     "flows-00000001-00x", "flows-0000000G-00" };
	struct sample *s = some_flows();
	struct gw_flow_memory_info info;
	char path[160];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		close(open(path, O_CREAT | O_WRONLY, 0600));
	}
	end(folder_find(1, FOLDER_CLOCK, &info), s);
	CHECK_EQUAL(info.refused, 0);
	CHECK_EQUAL(info.flows, FLOWS);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		CHECK(!access(path, F_OK));
	}
}

/* Bytes behind the header are whatever they are. */
static void garbage(void)
{
	uint64_t state = 4711;

	for (int turn = 0; turn < 30; turn++) {
		struct sample *s = some_flows();
		struct gw_flow_memory_info info;
		uint8_t bytes[32768];
		struct gw *gw;
		int fd = open(folder_file(1, 0), O_RDWR);
		uint32_t length = turn ? 64 * 64 + 64 * 6 * 64 : 64 * 64; /* all, or the buckets */

		for (uint32_t i = 0; i < length; i++) /* many bytes 0: then some slots are known */
			bytes[i] = next_random(&state) & 3 ? 0 : (uint8_t)next_random(&state);
		CHECK(fd >= 0 && pwrite(fd, bytes, length, 4096) == length);
		close(fd);
		gw = folder_find(1, FOLDER_CLOCK, &info);
		CHECK_EQUAL(info.adopted, 1);
		if (turn % 3 == 1)
			s->head.buckets = 256;
		if (turn % 3 == 2) {
			s->vips[0].encap = GW_ENCAP_NAT4;
			for (uint32_t i = 0; i < 4; i++) {
				s->servers[i].encap = GW_ENCAP_NAT4;
				s->servers[i].ttl = 0;
			}
			s->ports[0].flags = GW_PORT_SNAT4;
		}
		must_commit(gw, s);
		for (uint32_t i = 0; i < 2000; i++) {
			struct frame f;

			run_flow(gw, i);
			frame_ip4(&f, 0, "10.0.0.1", "203.0.113.7", 6, 80, (uint16_t)i, 0, 20);
			frame_resum(&f);
			run_frame(gw, &f, NULL);
		}
		shown(gw, 64);
		gw_simulate_clock(gw, FOLDER_CLOCK + 1000);
		CHECK_EQUAL(gw->workers[0]->flows.flows, 0);
		end(gw, s);
	}
}

static void folders(void)
{
	struct gw_flow_memory_info info;
	char err[GW_ERR_SIZE], path[160];
	struct gw *gw, *other;

	folder_new();
	gw = folder_find(1, FOLDER_CLOCK, &info);
	CHECK_EQUAL(gw_flow_memory(gw, folder, 0, &info, err), -EBUSY);
	CHECK(strstr(err, "has tables already"));
	CHECK(!gw_simulate(&other, err));
	CHECK_EQUAL(gw_flow_memory(other, folder, 0, &info, err), -EBUSY);
	CHECK(strstr(err, "another program has its flows there"));
	gw_close(gw, NULL); /* and leaves it */
	CHECK(!chmod(folder, 0770));
	CHECK_EQUAL(gw_flow_memory(other, folder, 0, &info, err), -EACCES);
	CHECK(strstr(err, "others may write there"));
	CHECK(!chmod(folder, 0700));
	CHECK_EQUAL(gw_flow_memory(other, "/proc", 0, &info, err), -EINVAL);
	CHECK(strstr(err, "not in memory"));
	CHECK_EQUAL(gw_flow_memory(other, "/dev/shm/none/such", 0, &info, err), -ENOENT);
	snprintf(path, sizeof(path), "%s/link", folder);
	CHECK(!symlink("/dev/shm", path));
	CHECK_EQUAL(gw_flow_memory(other, path, 0, &info, err), -ENOTDIR);
	CHECK(!gw_flow_memory(other, folder, 0, &info, err));
	gw_close(other, NULL);
}

static void discarded(void)
{
	struct sample *s = some_flows();
	struct gw_flow_memory_info info;
	char err[GW_ERR_SIZE];
	struct gw *gw;

	CHECK(!gw_simulate(&gw, err));
	gw_simulate_clock(gw, FOLDER_CLOCK);
	CHECK(!gw_flow_memory(gw, folder, 1, &info, err));
	CHECK_EQUAL(info.adopted + info.inherited + info.flows, 0);
	CHECK_EQUAL(info.refused, 1);
	CHECK_EQUAL(folder_files(), 0);
	end(gw, s);
}

static const struct test tests[] = {
	{ "a header with any wrong field is refused, and forwarding starts anew", headers },
	{ "a file of another length is refused", sizes },
	{ "a foreign file is refused", foreign },
	{ "a table whose clock is far away is refused", old },
	{ "files of other names are left alone", others_files },
	{ "garbage in a table harms nobody", garbage },
	{ "a folder that is in use, or unfit, is refused", folders },
	{ "tables that nobody can explain are thrown away", discarded },
};
MAIN(tests)
