#include "cengine.h"
#include <string.h>

// Packing keeps the bits of a state that can differ between states and drops the rest: padding, and the upper bits of a
// byte that holds one of four values. One PEXT a word does it (Intel SDM vol. 2; Zen 3 and later run it in one cycle,
// earlier Zens in microcode, so they take the portable way).

static inline uint64_t extract(uint64_t value, uint64_t mask) {
  uint64_t result = 0;
  unsigned position = 0;
  while (mask != 0) {  // one turn for each run of adjacent bits
    unsigned start = (unsigned)__builtin_ctzll(mask);
    uint64_t run = ~(mask >> start);
    unsigned length = run == 0 ? 64 : (unsigned)__builtin_ctzll(run);
    uint64_t ones = length == 64 ? ~0ull : ((1ull << length) - 1);
    result |= ((value >> start) & ones) << position;
    position += length;
    mask &= ~(ones << start);
  }
  return result;
}

static inline uint64_t deposit(uint64_t value, uint64_t mask) {
  uint64_t result = 0;
  while (mask != 0) {
    unsigned start = (unsigned)__builtin_ctzll(mask);
    uint64_t run = ~(mask >> start);
    unsigned length = run == 0 ? 64 : (unsigned)__builtin_ctzll(run);
    uint64_t ones = length == 64 ? ~0ull : ((1ull << length) - 1);
    result |= (value & ones) << start;
    value = length == 64 ? 0 : value >> length;
    mask &= ~(ones << start);
  }
  return result;
}

// Field by field over the whole block, so that mask and shift stay in registers.
#define PACK_BODY(EXTRACT)                                                                     \
  memset(packed, 0, count * width * sizeof(uint64_t));                                         \
  for (size_t k = 0; k < fieldCount; k++) {                                                    \
    const ce_field field = fields[k];                                                          \
    const uint64_t *source = states + field.source;                                            \
    uint64_t *target = packed + field.target;                                                  \
    if (field.shift + field.bits <= 64) {                                                      \
      for (size_t n = 0; n < count; n++)                                                       \
        target[n * width] |= EXTRACT(source[n * stride], field.mask) << field.shift;           \
    } else {                                                                                   \
      for (size_t n = 0; n < count; n++) {                                                     \
        const uint64_t value = EXTRACT(source[n * stride], field.mask);                        \
        target[n * width] |= value << field.shift;                                             \
        target[n * width + 1] = value >> (64 - field.shift);                                   \
      }                                                                                        \
    }                                                                                          \
  }

#define UNPACK_BODY(DEPOSIT)                                                                \
  memset(state, 0, stride * sizeof(uint64_t));                                              \
  for (size_t k = 0; k < fieldCount; k++) {                                                 \
    const ce_field field = fields[k];                                                       \
    uint64_t value = packed[field.target] >> field.shift;                                   \
    if (field.shift + field.bits > 64) value |= packed[field.target + 1] << (64 - field.shift); \
    state[field.source] = DEPOSIT(value, field.mask);                                       \
  }

static void pack_portable(const ce_field *fields, size_t fieldCount, const uint64_t *states, size_t stride,
                          uint64_t *packed, size_t width, size_t count) {
  PACK_BODY(extract)
}

static void unpack_portable(const ce_field *fields, size_t fieldCount, const uint64_t *packed, uint64_t *state,
                            size_t stride) {
  UNPACK_BODY(deposit)
}

static bool portably = false;
void ce_pack_portably(bool value) { portably = value; }

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

__attribute__((target("bmi2"))) static void pack_bmi2(const ce_field *fields, size_t fieldCount,
                                                      const uint64_t *states, size_t stride, uint64_t *packed,
                                                      size_t width, size_t count) {
  PACK_BODY(_pext_u64)
}

__attribute__((target("bmi2"))) static void unpack_bmi2(const ce_field *fields, size_t fieldCount,
                                                        const uint64_t *packed, uint64_t *state, size_t stride) {
  UNPACK_BODY(_pdep_u64)
}

static bool fast_bmi2(void) {
  static int known = 0;  // 1 no, 2 yes; a race writes the same value twice
  if (known == 0) {
    unsigned a, b, c, d, family = 0;
    bool amd = __get_cpuid(0, &a, &b, &c, &d) && b == signature_AMD_ebx;
    if (__get_cpuid(1, &a, &b, &c, &d)) family = ((a >> 8) & 15) + ((a >> 20) & 255);
    bool bmi2 = __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & (1u << 8));
    known = bmi2 && !(amd && family < 0x19) ? 2 : 1;
  }
  return known == 2 && !portably;
}
#endif

void ce_pack(const ce_field *fields, size_t fieldCount, const uint64_t *states, size_t stride, uint64_t *packed,
             size_t width, size_t count) {
#if defined(__x86_64__)
  if (fast_bmi2()) return pack_bmi2(fields, fieldCount, states, stride, packed, width, count);
#endif
  pack_portable(fields, fieldCount, states, stride, packed, width, count);
}

void ce_unpack(const ce_field *fields, size_t fieldCount, const uint64_t *packed, uint64_t *state, size_t stride) {
#if defined(__x86_64__)
  if (fast_bmi2()) return unpack_bmi2(fields, fieldCount, packed, state, stride);
#endif
  unpack_portable(fields, fieldCount, packed, state, stride);
}
