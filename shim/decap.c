/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "decap.h"
#include "error.h"

#define LOOK_AT_STOP_MS 100
#define BATCH 64

/* What stands before that which the tunnel adds. */
static size_t outer_length(const struct gw_decap *decap, int which, size_t length)
{
	size_t header = gw_decap_outer(which) ? (decap->packet[0] & 15u) * 4u : 0;

	return header <= length ? header : length;
}

/* Hands on what waits at a socket; -errno when the tun device is gone. */
static int drain(struct gw_decap *decap, int which, uint64_t *packets)
{
	for (int i = 0; i < BATCH; i++) {
		ssize_t got = recv(decap->sockets[which].fd, decap->packet, sizeof(decap->packet),
				   MSG_DONTWAIT);
		size_t header;
		int at;

		if (got < 0)
			return 0;
		header = outer_length(decap, which, (size_t)got);
		at = gw_decap_inner(gw_decap_tunnel(which), decap->packet + header,
				    (size_t)got - header);
		if (at < 0)
			continue;
		header += (size_t)at;
		if (write(decap->tun, decap->packet + header, (size_t)got - header) >= 0)
			__atomic_fetch_add(packets, 1, __ATOMIC_RELAXED);
		else if (errno == EBADFD || errno == ENODEV)
			return -errno;
	}
	return 0;
}

static int loop(struct gw_decap *decap, const char *tun, const volatile uint32_t *stop,
		uint64_t *packets, char *err)
{
	while (!*stop) {
		if (poll(decap->sockets, GW_DECAP_SOCKETS, LOOK_AT_STOP_MS) < 0 && errno != EINTR)
			return gw_error(err, errno, "Waiting for packets: %s", strerror(errno));
		for (int i = 0; i < GW_DECAP_SOCKETS; i++) {
			int rc = decap->sockets[i].revents ? drain(decap, i, packets) : 0;

			if (rc)
				return gw_error(err, -rc, "The tun device %s is gone", tun);
		}
	}
	return 0;
}

int gw_decap(const char *tun, uint16_t gue_port, const volatile uint32_t *stop, uint64_t *packets,
	     char *err)
{
	struct gw_decap decap;
	int rc = gw_decap_open(&decap, tun, gue_port, err);

	if (rc)
		return rc;
	rc = loop(&decap, tun, stop, packets, err);
	gw_decap_close(&decap);
	return rc;
}
