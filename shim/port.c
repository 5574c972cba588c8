/* SPDX-License-Identifier: Apache-2.0 */
/* One port: a receive and a transmit queue for each worker. */
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "memif.h"
#include "real.h"
#include "xdp_socket.h"

#if RTE_VERSION < RTE_VERSION_NUM(22, 11, 0, 0)
#error "DPDK 22.11 or later is needed"
#endif

static int check_queues(const struct gw_port *port, const struct rte_eth_dev_info *can,
			uint32_t queues, char *err)
{
	uint32_t most = RTE_MIN(can->max_rx_queues, can->max_tx_queues);

	if (queues <= most)
		return 0;
	return gw_error(err, EINVAL, "%s: offers %u queues, but there are %u workers", port->device,
			most, queues);
}

static int configure(const struct gw_port *port, uint32_t queues, char *err)
{
	struct rte_eth_conf conf = { 0 };
	struct rte_eth_dev_info can;
	uint16_t rx = GW_DESCRIPTORS, tx = GW_DESCRIPTORS;
	int rc = rte_eth_dev_info_get(port->dpdk, &can);

	if (!rc)
		rc = check_queues(port, &can, queues, err);
	if (rc)
		return rc;
	conf.txmode.offloads = can.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
	conf.rx_adv_conf.rss_conf.rss_hf = can.flow_type_rss_offloads &
					   (RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP);
	if (queues > 1 && conf.rx_adv_conf.rss_conf.rss_hf)
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
	else
		conf.rx_adv_conf.rss_conf.rss_hf = 0;
	rc = rte_eth_dev_configure(port->dpdk, (uint16_t)queues, (uint16_t)queues, &conf);
	if (!rc)
		rc = rte_eth_dev_adjust_nb_rx_tx_desc(port->dpdk, &rx, &tx);
	for (uint16_t q = 0; q < queues && !rc; q++) {
		rc = rte_eth_rx_queue_setup(port->dpdk, q, rx, rte_eth_dev_socket_id(port->dpdk),
					    NULL, port->pools[port->lends]);
		if (!rc)
			rc = rte_eth_tx_queue_setup(port->dpdk, q, tx,
						    rte_eth_dev_socket_id(port->dpdk), NULL);
	}
	return rc ? rc : rte_eth_dev_start(port->dpdk);
}

/* A driver's socket or file belongs to the interface of then, not to its name. */
static enum gw_held held(struct gw_port *port)
{
	uint32_t now = port->interface[0] ? if_nametoindex(port->interface) : 0;

	port->gone |= now != port->ifindex;
	if (!port->gone)
		return GW_HELD;
	return now || port->makes ? GW_HELD_REPLACED : GW_HELD_GONE;
}

/* A client that lost its server, where another one waits for it. */
static bool could_call(struct gw_port *port)
{
	struct rte_eth_link link;

	if (!port->calls || rte_eth_link_get_nowait(port->dpdk, &link))
		return false;
	if (link.link_status == RTE_ETH_LINK_UP)
		port->answered = true;
	return link.link_status != RTE_ETH_LINK_UP && port->answered &&
	       gw_memif_listens(strchr(port->device, ':') + 1);
}

/* Over af_packet no packet is larger than its rings take, whatever the interface does. */
static int ask_kernel(const struct gw_port *port, struct gw_port_info *info)
{
	int rc = gw_kernel_interface(port->interface, info);

	if (!rc && port->kernel_sends && info->mtu > GW_RING_MTU)
		info->mtu = GW_RING_MTU;
	return rc;
}

/* af_packet's driver does not count it; its sockets do. */
static uint64_t missed(const struct gw_port *port)
{
	struct rte_eth_stats stats;

	if (port->kernel_sends)
		return gw_missed_at(port->ifindex);
	return rte_eth_stats_get(port->dpdk, &stats) ? 0 : stats.imissed;
}

void gw_port_describe(struct gw_port *port, uint32_t index, struct gw_port_info *info)
{
	struct rte_eth_dev_info device;
	struct rte_ether_addr mac;
	struct rte_eth_link link;

	memset(info, 0, sizeof(*info));
	info->index = index;
	if (!rte_eth_dev_info_get(port->dpdk, &device))
		snprintf(info->driver, sizeof(info->driver), "%s", device.driver_name);
	if (!rte_eth_macaddr_get(port->dpdk, &mac))
		memcpy(info->mac, mac.addr_bytes, sizeof(info->mac));
	rte_eth_dev_get_mtu(port->dpdk, &info->mtu);
	info->missed = missed(port);
	info->held = could_call(port) ? GW_HELD_REPLACED : held(port);
	if (info->held != GW_HELD)
		return;
	if (port->interface[0]) {
		ask_kernel(port, info);
		return;
	}
	if (rte_eth_link_get_nowait(port->dpdk, &link))
		return;
	info->link_up = link.link_status == RTE_ETH_LINK_UP;
	info->link_mbps = link.link_speed == RTE_ETH_SPEED_NUM_UNKNOWN ? 0 : link.link_speed;
}

void gw_port_refresh(struct gw_port *port)
{
	struct gw_port_info now = { 0 };

	if (port->kernel_sends && !ask_kernel(port, &now))
		atomic_store_explicit(&port->mtu, now.mtu, memory_order_relaxed);
}

void gw_port_unmerge(struct gw_port *port)
{
	if (port->kernel_sends)
		port->unmerged |= gw_kernel_set_merging(port->interface,
							GW_MERGE_GRO | GW_MERGE_LRO, false);
}

/* The buffers stay: other ports may still send some of them. */
static void forget(struct gw_port *port)
{
	struct gw_port empty = { .pools = { port->pools[0], port->pools[1] } };

	*port = empty;
}

static void detach(struct gw_port *port, bool has_dpdk)
{
	if (has_dpdk) {
		rte_eth_dev_stop(port->dpdk);
		rte_eth_dev_close(port->dpdk);
	}
	if (port->lends)
		gw_xdp_close(port->dpdk);
	if (port->joins)
		gw_memif_close(strchr(port->device, ':') + 1);
	rte_eal_hotplug_remove(port->bus, port->name);
	if (port->unmerged && held(port) == GW_HELD)
		gw_kernel_set_merging(port->interface, port->unmerged, true);
	forget(port);
}

/* DPDK's, for drivers: its header is not among those that are installed. */
struct rte_eth_dev *rte_eth_dev_allocated(const char *name);
int rte_eth_dev_release_port(struct rte_eth_dev *port);

/* memif's driver keeps what it began with when it fails, and then the name is taken. */
static void give_up(const char *name)
{
	struct rte_eth_dev *begun = rte_eth_dev_allocated(name);

	if (begun)
		rte_eth_dev_release_port(begun);
}

static int attach(const struct gw_real *real, struct gw_port *port, struct gw_device *device,
		  char *err)
{
	int rc = rte_eal_hotplug_add(port->bus, port->name, device->args);

	if (rc) {
		give_up(port->name);
		return rc;
	}
	rc = rte_eth_dev_get_port_by_name(port->name, &port->dpdk);
	if (!rc)
		rc = gw_pool_make(real, port, device->index, err);
	if (!rc)
		rc = configure(port, device->queues, err);
	if (port->lends)
		gw_xdp_keep(port->dpdk);
	if (rc)
		detach(port, rte_eth_dev_get_port_by_name(port->name, &port->dpdk) == 0);
	return rc;
}

int gw_port_start(struct gw_real *real, uint32_t index, const char *text, char *err)
{
	struct gw_port *port = &real->ports[index];
	struct gw_device device = { .text = text,
				    .index = index,
				    .queues = real->gw.workers_count,
				    .use_pci = real->use_pci,
				    .port = port };
	const char *reason;
	int rc;

	forget(port);
	rc = gw_device_parse(&device, err);
	if (rc)
		return rc;
	if (port->kernel_sends)
		gw_sockets_have(device.queues);
	err[0] = '\0';
	gw_log_begin();
	rc = attach(real, port, &device, err);
	reason = gw_log_end();
	if (rc && !err[0])
		return gw_error(err, -rc, "%s: %s (%s)", text, strerror(-rc), reason);
	if (rc)
		return rc;
	port->ifindex = port->interface[0] ? if_nametoindex(port->interface) : 0;
	gw_port_refresh(port);
	gw_port_unmerge(port);
	port->open = true;
	return 0;
}

void gw_port_stop(struct gw_port *port)
{
	detach(port, true);
}
