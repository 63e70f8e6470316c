#ifndef AUDIT_QUERY_CZSTANDARD_SHIM_H
#define AUDIT_QUERY_CZSTANDARD_SHIM_H

#include <zstd.h>
#include <zstd_errors.h>

#endif
