/* SPDX-License-Identifier: Apache-2.0 */
/* The sentence that goes with -errno. */
#ifndef GW_ERROR_H
#define GW_ERROR_H

#include <stdarg.h>
#include <stdio.h>

#include "guideway.h"

/* Writes the sentence (err may be NULL) and returns -code. */
__attribute__((format(printf, 3, 4))) static inline int gw_error(char *err, int code,
								 const char *format, ...)
{
	va_list args;

	if (!err)
		return -code;
	va_start(args, format);
	vsnprintf(err, GW_ERR_SIZE, format, args);
	va_end(args);
	return -code;
}

#endif
