/* The least that a FastCGI responder can do with libfcgi: N threads that accept and send the bytes of one file, header
   block and body, whatever is asked. What a worker's cache hit is measured against. */
#include <fcgiapp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static int listening;
static char *answer;
static long answer_length;

static void *serve(void *unused) {
    (void)unused;
    FCGX_Request request;
    FCGX_InitRequest(&request, listening, 0);
    while (FCGX_Accept_r(&request) == 0) {
        FCGX_PutStr(answer, (int)answer_length, request.out);
        FCGX_Finish_r(&request);
    }
    return NULL;
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: bare-responder SOCKET ANSWER-FILE THREADS\n");
        return 64;
    }
    FILE *file = fopen(argv[2], "rb");
    if (file == NULL) {
        perror(argv[2]);
        return 66;
    }
    fseek(file, 0, SEEK_END);
    answer_length = ftell(file);
    rewind(file);
    answer = malloc((size_t)answer_length);
    if (answer == NULL || fread(answer, 1, (size_t)answer_length, file) != (size_t)answer_length) return 70;
    fclose(file);

    FCGX_Init();
    listening = FCGX_OpenSocket(argv[1], 4096);
    if (listening < 0) return 70;
    chmod(argv[1], 0660);
    int threads = atoi(argv[3]);
    pthread_t thread;
    for (int count = 1; count < threads; count++) pthread_create(&thread, NULL, serve, NULL);
    serve(NULL);
    return 0;
}
