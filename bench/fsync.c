/* Preloaded into a server: makes every fsync and fdatasync longer by BENCH_FSYNC_US microseconds, as on a
   slower disk, and counts them in the first eight bytes of the file BENCH_FSYNC_COUNT. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static uint64_t *count;
static long delay_us;

__attribute__((constructor)) static void begin(void) {
  real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  const char *delay = getenv("BENCH_FSYNC_US");
  const char *path = getenv("BENCH_FSYNC_COUNT");
  if (delay) delay_us = atol(delay);
  if (!path) return;
  int file = open(path, O_RDWR);
  if (file < 0) return;
  void *page = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (page != MAP_FAILED) count = page;
}

static void slow(void) {
  if (count) __sync_fetch_and_add(count, 1);
  if (delay_us <= 0) return;
  struct timespec left = {delay_us / 1000000, delay_us % 1000000 * 1000};
  while (nanosleep(&left, &left) != 0) {
  }
}

int fsync(int file) {
  slow();
  return real_fsync(file);
}

int fdatasync(int file) {
  slow();
  return real_fdatasync(file);
}
