#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "cengine.h"
#include <unistd.h>
#if defined(__linux__)
#include <sched.h>
#endif

int ce_processors(void) {
#if defined(__linux__)
  cpu_set_t processors;
  if (sched_getaffinity(0, sizeof processors, &processors) == 0) return CPU_COUNT(&processors);
#endif
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online < 1 ? 1 : (int)online;
}
