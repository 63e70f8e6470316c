// libpq's own time for the rows of a page: the newest records of a user in a store of audit-query, along the index of users
// (docs/decisions/0084), in binary form, by one statement that is prepared once. Every column is looked at. Prints the median of the
// microseconds that a page takes.
//
// usage: postgresql-rows DATABASE USER RECORDS SECONDS      (PGHOST and PGUSER say where and as whom)

#include <arpa/inet.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "times.h"

#define COLUMNS 7

static PGconn *connection;

static void fail(const char *what) {
    fprintf(stderr, "postgresql-rows: %s: %s\n", what, PQerrorMessage(connection));
    exit(70);
}

static void prepare(void) {
    // So are the service's statements planned: once, along an index.
    PGresult *result = PQexec(connection, "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; "
                                          "SET enable_bitmapscan = off; SET enable_sort = off; SET jit = off");
    if (PQresultStatus(result) != PGRES_COMMAND_OK) fail("SET");
    PQclear(result);
    result = PQprepare(connection, "page",
                       "SELECT instant, nanoseconds, audit_id, system_id, user_id, resource_id, attributes "
                       "FROM audit_query.records WHERE user_id = $1::text AND instant >= $2::timestamptz "
                       "ORDER BY instant DESC, nanoseconds DESC, audit_id DESC, system_id DESC LIMIT $3::int4",
                       0, NULL);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) fail("PREPARE");
    PQclear(result);
}

int main(int count, char **arguments) {
    if (count != 5) {
        fprintf(stderr, "usage: postgresql-rows DATABASE USER RECORDS SECONDS\n");
        return 64;
    }
    const char *keywords[] = {"dbname", NULL}, *values[] = {arguments[1], NULL};
    connection = PQconnectdbParams(keywords, values, 0);
    if (PQstatus(connection) != CONNECTION_OK) fail("connecting");
    prepare();
    // One record more tells whether there is another page, as the service asks.
    int wanted = atoi(arguments[3]) + 1;
    uint32_t limit = htonl(wanted), start[2] = {0, 0};
    const char *parameters[] = {arguments[2], (const char *)start, (const char *)&limit};
    const int lengths[] = {strlen(arguments[2]), sizeof start, sizeof limit}, formats[] = {1, 1, 1};
    static double times[1 << 20];
    int turns = 0;
    size_t bytes = 0;
    double end = microseconds() + atof(arguments[4]) * 1e6;
    while (turns < 1 << 20 && microseconds() < end) {
        double before = microseconds();
        // So many microseconds after the year 2000 began.
        start[1] = htonl(turns);
        PGresult *result = PQexecPrepared(connection, "page", 3, parameters, lengths, formats, 1);
        if (PQresultStatus(result) != PGRES_TUPLES_OK) fail("EXECUTE");
        if (PQntuples(result) != wanted || PQnfields(result) != COLUMNS) fail("the page is not full");
        for (int row = 0; row < wanted; row++) {
            for (int column = 0; column < COLUMNS; column++) {
                if (PQgetvalue(result, row, column) != NULL) bytes += PQgetlength(result, row, column);
            }
        }
        PQclear(result);
        times[turns++] = microseconds() - before;
    }
    printf("%.0f\n", median(times, turns));
    return bytes == 0;
}
