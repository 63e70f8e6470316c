#ifndef AUDIT_QUERY_CSQLITE_SHIM_H
#define AUDIT_QUERY_CSQLITE_SHIM_H

#include <sqlite3.h>

// sqlite3_config is variadic, so Swift does not see it.
static inline int csqlite_set_memory_statistics(int are_kept) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, are_kept);
}

#endif
