#ifndef AUDIT_QUERY_CMALLOC_SHIM_H
#define AUDIT_QUERY_CMALLOC_SHIM_H

#include <malloc.h>

#endif
