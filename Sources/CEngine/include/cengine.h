// What the engine needs of C: prefetching, atomic operations on plain memory, bit packing with BMI2 where the processor has
// it, and turning a trap inside a specification into a value that can be reported.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// MARK: Memory hints

static inline void ce_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

// MARK: Atomic operations

// On memory that several threads share: tables of billions of words, for which Swift's own atomics have no form.

/// What is read was written before; so was all that the writer had written before it.
static inline uint64_t ce_load(const uint64_t *word) { return __atomic_load_n(word, __ATOMIC_ACQUIRE); }
static inline uint32_t ce_load32(const uint32_t *word) { return __atomic_load_n(word, __ATOMIC_ACQUIRE); }

static inline void ce_store(uint64_t *word, uint64_t value) { __atomic_store_n(word, value, __ATOMIC_RELEASE); }

/// Writes `desired` where there is `expected`. Returns what was there before: `expected` exactly when it has written.
static inline uint64_t ce_compare_exchange(uint64_t *word, uint64_t expected, uint64_t desired) {
  __atomic_compare_exchange_n(word, &expected, desired, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
  return expected;
}
static inline uint32_t ce_compare_exchange32(uint32_t *word, uint32_t expected, uint32_t desired) {
  __atomic_compare_exchange_n(word, &expected, desired, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
  return expected;
}

/// Adds, and returns what was there before.
static inline uint64_t ce_add(uint64_t *word, uint64_t value) { return __atomic_fetch_add(word, value, __ATOMIC_ACQ_REL); }

/// Sets bits, and returns what was there before.
static inline uint64_t ce_or(uint64_t *word, uint64_t bits) { return __atomic_fetch_or(word, bits, __ATOMIC_ACQ_REL); }

// MARK: Blanks

typedef enum {
  CE_SWITCH,     // goes on where the targets from `end` on say for the byte at `test`
  CE_EXIT,       // goes on at `end`
  CE_KEEP,       // keeps some bits of `width` bytes at `offset`
  CE_KEEP_WHEN,  // the same where the byte at `test` has a certain value, in each of `count` values, `stride` bytes apart
  CE_SELECT,     // keeps of `width` bytes at `offset` what the case from `end` on for the byte at `test` says, in each of `count`
  CE_SPREAD,     // clears, for each bit of `mask` that is set in eight bytes, the `width` bytes before it
  CE_EACH,       // the instructions up to `end` are for each of `count` values, `stride` bytes apart
  CE_CALL        // calls for what cannot be said so; `end` tells which
} ce_blank_code;

/// One instruction of what clears the bytes of a value that mean nothing. Offsets are relative to the value, within CE_EACH
/// to its element.
typedef struct {
  ce_blank_code code;
  uint8_t byteMask, byte, width;
  int32_t test, offset, end, count, stride;
  uint64_t mask;
} ce_blank;

/// What a case of an enum of up to sixteen bytes keeps: of the first eight bytes the bits of `mask`, less the `width` bytes
/// before each bit of `absent` that is set; of the last eight the bits of `last`.
typedef struct {
  uint64_t mask, absent, last;
  int32_t width;
} ce_blank_case;

typedef struct {
  const ce_blank *blanks;
  int32_t count;
  const int32_t *targets;      // of CE_SWITCH
  const ce_blank_case *cases;  // of CE_SELECT
  void (*call)(void *context, int32_t number, uint8_t *place);
  void *context;
} ce_blank_program;

/// Clears what an enum of up to eight bytes, given as an integer, leaves unused.
static inline uint64_t ce_select(const ce_blank *blank, const ce_blank_case *cases, uint64_t word, int test) {
  const ce_blank_case *active = &cases[blank->end + ((word >> (8 * test)) & blank->byteMask)];
  word &= active->mask;
  // The bytes to clear begin `width` bytes below the bit that says so; a product without carries fills them.
  return word & ~(((word & active->absent) >> (8 * active->width)) * ((1ull << (8 * active->width)) - 1));
}

/// Clears the blanks of a value.
void ce_clear_blanks(const ce_blank_program *program, uint8_t *value);

/// A value of up to eight bytes, as an integer, without its blanks.
static inline uint64_t ce_cleared_word(const ce_blank_program *program, uint64_t word) {
  const ce_blank *first = program->blanks;
  if (program->count == 1 && first->code == CE_SELECT && first->count == 1 && first->offset == 0 && first->width <= 8)
    return ce_select(first, program->cases, word, first->test);
  ce_clear_blanks(program, (uint8_t *)&word);
  return word;
}

/// Clears the blanks of values that lie `distance` bytes apart.
void ce_clear_all_blanks(const ce_blank_program *program, uint8_t *values, size_t distance, size_t valueCount);

// MARK: Types with blanks

// What is known of types, by the address of their metadata; entries come and are never changed. The layout of what an entry
// points to is the engine's affair.

enum { CE_TYPES = 4096 };
typedef struct {
  const void *type;
  const void *blanks;  // NULL for a type whose values have none
} ce_type_entry;
extern ce_type_entry ce_types[CE_TYPES];
extern uint32_t ce_type_flags;

enum {
  CE_SOME_BLANK = 1,  // some type has blanks that have to be cleared
  CE_SOME_PADDED = 2  // some type has padding, which comparisons have to leave out
};

/// Which kinds of types there are so far. One load; where it is 0 no type needs to be looked up.
static inline uint32_t ce_known_blanks(void) { return __atomic_load_n(&ce_type_flags, __ATOMIC_RELAXED); }

/// The entry of a type; NULL when there is none.
static inline const ce_type_entry *ce_find_type(const void *type) {
  uint64_t place = ((uint64_t)(uintptr_t)type >> 3) * 0x9E3779B97F4A7C15ull >> 52;
  for (int k = 0; k < CE_TYPES; k++) {
    const ce_type_entry *entry = &ce_types[(place + k) & (CE_TYPES - 1)];
    const void *found = __atomic_load_n(&entry->type, __ATOMIC_ACQUIRE);
    if (found == type) return entry;
    if (found == NULL) return NULL;
  }
  return NULL;
}

/// Adds an entry, unless the type has one already or the table is full. The flags are added first: whoever finds the entry
/// sees them.
void ce_add_type(const void *type, const void *blanks, uint32_t flags);

// MARK: Processors

/// How many processors this process may use.
int ce_processors(void);

// MARK: Packing

/// Where the significant bits of one word of an unpacked state go in the packed state.
typedef struct {
  uint32_t source;  // index of the unpacked word
  uint32_t target;  // index of the packed word that receives its lowest significant bit
  uint32_t shift;   // position of that bit in the packed word
  uint32_t bits;    // how many significant bits, 1 to 64
  uint64_t mask;    // which bits of the unpacked word are significant
} ce_field;

/// Packs `count` states of `stride` words each into `packed`, `width` words each.
void ce_pack(const ce_field *fields, size_t fieldCount, const uint64_t *states, size_t stride, uint64_t *packed,
             size_t width, size_t count);

/// Restores one state of `stride` words; bits that are not significant become zero.
void ce_unpack(const ce_field *fields, size_t fieldCount, const uint64_t *packed, uint64_t *state, size_t stride);

/// Forces the portable code (true) or lets the processor decide (false). For tests.
void ce_pack_portably(bool portably);

// MARK: Faults

typedef enum {
  CE_OK = 0,
  CE_RAISED = 1,    // ce_raise was called
  CE_TRAP = 2,      // an illegal instruction: how Swift stops on overflow, a bad index or a failed precondition
  CE_MEMORY = 3,    // a segmentation fault or bus error
  CE_ARITHMETIC = 4,
  CE_ABORT = 5,
  CE_STACK = 6,     // the stack is exhausted
  CE_ENDLESS = 7    // it was taken out of an evaluation that did not come to its end
} ce_fault_kind;

enum { CE_FRAMES = 16 };

typedef struct {
  ce_fault_kind kind;
  const char *message;  // of ce_raise: text that outlives the process
  int64_t values[2];    // of ce_raise
  int32_t valueCount;
  uint64_t frames[CE_FRAMES];  // code addresses, innermost first, relative to the start of the image they are in
  int32_t frameCount;          // 0 where the platform does not tell
} ce_fault;

/// Calls `body(context)` and returns CE_OK, or, when the body faults, abandons it and describes the fault.
/// What the body had allocated is not released. Calls nest.
ce_fault_kind ce_guard(void (*body)(void *), void *context, ce_fault *fault);

/// Ends the innermost ce_guard of this thread with a message; where there is none, prints it and aborts.
_Noreturn void ce_raise(const char *message, const int64_t *values, int32_t valueCount);

/// Notes in `frames` where this thread has Swift's runtime make an object for the first time from now on; NULL for no more.
/// `frameCount` stays 0 where it makes none, and in programs that are not linked for that.
void ce_watch_allocations(ce_fault *frames);

// MARK: Evaluations that do not come to their end

/// Odd while this thread is within the specification's own code.
extern _Thread_local volatile uint64_t ce_crossings;

/// This thread enters the specification's code, has left one part of it for another, leaves it.
static inline void ce_enter(void) { ce_crossings |= 1; }
static inline void ce_go_on(void) { ce_crossings += 2; }
static inline void ce_leave(void) { ce_crossings = (ce_crossings | 1) + 1; }

/// The signal that takes a thread out of an evaluation. Nothing happens where it comes at another time.
#define CE_LEAVE SIGURG

/// From now on this thread can be taken out of an evaluation. Done by ce_guard.
void ce_watch_thread(void);

/// This thread works for a search, until it is said to work for another; returns the one before, 0 for none.
uint64_t ce_work_for(uint64_t search);

/// Looks at the threads that work for a search, and takes those out of their evaluation that have been in one and the same for
/// so many looks.
void ce_free_endless(uint64_t search, int looks);

// MARK: Interruption

/// From now on SIGINT, SIGTERM and SIGHUP only set a flag; unless the process sends them to itself, which ends it as ever.
void ce_catch_interrupts(void);
bool ce_catches_interrupts(void);
bool ce_interrupted(void);

// MARK: Watching

/// Watches this process from a thread of its own.
///
/// The process ends as soon as nothing more can be read from the descriptor: who holds the other end has died. Where it was
/// asked to stop, by a signal or by the time limit, and a thread is in the specification's code without a break, in one
/// ce_guard, `unending` is called from that thread of its own. It must not return.
void ce_watch(int descriptor, void (*unending)(void *), void *context);

/// When the process should have stopped by itself, in milliseconds from now.
void ce_set_time_limit(int64_t milliseconds);
