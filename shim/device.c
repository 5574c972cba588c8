/* SPDX-License-Identifier: Apache-2.0 */
/* A device of the configuration -> what DPDK calls it. What comes from outside is checked letter by
 * letter before it stands in a driver's argument list, where a comma begins another argument. */
#include <ctype.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#ifdef GW_MLX5
#include <infiniband/verbs.h>
#endif

#include "late.h"
#include "memif.h"
#include "real.h"

/* af_packet's rings, one for each direction and queue: room for a standard frame that grew by the
 * outer headers, and 4096 of them, so that a worker may be away for some milliseconds. */
#define RING_ARGS                                                         \
	"framesz=" RTE_STR(GW_RING_FRAME) ",framecnt=" RTE_STR(GW_RING_FRAMES) \
		",blocksz=" RTE_STR(GW_RING_BLOCK)
/* More, and DPDK's driver writes past the end of an array of its file descriptors. */
#define TAP_QUEUES 4
#define MELLANOX 0x15b3 /* as vendor of a PCI device */
#define KINDS "af_packet:IF, af_xdp:IF, tap:NAME, memif:PATH, pci:ADDRESS, null"

static bool all_of(const char *text, const char *others)
{
	for (; *text; text++)
		if (!isalnum((unsigned char)*text) && !strchr(others, *text))
			return false;
	return true;
}

static int interface_name(struct gw_device *device, const char *name, char *err)
{
	if (!name[0] || strlen(name) >= IFNAMSIZ || !all_of(name, "._-+@"))
		return gw_error(err, EINVAL, "%s: \"%s\" is not the name of an interface",
				device->text, name);
	snprintf(device->port->interface, sizeof(device->port->interface), "%s", name);
	return 0;
}

static int existing_interface(struct gw_device *device, const char *name, char *err)
{
	int fd, rc = interface_name(device, name, err);

	if (rc)
		return rc;
	if (!if_nametoindex(name))
		return gw_error(err, ENODEV, "%s: no interface \"%s\" here", device->text, name);
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (fd < 0 && (errno == EPERM || errno == EACCES))
		return gw_error(err, EPERM, "%s: needs root, or the capability CAP_NET_RAW",
				device->text);
	if (fd >= 0)
		close(fd);
	return 0;
}

static void virtual_name(struct gw_device *device, const char *driver)
{
	snprintf(device->port->bus, sizeof(device->port->bus), "vdev");
	snprintf(device->port->name, sizeof(device->port->name), "%s%u", driver, device->index);
	device->port->software = true;
}

static int parse_af_packet(struct gw_device *device, const char *name, char *err)
{
	int rc = existing_interface(device, name, err);

	virtual_name(device, "net_af_packet");
	device->port->kernel_sends = true;
	snprintf(device->args, sizeof(device->args), "iface=%s,qpairs=%u,qdisc_bypass=1,%s", name,
		 device->queues, RING_ARGS);
	return rc;
}

/* A queue that no worker reads would leave its share of the packets to the kernel. */
static int parse_af_xdp(struct gw_device *device, const char *name, char *err)
{
	int rc = existing_interface(device, name, err);
	uint32_t queues = rc ? 0 : gw_kernel_queues(name);

	if (queues && queues != device->queues)
		return gw_error(err, EINVAL,
				"%s: \"%s\" has %u receive queues, but there are %u workers: make "
				"them equal (ethtool -L %s combined %u)",
				device->text, name, queues, device->queues, name, device->queues);
	virtual_name(device, "net_af_xdp");
	device->port->lends = true;
	snprintf(device->args, sizeof(device->args), "iface=%s,start_queue=0,queue_count=%u", name,
		 device->queues);
	if (!rc)
		rc = gw_late_load(GW_LATE_XDP, device->text, err);
	if (!rc)
		gw_log_take_xdp();
	return rc;
}

static int parse_tap(struct gw_device *device, const char *name, char *err)
{
	int rc = interface_name(device, name, err);

	if (!rc && device->queues > TAP_QUEUES)
		return gw_error(err, EINVAL, "%s: offers %d queues, but there are %u workers",
				device->text, TAP_QUEUES, device->queues);
	if (!rc && access("/dev/net/tun", R_OK | W_OK))
		return gw_error(err, errno, "%s: /dev/net/tun: %s", device->text, strerror(errno));
	virtual_name(device, "net_tap");
	device->port->makes = true;
	snprintf(device->args, sizeof(device->args), "iface=%s", name);
	return rc;
}

static int parse_memif(struct gw_device *device, const char *path, char *err)
{
	if (path[0] != '/' || strlen(path) >= sizeof(((struct sockaddr_un *)0)->sun_path) ||
	    !all_of(path, "/._-+@:"))
		return gw_error(err, EINVAL,
				"%s: \"%s\" is not an absolute path of letters, digits and /._-+@:",
				device->text, path);
	virtual_name(device, "net_memif");
	device->port->joins = true;
	device->port->calls = gw_memif_listens(path);
	if (!device->port->calls)
		gw_memif_clear(path);
	snprintf(device->args, sizeof(device->args), "role=%s,socket=%s,socket-abstract=no",
		 device->port->calls ? "client" : "server", path);
	return 0;
}

/* The driver of these NICs stands upon libraries. What it asked of them when ours was loaded is
 * asked again. */
static int load_mlx5(const char *name, const char *what, char *err)
{
	char path[GW_DEVICE_SIZE + 32];
	unsigned int vendor = 0;
	FILE *file;
	int rc;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/vendor", name);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%x", &vendor) != 1)
		vendor = 0;
	fclose(file);
	if (vendor != MELLANOX)
		return 0;
	rc = gw_late_load(GW_LATE_MLX5, what, err);
#ifdef GW_MLX5
	if (!rc)
		ibv_fork_init();
#endif
	return rc;
}

static int parse_pci(struct gw_device *device, const char *address, char *err)
{
	unsigned int domain, bus, slot, function;
	int end = 0;

	if (sscanf(address, "%4x:%2x:%2x.%1x%n", &domain, &bus, &slot, &function, &end) != 4 ||
	    address[end])
		return gw_error(err, EINVAL, "%s: \"%s\" is not a PCI address like 0000:01:00.0",
				device->text, address);
	if (!device->use_pci)
		return gw_error(err, EINVAL,
				"%s: the program was started without PCI devices; restart it with "
				"this interface in its configuration",
				device->text);
	snprintf(device->port->bus, sizeof(device->port->bus), "pci");
	snprintf(device->port->name, sizeof(device->port->name), "%04x:%02x:%02x.%x", domain, bus,
		 slot, function);
	return load_mlx5(device->port->name, device->text, err);
}

static int parse_null(struct gw_device *device, const char *rest, char *err)
{
	if (rest[0])
		return gw_error(err, EINVAL, "%s: null takes nothing behind it", device->text);
	virtual_name(device, "net_null");
	snprintf(device->args, sizeof(device->args), "no-rx=1");
	return 0;
}

static const struct {
	const char *name;
	int (*parse)(struct gw_device *device, const char *rest, char *err);
} kinds[] = {
	{ "af_packet", parse_af_packet }, { "af_xdp", parse_af_xdp }, { "tap", parse_tap },
	{ "memif", parse_memif },	  { "pci", parse_pci },	      { "null", parse_null },
};

int gw_device_parse(struct gw_device *device, char *err)
{
	const char *text = device->text, *colon = strchrnul(text, ':');
	size_t length = (size_t)(colon - text);

	if (strlen(text) >= GW_DEVICE_SIZE)
		return gw_error(err, EINVAL, "The device \"%.32s...\" is longer than %d letters",
				text, GW_DEVICE_SIZE - 1);
	snprintf(device->port->device, sizeof(device->port->device), "%s", text);
	for (size_t i = 0; i < RTE_DIM(kinds); i++)
		if (strlen(kinds[i].name) == length && !memcmp(kinds[i].name, text, length))
			return kinds[i].parse(device, *colon ? colon + 1 : "", err);
	return gw_error(err, EINVAL, "\"%s\": no such kind of device; there are %s", text, KINDS);
}
