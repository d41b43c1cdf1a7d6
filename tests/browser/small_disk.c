/* A small disk for everything below one folder, in a browser that this library is preloaded into.
 *
 * The file SMALL_DISK_PAGE holds two numbers: the bytes of the whole disk, and those that are left, which all processes of
 * the browser and the test share. Room is taken and given back in blocks, as file systems do: what makes a file longer takes
 * blocks or fails with ENOSPC, a write of which a part still fits leaves that part, what shortens or removes a file gives
 * back, and who asks how large the disk is hears of this one. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#define BLOCK 4096

struct disk { int64_t whole, left; };

static struct disk *disk;
static const char *folder;
static size_t length;

#define REAL(result, name, ...) \
    static result (*real)(__VA_ARGS__); \
    if (!real) real = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("SMALL_DISK_PAGE");
    folder = getenv("SMALL_DISK_FOLDER");
    if (!path || !folder) return;
    length = strlen(folder);
    int handle = open(path, O_RDWR | O_CLOEXEC);
    if (handle < 0) return;
    void *page = mmap(0, sizeof *disk, PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0);
    close(handle);
    if (page != MAP_FAILED) disk = page;
}

static int within(const char *path) {
    return disk && path && !strncmp(path, folder, length) && (path[length] == '/' || !path[length]);
}

/* The size of a file on this disk, -1 for anything else. */
static int64_t size_of(int handle) {
    char link[64], path[4096];
    struct stat found;
    int saved = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    ssize_t read = disk ? readlink(link, path, sizeof path - 1) : -1;
    int known = read > 0 && (path[read] = 0, within(path)) && !fstat(handle, &found) && S_ISREG(found.st_mode);
    errno = saved;
    return known ? found.st_size : -1;
}

static int64_t size_at(const char *path) {
    struct stat found;
    int saved = errno;
    int known = within(path) && !lstat(path, &found) && S_ISREG(found.st_mode) && found.st_nlink == 1;
    errno = saved;
    return known ? found.st_size : 0;
}

/* What a file of this size takes of the disk. */
static int64_t taken_by(int64_t size) { return (size + BLOCK - 1) / BLOCK * BLOCK; }

static void give(int64_t bytes) {
    if (disk && bytes > 0) __sync_fetch_and_add(&disk->left, bytes);
}

/* Room for so many bytes more; 0 with errno set where there is none. */
static int take(int64_t bytes) {
    if (bytes <= 0) return 1;
    if (__sync_sub_and_fetch(&disk->left, bytes) >= 0) return 1;
    give(bytes);
    errno = ENOSPC;
    return 0;
}

/* Room for a file to reach `end`; what was taken for it, -1 where there is none. */
static int64_t reach(int handle, int64_t end) {
    int64_t size = size_of(handle);
    if (size < 0 || end <= size) return 0;
    int64_t more = taken_by(end) - taken_by(size);
    return take(more) ? more : -1;
}

/* How much of `size` bytes from `start` still fits where not all of it does: what is left, to the end of a block. */
static int64_t part(int handle, int64_t start, int64_t size) {
    int64_t left = disk->left > 0 ? disk->left / BLOCK * BLOCK : 0, end = taken_by(size_of(handle)) + left;
    int64_t fits = end > start ? end - start : 0;
    return fits < size ? fits : size;
}

static int64_t place(int handle) {
    int flags = fcntl(handle, F_GETFL);
    return flags >= 0 && flags & O_APPEND ? size_of(handle) : lseek(handle, 0, SEEK_CUR);
}

ssize_t write(int handle, const void *data, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    if (size_of(handle) < 0) return real(handle, data, size);
    int64_t start = place(handle), taken = reach(handle, start + (int64_t)size);
    if (taken < 0) {
        size = (size_t)part(handle, start, (int64_t)size);
        taken = size ? reach(handle, start + (int64_t)size) : -1;
        if (taken < 0) return -1;
    }
    ssize_t done = real(handle, data, size);
    if (done < 0) give(taken);
    return done;
}

ssize_t writev(int handle, const struct iovec *parts, int count) {
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    int64_t taken = 0, size = 0;
    for (int at = 0; at < count; at++) size += (int64_t)parts[at].iov_len;
    if (size_of(handle) >= 0) taken = reach(handle, place(handle) + size);
    if (taken < 0) return -1;
    ssize_t done = real(handle, parts, count);
    if (done < 0) give(taken);
    return done;
}

ssize_t pwrite64(int handle, const void *data, size_t size, off64_t offset) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    int64_t taken = reach(handle, offset + (int64_t)size);
    if (taken < 0) {
        size = (size_t)part(handle, offset, (int64_t)size);
        taken = size ? reach(handle, offset + (int64_t)size) : -1;
        if (taken < 0) return -1;
    }
    ssize_t done = real(handle, data, size, offset);
    if (done < 0) give(taken);
    return done;
}

ssize_t pwrite(int handle, const void *data, size_t size, off_t offset) { return pwrite64(handle, data, size, offset); }

int ftruncate64(int handle, off64_t size) {
    REAL(int, "ftruncate64", int, off64_t);
    int64_t before = size_of(handle), taken = reach(handle, size);
    if (taken < 0) return -1;
    int failed = real(handle, size);
    if (failed) give(taken);
    else if (before > size) give(taken_by(before) - taken_by(size));
    return failed;
}

int ftruncate(int handle, off_t size) { return ftruncate64(handle, size); }

int fallocate64(int handle, int mode, off64_t offset, off64_t size) {
    REAL(int, "fallocate64", int, int, off64_t, off64_t);
    int64_t taken = mode ? 0 : reach(handle, offset + size);
    if (taken < 0) return -1;
    int failed = real(handle, mode, offset, size);
    if (failed) give(taken);
    return failed;
}

int fallocate(int handle, int mode, off_t offset, off_t size) { return fallocate64(handle, mode, offset, size); }

int posix_fallocate64(int handle, off64_t offset, off64_t size) {
    REAL(int, "posix_fallocate64", int, off64_t, off64_t);
    int64_t taken = reach(handle, offset + size);
    if (taken < 0) return ENOSPC;
    int failed = real(handle, offset, size);
    if (failed) give(taken);
    return failed;
}

int posix_fallocate(int handle, off_t offset, off_t size) { return posix_fallocate64(handle, offset, size); }

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    int64_t size = size_at(path);
    int failed = real(path);
    if (!failed) give(taken_by(size));
    return failed;
}

int unlinkat(int folder_handle, const char *name, int flags) {
    REAL(int, "unlinkat", int, const char *, int);
    char link[64], path[8192];
    ssize_t read = 0;
    if (*name != '/') {
        snprintf(link, sizeof link, folder_handle == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", folder_handle);
        read = readlink(link, path, 4095);
    }
    if (read > 0) path[read++] = '/';
    snprintf(path + (read > 0 ? read : 0), 4096, "%s", name);
    int64_t size = flags & AT_REMOVEDIR ? 0 : size_at(path);
    int failed = real(folder_handle, name, flags);
    if (!failed) give(taken_by(size));
    return failed;
}

int remove(const char *path) {
    REAL(int, "remove", const char *);
    int64_t size = size_at(path);
    int failed = real(path);
    if (!failed) give(taken_by(size));
    return failed;
}

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    int64_t size = size_at(to);
    int failed = real(from, to);
    if (!failed) give(taken_by(size));
    return failed;
}

static void tell(struct statvfs64 *found) {
    found->f_blocks = (uint64_t)disk->whole / found->f_frsize;
    found->f_bfree = found->f_bavail = (uint64_t)(disk->left > 0 ? disk->left : 0) / found->f_frsize;
}

int statvfs64(const char *restrict path, struct statvfs64 *restrict found) {
    REAL(int, "statvfs64", const char *, struct statvfs64 *);
    int failed = real(path, found);
    if (!failed && within(path)) tell(found);
    return failed;
}

int statvfs(const char *restrict path, struct statvfs *restrict found) {
    return statvfs64(path, (struct statvfs64 *)found); /* the same on 64 bits */
}
