/* SPDX-License-Identifier: Apache-2.0 */
/* The two functions of libbsd that Debian's DPDK calls, so that libbsd need not be there at run
 * time. Hidden: nobody else sees them. */
#include <stddef.h>
#include <string.h>

size_t strlcpy(char *to, const char *from, size_t size);
size_t strlcat(char *to, const char *from, size_t size);

size_t strlcpy(char *to, const char *from, size_t size)
{
	size_t length = strlen(from);

	if (size == 0)
		return length;
	size_t kept = length < size ? length : size - 1;

	memcpy(to, from, kept);
	to[kept] = '\0';
	return length;
}

size_t strlcat(char *to, const char *from, size_t size)
{
	size_t start = strnlen(to, size);

	if (start == size)
		return size + strlen(from);
	return start + strlcpy(to + start, from, size - start);
}
