/* Faults for the files under one folder, in the process this library is preloaded into.
 *
 * A control page (struct control, mapped from the file named by FAULTS_CONTROL) is written by the test while
 * the process runs, so a cause can come and go without a restart. With FAULTS_LOG every write, truncation and
 * sync that succeeded is logged in the order it happened, with its data: enough to rebuild what a power cut
 * at any moment could leave on the disk.
 *
 * Log record: op (u8: W, T, S), name length (u16), offset (u64), size (u32), wall clock ns (u64), name, data.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct control {
    int32_t sync_error;    /* errno that fsync and fdatasync fail with, 0 = none */
    int32_t write_error;   /* errno that pwrite fails with, 0 = none */
    int32_t sync_lies;     /* 1: a sync of the write-ahead log is answered, but not done and not logged */
    int32_t after;         /* so many matching calls still succeed before an error starts */
    int32_t times;         /* so many calls fail before the error goes away by itself, 0 = for ever */
    int32_t failed;        /* calls that were failed, for the test to read */
};

static struct control none, *control = &none;
static char folder[4096];
static size_t folder_length;
static int log_handle = -1;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("FAULTS_CONTROL"), *log = getenv("FAULTS_LOG"), *data = getenv("FAULTS_FOLDER");
    if (!data) return;
    folder_length = strlen(strncpy(folder, data, sizeof folder - 1));
    if (path) {
        int handle = open(path, O_RDWR | O_CLOEXEC);
        void *page = handle < 0 ? MAP_FAILED
                                : mmap(0, sizeof none, PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0);
        if (page != MAP_FAILED) control = page;
        if (handle >= 0) close(handle);
    }
    if (log) log_handle = open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

/* The name of a file below the folder, or NULL for anything else. */
static const char *name_of(int handle, char *path, size_t size) {
    char link[64];
    int saved = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    ssize_t length = folder_length ? readlink(link, path, size - 1) : -1;
    errno = saved;
    if (length < 0) return NULL;
    path[length] = 0;
    if (strncmp(path, folder, folder_length) || path[folder_length] != '/') return NULL;
    const char *name = path + folder_length + 1;
    /* The lock, the shared index and everything that is not the database is left alone. */
    return strncmp(name, "waystation.db", 13) || strstr(name, "-shm") ? NULL : name;
}

static int fails(int error) {
    if (!error) return 0;
    if (control->after > 0) { control->after--; return 0; }
    if (control->times > 0 && control->failed >= control->times) return 0;
    control->failed++;
    errno = error;
    return 1;
}

static void put(char op, const char *name, uint64_t offset, const void *data, uint32_t size) {
    if (log_handle < 0) return;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t ns = (uint64_t)now.tv_sec * 1000000000u + now.tv_nsec;
    uint16_t length = strlen(name);
    size_t carried = op == 'W' ? size : 0, total = 23 + length + carried;
    char *record = malloc(total);
    if (!record) abort();
    memcpy(record, &op, 1);
    memcpy(record + 1, &length, 2);
    memcpy(record + 3, &offset, 8);
    memcpy(record + 11, &size, 4);
    memcpy(record + 15, &ns, 8);
    memcpy(record + 23, name, length);
    if (carried) memcpy(record + 23 + length, data, carried);
    if (syscall(SYS_write, log_handle, record, total) != (long)total) abort();
    free(record);
}

static ssize_t do_write(int handle, const void *data, size_t size, off_t offset) {
    char path[4096];
    const char *name = name_of(handle, path, sizeof path);
    if (!name) return syscall(SYS_pwrite64, handle, data, size, offset);
    pthread_mutex_lock(&order);
    ssize_t done = fails(control->write_error) ? -1 : syscall(SYS_pwrite64, handle, data, size, offset);
    int saved = errno;
    if (done > 0) put('W', name, offset, data, done);
    pthread_mutex_unlock(&order);
    errno = saved;
    return done;
}

ssize_t pwrite(int handle, const void *data, size_t size, off_t offset) {
    return do_write(handle, data, size, offset);
}

ssize_t pwrite64(int handle, const void *data, size_t size, off64_t offset) {
    return do_write(handle, data, size, offset);
}

static int do_sync(int handle, long number) {
    char path[4096];
    const char *name = name_of(handle, path, sizeof path);
    if (!name) return syscall(number, handle);
    pthread_mutex_lock(&order);
    int done, saved;
    if (fails(control->sync_error)) done = -1;
    else if (control->sync_lies && strstr(name, "-wal")) done = 0;
    else if ((done = syscall(number, handle)) == 0) put('S', name, 0, NULL, 0);
    saved = errno;
    pthread_mutex_unlock(&order);
    errno = saved;
    return done;
}

int fsync(int handle) { return do_sync(handle, SYS_fsync); }
int fdatasync(int handle) { return do_sync(handle, SYS_fdatasync); }

static int do_truncate(int handle, off_t size) {
    char path[4096];
    const char *name = name_of(handle, path, sizeof path);
    pthread_mutex_lock(&order);
    int done = syscall(SYS_ftruncate, handle, size), saved = errno;
    if (name && done == 0) put('T', name, size, NULL, 0);
    pthread_mutex_unlock(&order);
    errno = saved;
    return done;
}

int ftruncate(int handle, off_t size) { return do_truncate(handle, size); }
int ftruncate64(int handle, off64_t size) { return do_truncate(handle, size); }
