// How long something took, again and again, and the median of that.

#include <stdlib.h>
#include <time.h>

static double microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static int compare_times(const void *left, const void *right) {
    double difference = *(const double *)left - *(const double *)right;
    return difference < 0 ? -1 : difference > 0;
}

// Puts the times in order.
static double median(double *times, size_t count) {
    qsort(times, count, sizeof times[0], compare_times);
    return times[count / 2];
}
