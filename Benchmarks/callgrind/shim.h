#ifndef AUDIT_QUERY_CCALLGRIND_SHIM_H
#define AUDIT_QUERY_CCALLGRIND_SHIM_H

// Requests to callgrind are macros. Without valgrind's headers, or outside valgrind, they do nothing.
#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#define CCALLGRIND_REQUEST(request) request
#else
#define CCALLGRIND_REQUEST(request) ((void)0)
#endif

static inline void ccallgrind_start(void) { CCALLGRIND_REQUEST(CALLGRIND_START_INSTRUMENTATION); }

static inline void ccallgrind_stop(void) { CCALLGRIND_REQUEST(CALLGRIND_STOP_INSTRUMENTATION); }

// Writes what was counted since the last time, under a name.
static inline void ccallgrind_dump(const char *name) {
    (void)name;
    CCALLGRIND_REQUEST(CALLGRIND_DUMP_STATS_AT(name));
}

#endif
