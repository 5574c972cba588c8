/* SPDX-License-Identifier: Apache-2.0 */
/* Flows outlive the process: the next one finds them, whatever changed meanwhile. */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "flow_folder.h"

#define FLOWS 500

static uint32_t servers[FLOWS];

static void begin_flows(struct gw *gw)
{
	for (uint32_t i = 0; i < FLOWS; i++)
		servers[i] = folder_send(gw, i % gw->workers_count, i, GW_BY_TABLE);
}

/* Each flow goes on at its server, at its worker. */
static void check_flows(struct gw *gw)
{
	for (uint32_t i = 0; i < FLOWS; i++)
		CHECK_EQUAL(folder_send(gw, i % gw->workers_count, i, GW_BY_FLOW), servers[i]);
	CHECK_EQUAL(folder_flows(gw), FLOWS);
}

static void next_process(void)
{
	struct sample *s = one_vip(4, 1024);
	struct gw_flow_memory_info info;
	struct gw *gw;

	folder_new();
	gw = folder_start(s, 2, &info);
	CHECK_EQUAL(info.adopted + info.inherited + info.refused, 0);
	begin_flows(gw);
	for (int turn = 0; turn < 3; turn++) {
		gw_close(gw, NULL);
		CHECK_EQUAL(folder_files(), 2);
		all_to(s, 1);
		gw = folder_start(s, 2, &info);
		CHECK_EQUAL(info.adopted, 2);
		CHECK_EQUAL(info.inherited + info.refused, 0);
		CHECK_EQUAL(info.flows, FLOWS);
		check_flows(gw);
	}
	CHECK_EQUAL(folder_send(gw, 0, 2 * FLOWS, GW_BY_TABLE), 1);
	end(gw, s);
}

/* Killed in the middle of its traffic, again and again. */
static void killed(void)
{
	struct sample *s = one_vip(4, 1024);
	struct gw *gw;

	folder_new();
	for (uint32_t turn = 0; turn < 10; turn++) {
		pid_t child = fork();
		int status;

		CHECK(child >= 0);
		if (!child) {
			gw = folder_start(s, 1, NULL);
			for (uint32_t i = 0;; i++)
				run_flow(gw, (turn * 7919 + i * 31) % 6000);
		}
		usleep(20000 + 3000 * turn);
		CHECK(!kill(child, SIGKILL) && waitpid(child, &status, 0) == child);
		CHECK(WIFSIGNALED(status));
	}
	gw = folder_start(s, 1, NULL);
	CHECK(folder_flows(gw) > 100);
	check_gauges(gw->workers[0]);
	end(gw, s);
}

static void ended_meanwhile(void)
{
	struct sample *s = one_vip(4, 1024);
	struct gw_flow_memory_info info;
	struct gw *gw;

	folder_new();
	gw = folder_start(s, 1, NULL);
	begin_flows(gw);
	gw_close(gw, NULL);
	gw = folder_find(1, FOLDER_CLOCK + s->head.timeout + 1, &info);
	CHECK_EQUAL(info.flows, FLOWS);
	must_commit(gw, s);
	folder_send(gw, 0, 1, GW_BY_TABLE);
	gw_flow_sweep(gw->workers[0], gw->snapshot, 1024);
	CHECK_EQUAL(folder_flows(gw), 1);
	end(gw, s);
}

/* Server 4 is gone for good, as one is that was flushed; of 3, which was only removed, its flows
 * are left. */
static void servers_change(void)
{
	struct sample *s = one_vip(4, 1024);
	struct gw *gw;

	folder_new();
	gw = folder_start(s, 1, NULL);
	begin_flows(gw);
	gw_close(gw, NULL);
	all_to(s, 1);
	s->head.servers_count = 3;
	gw = folder_start(s, 1, NULL);
	for (uint32_t i = 0; i < FLOWS; i++)
		CHECK_EQUAL(folder_send(gw, 0, i, servers[i] == 4 ? GW_BY_TABLE : GW_BY_FLOW),
			    servers[i] == 4 ? 1 : servers[i]);
	gw_flow_sweep(gw->workers[0], gw->snapshot, 1024);
	CHECK_EQUAL(folder_flows(gw), FLOWS);
	end(gw, s);
}

static void table_changes(void)
{
	struct sample *s = one_vip(4, 1024);
	struct gw_flow_memory_info info;
	struct gw *gw;

	folder_new();
	gw = folder_start(s, 2, NULL);
	begin_flows(gw);
	for (uint32_t turn = 0; turn < 4; turn++) {
		static const uint32_t buckets[] = { 4096, 256, 1u << 16, 1024 };

		gw_close(gw, NULL);
		s->head.buckets = buckets[turn];
		s->head.hash_key[3] = (uint8_t)(turn / 2); /* and another hash */
		gw = folder_start(s, 2, &info);
		CHECK_EQUAL(info.adopted, 2);
		check_flows(gw);
		CHECK_EQUAL(folder_files(), 2);
		s->head.buckets *= 2; /* and while it runs */
		must_commit(gw, s);
		check_flows(gw);
		CHECK_EQUAL(folder_files(), 2);
	}
	end(gw, s);
}

/* The VIP's flows are hashed in another way by now. */
static void begins_to_translate(void)
{
	struct sample *s = one_vip(4, 1024);
	struct gw *gw;

	folder_new();
	gw = folder_start(s, 1, NULL);
	begin_flows(gw);
	for (int turn = 0; turn < 2; turn++) {
		uint8_t encap = turn ? GW_ENCAP_GRE4 : GW_ENCAP_NAT4;

		gw_close(gw, NULL);
		s->vips[0].encap = encap;
		for (uint32_t i = 0; i < s->head.servers_count; i++) {
			s->servers[i].encap = encap;
			s->servers[i].ttl = turn ? 64 : 0;
		}
		gw = folder_start(s, 1, NULL);
		check_flows(gw);
	}
	end(gw, s);
}

/* No file may grow beyond 4 MB, as if the folder were full. */
static void refused_commit(void)
{
	struct rlimit limit, small = { .rlim_cur = 4 << 20 };
	struct sample *s = one_vip(4, 1024);
	char err[GW_ERR_SIZE];
	uint64_t length;
	uint8_t *image;
	struct gw *gw;

	folder_new();
	gw = folder_start(s, 1, NULL);
	begin_flows(gw);
	s->head.buckets = 65536;
	image = sample_encode(s, &length);
	CHECK(!getrlimit(RLIMIT_FSIZE, &limit));
	small.rlim_max = limit.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	CHECK(!setrlimit(RLIMIT_FSIZE, &small));
	CHECK_EQUAL(gw_commit(gw, image, length, err), -EFBIG);
	CHECK(!setrlimit(RLIMIT_FSIZE, &limit));
	CHECK(strstr(err, "no room") && strstr(err, "--flow-memory"));
	free(image);
	CHECK_EQUAL(folder_files(), 1);
	check_flows(gw);
	end(gw, s);
}

static const struct test tests[] = {
	{ "the next process has each flow at its server, whatever the table says now",
	  next_process },
	{ "a process that is killed leaves tables that are whole", killed },
	{ "flows whose time was over meanwhile have ended", ended_meanwhile },
	{ "flows of a removed server stay, those of an absent one have ended", servers_change },
	{ "flows stay with another number of buckets and another hash key", table_changes },
	{ "flows stay when their VIP begins to translate meanwhile, or ceases to",
	  begins_to_translate },
	{ "a table that finds no room is refused, and the old one goes on", refused_commit },
};
MAIN(tests)
