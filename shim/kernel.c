/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel says of an interface of its own: DPDK's software drivers tell fixed values. */
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/ethtool.h>
#include <linux/sockios.h>

#include "real.h"

static int ask(const char *name, unsigned long what, struct ifreq *request)
{
	int rc = 0, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	strncpy(request->ifr_name, name, IFNAMSIZ - 1);
	if (ioctl(fd, what, request))
		rc = -errno;
	close(fd);
	return rc;
}

static uint32_t speed(const char *name)
{
	struct ethtool_cmd command = { .cmd = ETHTOOL_GSET };
	struct ifreq request = { .ifr_data = (char *)&command };
	uint32_t mbps;

	if (ask(name, SIOCETHTOOL, &request))
		return 0;
	mbps = ethtool_cmd_speed(&command);
	return mbps == (uint32_t)SPEED_UNKNOWN ? 0 : mbps;
}

int gw_kernel_interface(const char *name, struct gw_port_info *info)
{
	struct ifreq flags = { 0 }, mtu = { 0 }, mac = { 0 };
	int rc = ask(name, SIOCGIFFLAGS, &flags);

	if (rc)
		return rc;
	info->link_up = (flags.ifr_flags & IFF_UP) && (flags.ifr_flags & IFF_RUNNING);
	if (!ask(name, SIOCGIFMTU, &mtu))
		info->mtu = mtu.ifr_mtu > UINT16_MAX ? UINT16_MAX : (uint16_t)mtu.ifr_mtu;
	if (!ask(name, SIOCGIFHWADDR, &mac))
		memcpy(info->mac, mac.ifr_hwaddr.sa_data, sizeof(info->mac));
	info->link_mbps = speed(name);
	return 0;
}

uint32_t gw_kernel_queues(const char *name)
{
	struct ethtool_channels channels = { .cmd = ETHTOOL_GCHANNELS };
	struct ifreq request = { .ifr_data = (char *)&channels };

	if (ask(name, SIOCETHTOOL, &request))
		return 0;
	return channels.combined_count + channels.rx_count;
}

/* Reads or writes one on-off value of ethtool; -errno. */
static int toggle(const char *name, uint32_t command, uint32_t *value)
{
	struct ethtool_value data = { .cmd = command, .data = *value };
	struct ifreq request = { .ifr_data = (char *)&data };
	int rc = ask(name, SIOCETHTOOL, &request);

	if (!rc)
		*value = data.data;
	return rc;
}

static bool set_flag(const char *name, uint32_t get, uint32_t set, uint32_t flag, bool on)
{
	uint32_t value = 0;

	if (toggle(name, get, &value) || !!(value & flag) == on)
		return false;
	value = on ? value | flag : value & ~flag;
	return !toggle(name, set, &value);
}

uint32_t gw_kernel_set_merging(const char *name, uint32_t which, bool on)
{
	uint32_t changed = 0;

	if (which & GW_MERGE_GRO && set_flag(name, ETHTOOL_GGRO, ETHTOOL_SGRO, 1, on))
		changed |= GW_MERGE_GRO;
	if (which & GW_MERGE_LRO &&
	    set_flag(name, ETHTOOL_GFLAGS, ETHTOOL_SFLAGS, ETH_FLAG_LRO, on))
		changed |= GW_MERGE_LRO;
	return changed;
}
