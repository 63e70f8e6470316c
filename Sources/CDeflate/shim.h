#ifndef AUDIT_QUERY_CDEFLATE_SHIM_H
#define AUDIT_QUERY_CDEFLATE_SHIM_H

#include <libdeflate.h>

#endif
