// What guards tell the watcher of a process.
#pragma once

#include <stdbool.h>
#include <stdint.h>

/// Odd while this thread is in a guard.
extern _Thread_local volatile uint64_t ce_guards;

/// Whether some thread has been in one guard for so long. Called again and again, by one thread; times in milliseconds.
bool ce_is_unending(int64_t now, int64_t patience);
