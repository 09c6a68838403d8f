#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "watch.h"
#include "cengine.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

// Milliseconds: how often the watcher looks, and how long a guard may be the same after the process was asked to stop.
enum { INTERVAL = 200, PATIENCE = 2000 };

static int watched = -1;
static void (*tell)(void *) = NULL;
static void *tellContext = NULL;
static int64_t limit = INT64_MAX;

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void endWithTheOther(void) {
  char byte;
  ssize_t count = read(watched, &byte, 1);
  if (count == 0 || (count < 0 && errno != EINTR)) _exit(70);
}

static void *watch(void *nothing) {
  while (true) {
    struct pollfd input = {.fd = watched, .events = POLLIN};
    if (poll(&input, 1, INTERVAL) > 0) endWithTheOther();
    bool isAsked = ce_interrupted() || now() >= __atomic_load_n(&limit, __ATOMIC_RELAXED);
    if (isAsked && ce_is_unending(now(), PATIENCE)) tell(tellContext);
  }
  return nothing;
}

void ce_watch(int descriptor, void (*unending)(void *), void *context) {
  watched = descriptor;
  tell = unending;
  tellContext = context;
  // Signals are for the threads that search.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  if (pthread_create(&thread, NULL, watch, NULL) == 0) pthread_detach(thread);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void ce_set_time_limit(int64_t milliseconds) {
  __atomic_store_n(&limit, now() + milliseconds, __ATOMIC_RELAXED);
}
