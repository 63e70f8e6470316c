/* Tries, in a worker's place, what a worker that was taken over would try. A line for each attempt: its name, a tab,
 * and "allowed" or why not. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void tell(const char *name, long result) {
    printf("%s\t%s\n", name, result >= 0 ? "allowed" : strerror(errno));
}

static int reads(const char *path) {
    char byte;
    int file = open(path, O_RDONLY);
    return file < 0 ? -1 : read(file, &byte, 1) < 0 ? -1 : 0;
}

static int writes(const char *path) { return open(path, O_WRONLY | O_CREAT | O_APPEND, 0600); }

static int lists(const char *path) {
    DIR *folder = opendir(path);
    return folder ? 0 : -1;
}

static int listens(int family, int port) {
    struct sockaddr_in address = {.sin_family = family, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = socket(family, SOCK_STREAM, 0);
    if (one < 0) return -1;
    return bind(one, (struct sockaddr *)&address, sizeof address) < 0 ? -1 : listen(one, 1);
}

static int connects(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    int one = socket(AF_UNIX, SOCK_STREAM, 0);
    return connect(one, (struct sockaddr *)&address, sizeof address);
}

static int executes(const char *path) {
    pid_t child = fork();
    if (child < 0) return -1;
    if (child == 0) {
        execl(path, path, "-c", "true", (char *)0);
        _exit(errno);
    }
    int status;
    waitpid(child, &status, 0);
    errno = WEXITSTATUS(status);
    return errno ? -1 : 0;
}

/* Processes that it sees and that are not its own user's. */
static int strangers(void) {
    struct dirent *entry;
    struct stat status;
    char path[300];
    int count = 0;
    DIR *folder = opendir("/proc");
    while (folder && (entry = readdir(folder))) {
        snprintf(path, sizeof path, "/proc/%s", entry->d_name);
        if (atoi(entry->d_name) > 0 && stat(path, &status) == 0 && status.st_uid != getuid()) count++;
    }
    return count;
}

int main(int count, char **arguments) {
    int other = count > 1 ? atoi(arguments[1]) : 1;
    struct timeval now = {0};
    struct rlimit limit = {1 << 20, 1 << 20};
    struct sched_param real = {.sched_priority = 1}, none = {.sched_priority = 0};

    tell("read its configuration", reads("/etc/audit-query/audit-query.yaml"));
    tell("read the embedded store", reads("/var/lib/audit-query/audit.db"));
    tell("write its own /tmp", writes("/tmp/probe"));

    tell("write the embedded store", writes("/var/lib/audit-query/audit.db"));
    tell("write beside the embedded store", writes("/var/lib/audit-query/other"));
    tell("remove the embedded store", unlink("/var/lib/audit-query/audit.db"));
    tell("write the keys", writes("/etc/audit-query/keys.json"));
    tell("write the configuration", writes("/etc/audit-query/audit-query.yaml"));
    tell("write /etc", writes("/etc/probe"));
    tell("write /usr", writes("/usr/bin/probe"));
    tell("write /var", writes("/var/probe"));
    tell("write /run", writes("/run/probe"));
    tell("write beside the sockets", writes("/run/audit-query/probe"));
    tell("remove a worker's socket", unlink("/run/audit-query/1.sock"));
    tell("write a kernel setting", writes("/proc/sys/kernel/hostname"));
    tell("write a control group", writes("/sys/fs/cgroup/systemd/cgroup.procs"));

    tell("read /etc/shadow", reads("/etc/shadow"));
    tell("read the cursor secret's own file", reads("/etc/audit-query/cursor.secret"));
    tell("read AWS's credentials' own file", reads("/etc/audit-query/aws-credentials"));
    tell("read the server's private key", reads("/etc/audit-query/tls/server-key.pem"));
    tell("list root's home", lists("/root"));
    tell("list a user's home", lists("/home/someone"));
    tell("list the logs", lists("/var/log"));
    tell("see a file in others' /tmp", reads("/tmp/of-others"));
    tell("read the first process's environment", reads("/proc/1/environ"));
    tell("read a disk", reads("/dev/vda"));
    tell("read the kernel's memory", reads("/dev/mem"));
    tell("read the kernel's log", syscall(SYS_syslog, 3, (char[64]){0}, 64));
    errno = EACCES;
    tell("see another user's process", strangers() ? 0 : -1);

    tell("open a netlink socket", socket(AF_NETLINK, SOCK_RAW, 0));
    tell("open a packet socket", socket(AF_PACKET, SOCK_RAW, 0));
    tell("open a raw socket", socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
    tell("open a vsock socket", socket(AF_VSOCK, SOCK_STREAM, 0));
    tell("listen on a port", listens(AF_INET, 8099));
    tell("talk to D-Bus", connects("/run/dbus/system_bus_socket"));
    tell("talk to systemd", connects("/run/systemd/private"));

    tell("run a shell", executes("/bin/sh"));
    tell("run a program of its own", ({
        int file = open("/tmp/program", O_WRONLY | O_CREAT, 0700);
        write(file, "#!/bin/sh\n", 10);
        close(file);
        executes("/tmp/program");
    }));
    tell("become root", setuid(0));
    tell("take a group", setgroups(0, NULL));
    tell("make a set-user-id file", chmod("/tmp/probe", 04700));
    tell("enter a user namespace", unshare(CLONE_NEWUSER));
    tell("enter a mount namespace", unshare(CLONE_NEWNS));
    tell("mount", mount("none", "/tmp", "tmpfs", 0, NULL));
    tell("change its root", chroot("/tmp"));
    tell("trace another worker", ptrace(PTRACE_ATTACH, other, 0, 0));
    tell("load a kernel module", syscall(SYS_init_module, NULL, 0, ""));
    tell("load BPF", syscall(SYS_bpf, 0, NULL, 0));
    tell("count with perf", syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0));
    tell("use a keyring", syscall(SYS_keyctl, 0, -3, 1));
    tell("set the clock", settimeofday(&now, NULL));
    tell("set the host's name", sethostname("probe", 5));
    tell("reboot", syscall(SYS_reboot, 0xfee1dead, 672274793, 0, NULL));
    tell("run in real time", sched_setscheduler(0, SCHED_FIFO, &real));
    tell("let others go first, and come back", sched_setscheduler(0, SCHED_IDLE, &none) == 0 ? sched_setscheduler(0, SCHED_OTHER, &none) : -1);
    tell("let others go a little first, and come back", setpriority(PRIO_PROCESS, 0, 10) == 0 ? setpriority(PRIO_PROCESS, 0, 0) : -1);
    tell("go before others", setpriority(PRIO_PROCESS, 0, -1));
    tell("raise its limits", setrlimit(RLIMIT_NOFILE, &limit));
    tell("change its personality", personality(ADDR_NO_RANDOMIZE));
    tell("map memory to write and run", mmap(NULL, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0);
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    tell("make written memory run", mprotect(page, 4096, PROT_READ | PROT_EXEC));
    tell("use 32-bit system calls", ({
        long result;
        pid_t child = fork();
        int status = 0;
        if (child == 0) {
            __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
            _exit(result > 0 ? 0 : 1);
        }
        waitpid(child, &status, 0);
        errno = EPERM;
        WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
    }));
    fflush(stdout);
    return 0;
}
