/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Makefile lists in late_names.h which functions of which libraries DPDK's drivers call. Each
 * gets a stand-in here, a jump to where its pointer leads: first to `absent`, then to the library.
 * A jump passes on all arguments, whatever they are.
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "late.h"

#if defined(__x86_64__)
#define JUMP(at) "endbr64\n jmp *" at "(%rip)\n"
#elif defined(__aarch64__)
#define JUMP(at) "adrp x16, " at "\n ldr x16, [x16, #:lo12:" at "]\n br x16\n"
#endif

void *gw_late_absent(void);

void *gw_late_absent(void)
{
	errno = ENOSYS;
	return NULL;
}

#define LIBRARY(kind, soname)
#define FUNCTION(kind, name)                                                                   \
	extern void *gw_late_##name;                                                           \
	void *gw_late_##name = (void *)gw_late_absent;                                         \
	__asm__(".pushsection .text." #name ", \"ax\", %progbits\n"                            \
		".globl " #name "\n .hidden " #name "\n .type " #name ", %function\n"          \
		".balign 16\n" #name ":\n" JUMP("gw_late_" #name) ".size " #name ", . - " #name \
		"\n.popsection\n");
#include "late_names.h"
#undef FUNCTION
#undef LIBRARY

struct library {
	enum gw_late kind;
	const char *soname;
};

struct function {
	enum gw_late kind;
	const char *name;
	void **at;
};

/* The empty ones at the end are for a build without any. */
static const struct library libraries[] = {
#define LIBRARY(kind, soname) { GW_LATE_##kind, soname },
#define FUNCTION(kind, name)
#include "late_names.h"
#undef FUNCTION
#undef LIBRARY
	{ GW_LATE_COUNT, NULL },
};

static const struct function functions[] = {
#define LIBRARY(kind, soname)
#define FUNCTION(kind, name) { GW_LATE_##kind, #name, &gw_late_##name },
#include "late_names.h"
#undef FUNCTION
#undef LIBRARY
	{ GW_LATE_COUNT, NULL, NULL },
};

/* Debian's packages that bring them. */
static const char *const packages[] = {
	[GW_LATE_XDP] = "libxdp1",
	[GW_LATE_MLX5] = "ibverbs-providers",
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool loaded[GW_LATE_COUNT];

/* Never closed: drivers keep what they got from it. */
static int load(const struct library *library, const char *what, char *err)
{
	void *handle = dlopen(library->soname, RTLD_NOW);

	if (!handle)
		return gw_error(err, ENOENT,
				"%s: needs a library (on Debian: apt-get install %s): %s", what,
				packages[library->kind], dlerror());
	for (const struct function *one = functions; one->name; one++) {
		void *symbol = one->kind == library->kind ? dlsym(handle, one->name) : NULL;

		if (symbol)
			*one->at = symbol;
	}
	return 0;
}

static int load_all(enum gw_late kind, const char *what, char *err)
{
	int rc = 0;

	for (const struct library *one = libraries; one->soname && !rc; one++)
		if (one->kind == kind)
			rc = load(one, what, err);
	for (const struct function *one = functions; one->name && !rc; one++)
		if (one->kind == kind && *one->at == (void *)gw_late_absent)
			rc = gw_error(err, ENOENT, "%s: a library here is too old: it lacks %s",
				      what, one->name);
	return rc;
}

int gw_late_load(enum gw_late kind, const char *what, char *err)
{
	int rc = 0;

	pthread_mutex_lock(&lock);
	if (!loaded[kind])
		rc = load_all(kind, what, err);
	loaded[kind] |= !rc;
	pthread_mutex_unlock(&lock);
	return rc;
}
