/* SPDX-License-Identifier: Apache-2.0 */
/* What the library was built of. */
#include <rte_version.h>

#include "guideway.h"

GW_API const char *gw_dpdk(void)
{
	return rte_version();
}

GW_API const char *gw_drivers(void)
{
	return GW_DRIVERS;
}
