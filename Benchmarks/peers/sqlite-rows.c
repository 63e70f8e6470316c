// SQLite's own time for the rows of a page: the newest records of a user in a store of audit-query (docs/decisions/0055), each system's by the
// index, merged by SQLite. Statements are prepared once, and every column is looked at. Prints the microseconds that a page takes.
//
// usage: sqlite-rows FILE USER RECORDS SECONDS

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "times.h"

#define MOST_SYSTEMS 32

static sqlite3 *database;

static void fail(const char *what) {
    fprintf(stderr, "sqlite-rows: %s: %s\n", what, sqlite3_errmsg(database));
    exit(70);
}

static sqlite3_stmt *prepared(const char *text) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v3(database, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) fail(text);
    return statement;
}

// The user has a number in each system: one index run for each, which SQLite merges.
static sqlite3_stmt *page_of(const char *user) {
    static char text[16384];
    int end = 0, count = 0;
    sqlite3_stmt *numbers = prepared("SELECT id FROM users WHERE system IN (SELECT id FROM systems) AND name = ?1");
    sqlite3_bind_text(numbers, 1, user, -1, SQLITE_STATIC);
    while (sqlite3_step(numbers) == SQLITE_ROW) {
        if (++count > MOST_SYSTEMS) fail("too many systems");
        end += snprintf(text + end, sizeof text - end,
                        "%sSELECT instant, nanoseconds, audit_id, systems.name, users.name, resources.name, attributes "
                        "FROM entries INDEXED BY entries_by_user CROSS JOIN systems ON systems.id = entries.system "
                        "CROSS JOIN users ON users.id = entries.user CROSS JOIN resources ON resources.id = resource "
                        "WHERE user = %d AND instant >= ?1 ",
                        count > 1 ? "UNION ALL " : "", sqlite3_column_int(numbers, 0));
    }
    if (count == 0) fail("there is no such user");
    sqlite3_finalize(numbers);
    snprintf(text + end, sizeof text - end, "ORDER BY 1 DESC, 2 DESC, 3 DESC LIMIT ?2");
    return prepared(text);
}

int main(int count, char **arguments) {
    if (count != 5) {
        fprintf(stderr, "usage: sqlite-rows FILE USER RECORDS SECONDS\n");
        return 64;
    }
    if (sqlite3_open_v2(arguments[1], &database, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) fail(arguments[1]);
    int wanted = atoi(arguments[3]);
    sqlite3_stmt *page = page_of(arguments[2]);
    static double times[1 << 20];
    int turns = 0;
    size_t bytes = 0;
    double end = microseconds() + atof(arguments[4]) * 1e6;
    while (turns < 1 << 20 && microseconds() < end) {
        double start = microseconds();
        int rows = 0;
        // One record more tells whether there is another page, as the service asks.
        sqlite3_bind_int64(page, 1, 946684800000 + turns);
        sqlite3_bind_int(page, 2, wanted + 1);
        while (sqlite3_step(page) == SQLITE_ROW) {
            rows++;
            for (int column = 0; column < sqlite3_column_count(page); column++) {
                if (sqlite3_column_blob(page, column) != NULL) bytes += sqlite3_column_bytes(page, column);
            }
        }
        sqlite3_reset(page);
        if (rows != wanted + 1) fail("the page is not full");
        times[turns++] = microseconds() - start;
    }
    printf("%.0f\n", median(times, turns));
    return bytes == 0;
}
