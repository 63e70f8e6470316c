#ifndef AUDIT_QUERY_CPOSTGRESQL_SHIM_H
#define AUDIT_QUERY_CPOSTGRESQL_SHIM_H

#include <libpq-fe.h>

#endif
