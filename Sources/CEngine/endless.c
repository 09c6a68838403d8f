#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "cengine.h"
#include "watch.h"
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

// A guard or an effect can go on for ever, and no thread can be ended from outside. So every thread counts each time it enters
// and leaves the specification's code; a thread whose count is odd, and stays the same, is within one evaluation. It is sent
// a signal whose handler leaves that by a jump, as it leaves a fault.

_Thread_local volatile uint64_t ce_crossings = 0;
_Thread_local volatile uint64_t ce_guards = 0;
static _Thread_local uint64_t owner = 0;

typedef struct watched {
  pthread_t thread;
  volatile uint64_t *crossings;
  volatile uint64_t *guards;
  uint64_t *owner;
  // A search's: the crossings when it was looked at last, and for how many looks they have been the same.
  uint64_t seen;
  int looks;
  // The process's: crossings and guards when it was looked at last, and since when they have been the same.
  uint64_t changes;
  int64_t since;
  struct watched *next;
} watched;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static watched *first = NULL;
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void forget(void *entry) {
  pthread_mutex_lock(&mutex);
  for (watched **place = &first; *place != NULL; place = &(*place)->next) {
    if (*place != entry) continue;
    *place = ((watched *)entry)->next;
    break;
  }
  pthread_mutex_unlock(&mutex);
  free(entry);
}

static void makeKey(void) { pthread_key_create(&key, forget); }

void ce_watch_thread(void) {
  pthread_once(&once, makeKey);
  watched *entry = calloc(1, sizeof *entry);
  if (entry == NULL) return;
  entry->thread = pthread_self();
  entry->crossings = &ce_crossings;
  entry->guards = &ce_guards;
  entry->owner = &owner;
  pthread_mutex_lock(&mutex);
  entry->next = first;
  first = entry;
  pthread_mutex_unlock(&mutex);
  pthread_setspecific(key, entry);
}

uint64_t ce_work_for(uint64_t search) {
  uint64_t before = owner;
  __atomic_store_n(&owner, search, __ATOMIC_RELAXED);
  return before;
}

void ce_free_endless(uint64_t search, int looks) {
  pthread_mutex_lock(&mutex);
  for (watched *entry = first; entry != NULL; entry = entry->next) {
    if (__atomic_load_n(entry->owner, __ATOMIC_RELAXED) != search) continue;
    uint64_t crossings = *entry->crossings;
    bool same = crossings & 1 && crossings == entry->seen;
    entry->seen = crossings;
    entry->looks = same ? entry->looks + 1 : 0;
    if (entry->looks < looks) continue;
    entry->looks = 0;
    pthread_kill(entry->thread, CE_LEAVE);
  }
  pthread_mutex_unlock(&mutex);
}

bool ce_is_unending(int64_t now, int64_t patience) {
  bool isUnending = false;
  pthread_mutex_lock(&mutex);
  for (watched *entry = first; entry != NULL; entry = entry->next) {
    uint64_t changes = *entry->guards + *entry->crossings;
    if (changes != entry->changes) {
      entry->changes = changes;
      entry->since = now;
    } else if (*entry->guards & 1 && now - entry->since >= patience) {
      isUnending = true;
    }
  }
  pthread_mutex_unlock(&mutex);
  return isUnending;
}
