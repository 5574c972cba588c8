/* SPDX-License-Identifier: Apache-2.0 */
/* Libraries that only some ports need: loaded when the first such port opens, so that the program
 * starts without them. */
#ifndef GW_LATE_H
#define GW_LATE_H

enum gw_late { GW_LATE_XDP, GW_LATE_MLX5, GW_LATE_COUNT };

/* Loads the libraries, once. -ENOENT and err, which begins with `what`, when one is missing. Until
 * then each of their functions returns 0. */
int gw_late_load(enum gw_late kind, const char *what, char *err);

#endif
