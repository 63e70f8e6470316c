/* The fastest DynamoDB there can be: answers every POST with the bytes of one file, after a delay if one is named. What
   a worker adds to a miss is measured against it. A thread a connection, HTTP/1.1 kept alive, loopback only. GET tells
   how many requests it had and how many of them at once. With a file of partitions, of which each line is a partition
   key, a tab and an answer, a Query of one of them has that answer, and that of any other partition finds nothing. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

struct answer {
    char *partition, *body;
    size_t body_length;
    char head[320];
};

static struct answer whole, nothing, *parts;
static size_t part_count;
static struct timespec delay;
static atomic_long requests, waiting, most_at_once;

static int send_all(int peer, char *first, size_t first_length, char *second, size_t second_length) {
    struct iovec parts[2] = {{first, first_length}, {second, second_length}};
    while (parts[0].iov_len + parts[1].iov_len > 0) {
        ssize_t sent = writev(peer, parts, 2);
        if (sent <= 0) return 0;
        for (int index = 0; index < 2; index++) {
            size_t part = (size_t)sent < parts[index].iov_len ? (size_t)sent : parts[index].iov_len;
            parts[index].iov_base = (char *)parts[index].iov_base + part;
            parts[index].iov_len -= part;
            sent -= (ssize_t)part;
        }
    }
    return 1;
}

static void set_answer(struct answer *answer, char *body, size_t length) {
    answer->body = body;
    answer->body_length = length;
    snprintf(answer->head, sizeof answer->head,
        "HTTP/1.1 200 OK\r\nServer: canned\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: %zu\r\n"
        "x-amzn-RequestId: CANNED\r\nx-amz-crc32: %lu\r\n\r\n",
        length, crc32(0, (unsigned char *)body, (unsigned)length));
}

static int compare_partitions(const void *left, const void *right) {
    return strcmp(((const struct answer *)left)->partition, ((const struct answer *)right)->partition);
}

/* What a request's partition has, as the worker spells it. */
static struct answer *answer_of(char *request) {
    static const char before[] = "\":p\":{\"S\":\"";
    if (part_count == 0) return &whole;
    char *start = strstr(request, before);
    char *end = start == NULL ? NULL : strchr(start += sizeof before - 1, '"');
    if (end == NULL) return &nothing;
    *end = 0;
    struct answer wanted = {.partition = start};
    struct answer *found = bsearch(&wanted, parts, part_count, sizeof *parts, compare_partitions);
    return found != NULL ? found : &nothing;
}

static int answer_query(int peer, char *request) {
    struct answer *answer = answer_of(request);
    long now = atomic_fetch_add(&waiting, 1) + 1, most = atomic_load(&most_at_once);
    while (now > most && !atomic_compare_exchange_weak(&most_at_once, &most, now)) continue;
    if (delay.tv_sec > 0 || delay.tv_nsec > 0) nanosleep(&delay, NULL);
    atomic_fetch_sub(&waiting, 1);
    atomic_fetch_add(&requests, 1);
    return send_all(peer, answer->head, strlen(answer->head), answer->body, answer->body_length);
}

static int answer_count(int peer) {
    char text[64], answer[160];
    int length = snprintf(text, sizeof text, "%ld requests, %ld at once\n", atomic_load(&requests), atomic_load(&most_at_once));
    length = snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", length, text);
    return send_all(peer, answer, (size_t)length, NULL, 0);
}

/* The length of the request at the start of a buffer, 0 while it is not whole, -1 if it is none. */
static long request_length(char *text) {
    char *end = strstr(text, "\r\n\r\n");
    if (end == NULL) return 0;
    char *field = strcasestr(text, "\r\nContent-Length:");
    long length = field != NULL && field < end ? strtol(field + 17, NULL, 10) : 0;
    return length < 0 ? -1 : end + 4 - text + length;
}

static void *serve(void *argument) {
    int peer = (int)(long)argument;
    char buffer[32 * 1024];
    size_t filled = 0;
    for (;;) {
        ssize_t count = read(peer, buffer + filled, sizeof buffer - 1 - filled);
        if (count <= 0) break;
        filled += (size_t)count;
        buffer[filled] = 0;
        long length = request_length(buffer);
        if (length < 0 || length >= (long)sizeof buffer) break;
        if (length == 0 || filled < (size_t)length) continue;
        if (!(buffer[0] == 'G' ? answer_count(peer) : answer_query(peer, buffer))) break;
        filled = 0;
    }
    close(peer);
    return NULL;
}

static char *read_file(const char *name, size_t *length) {
    FILE *file = fopen(name, "rb");
    if (file == NULL) return NULL;
    fseek(file, 0, SEEK_END);
    *length = (size_t)ftell(file);
    rewind(file);
    char *text = malloc(*length + 1);
    int is_read = text != NULL && fread(text, 1, *length, file) == *length;
    fclose(file);
    if (!is_read) return NULL;
    text[*length] = 0;
    return text;
}

static int read_parts(const char *name) {
    static char none[] = "{\"Items\":[],\"Count\":0,\"ScannedCount\":0}";
    size_t length, room = 0;
    char *text = read_file(name, &length), *rest = text;
    if (text == NULL) return 0;
    set_answer(&nothing, none, sizeof none - 1);
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        char *tab = strchr(line, '\t');
        if (tab == NULL) continue;
        if (part_count == room && (parts = realloc(parts, (room = 2 * room + 64) * sizeof *parts)) == NULL) return 0;
        *tab = 0;
        parts[part_count].partition = line;
        set_answer(&parts[part_count++], tab + 1, strlen(tab + 1));
    }
    qsort(parts, part_count, sizeof *parts, compare_partitions);
    return part_count > 0;
}

int main(int argc, char **argv) {
    size_t length;
    if (argc != 4) {
        fprintf(stderr, "usage: canned-dynamodb PORT ANSWER-FILE DELAY-MILLISECONDS\n"
                        "       canned-dynamodb PORT @PARTITIONS-FILE DELAY-MILLISECONDS\n");
        return 64;
    }
    if (argv[2][0] == '@' ? !read_parts(argv[2] + 1) : (whole.body = read_file(argv[2], &length)) == NULL) {
        perror(argv[2]);
        return 66;
    }
    if (whole.body != NULL) set_answer(&whole, whole.body, length);
    long milliseconds = atol(argv[3]);
    delay = (struct timespec){milliseconds / 1000, milliseconds % 1000 * 1000000};
    signal(SIGPIPE, SIG_IGN);

    int listening = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(listening, (struct sockaddr *)&address, sizeof address) != 0 || listen(listening, 4096) != 0) {
        perror("canned-dynamodb");
        return 70;
    }
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 128 * 1024);
    pthread_attr_setdetachstate(&small, PTHREAD_CREATE_DETACHED);
    for (;;) {
        int peer = accept(listening, NULL, NULL);
        if (peer < 0) continue;
        setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        pthread_t thread;
        if (pthread_create(&thread, &small, serve, (void *)(long)peer) != 0) close(peer);
    }
}
