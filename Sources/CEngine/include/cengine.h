// What the engine needs of C: prefetching, bit packing with BMI2 where the processor has it, and turning a trap inside a
// specification into a value that can be reported.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// MARK: Memory hints

static inline void ce_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

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
  CE_STACK = 6      // the stack is exhausted
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

// MARK: Interruption

/// From now on SIGINT and SIGTERM only set a flag.
void ce_catch_interrupts(void);
bool ce_interrupted(void);
