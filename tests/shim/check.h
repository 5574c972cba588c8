/* SPDX-License-Identifier: Apache-2.0 */
/* What every C test starts from. A test program is a list of sentences, each with a function; it
 * prints "ok" lines and ends with 0, or says which check failed and ends with 1. */
#ifndef GW_TEST_CHECK_H
#define GW_TEST_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
			exit(1); \
		} \
	} while (0)

#define CHECK_EQUAL(got, wanted) \
	do { \
		unsigned long long got_ = (got), wanted_ = (wanted); \
		if (got_ != wanted_) { \
			fprintf(stderr, "%s:%d: %s is %llu, not %s (%llu)\n", __FILE__, __LINE__, \
				#got, got_, #wanted, wanted_); \
			exit(1); \
		} \
	} while (0)

struct test {
	const char *sentence;
	void (*run)(void);
};

static inline int run_tests(const struct test *tests, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		tests[i].run();
		printf("ok %zu - %s\n", i + 1, tests[i].sentence);
		fflush(stdout);
	}
	return 0;
}

#define MAIN(tests) \
	int main(void) \
	{ \
		return run_tests(tests, sizeof(tests) / sizeof((tests)[0])); \
	}

/* A fixed sequence, so that a failure repeats. */
static inline uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

#endif
