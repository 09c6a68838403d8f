#include "cengine.h"

#include <string.h>

// Up to eight bytes, as a little-endian integer.
static inline uint64_t load(const uint8_t *place, int width) {
#define LOAD(TYPE, OFFSET) ({ TYPE part; memcpy(&part, place + OFFSET, sizeof part); (uint64_t)part << (8 * OFFSET); })
  switch (width) {
    case 1: return *place;
    case 2: return LOAD(uint16_t, 0);
    case 3: return LOAD(uint16_t, 0) | LOAD(uint8_t, 2);
    case 4: return LOAD(uint32_t, 0);
    case 5: return LOAD(uint32_t, 0) | LOAD(uint8_t, 4);
    case 6: return LOAD(uint32_t, 0) | LOAD(uint16_t, 4);
    case 7: return LOAD(uint32_t, 0) | LOAD(uint16_t, 4) | LOAD(uint8_t, 6);
    default: return LOAD(uint64_t, 0);
  }
}

static inline void store(uint8_t *place, int width, uint64_t word) {
#define STORE(TYPE, OFFSET) { const TYPE part = (TYPE)(word >> (8 * OFFSET)); memcpy(place + OFFSET, &part, sizeof part); }
  switch (width) {
    case 1: *place = (uint8_t)word; break;
    case 2: STORE(uint16_t, 0) break;
    case 3: STORE(uint16_t, 0) STORE(uint8_t, 2) break;
    case 4: STORE(uint32_t, 0) break;
    case 5: STORE(uint32_t, 0) STORE(uint8_t, 4) break;
    case 6: STORE(uint32_t, 0) STORE(uint16_t, 4) break;
    case 7: STORE(uint32_t, 0) STORE(uint16_t, 4) STORE(uint8_t, 6) break;
    default: STORE(uint64_t, 0)
  }
}

static inline void keep(uint8_t *place, int width, uint64_t mask) { store(place, width, load(place, width) & mask); }

// Without a branch on the byte, which is hard to predict.
static inline void keepWhen(const ce_blank *blank, uint8_t *value) {
  for (int32_t k = blank->count; k > 0; k--) {
    const uint64_t ignored = -(uint64_t)((value[blank->test] & blank->byteMask) != blank->byte);
    keep(value + blank->offset, blank->width, blank->mask | ignored);
    value += blank->stride;
  }
}

// As in ce_select.
static inline void spread(uint8_t *place, uint64_t bits, int width) {
  const uint64_t word = load(place, 8);
  store(place, 8, word & ~(((word & bits) >> (8 * width)) * ((1ull << (8 * width)) - 1)));
}

static inline void selectCase(const ce_blank *blank, const ce_blank_case *cases, uint8_t *value) {
  for (int32_t k = blank->count; k > 0; k--) {
    uint8_t *place = value + blank->offset;
    if (blank->width <= 8) {
      store(place, blank->width, ce_select(blank, cases, load(place, blank->width), blank->test - blank->offset));
    } else {
      const ce_blank_case *active = &cases[blank->end + (value[blank->test] & blank->byteMask)];
      keep(place, 8, active->mask);
      keep(place + blank->width - 8, 8, active->last);
    }
    value += blank->stride;
  }
}

static void clearFrom(const ce_blank_program *program, int32_t first, int32_t end, uint8_t *value) {
  for (int32_t k = first; k < end;) {
    const ce_blank *blank = &program->blanks[k];
    k++;
    switch (blank->code) {
      case CE_SWITCH: k = program->targets[blank->end + (value[blank->test] & blank->byteMask)]; break;
      case CE_EXIT: k = blank->end; break;
      case CE_KEEP: keep(value + blank->offset, blank->width, blank->mask); break;
      case CE_KEEP_WHEN: keepWhen(blank, value); break;
      case CE_SELECT: selectCase(blank, program->cases, value); break;
      case CE_SPREAD: spread(value + blank->offset, blank->mask, blank->width); break;
      case CE_EACH:
        for (int32_t n = 0; n < blank->count; n++)
          clearFrom(program, k, blank->end, value + blank->offset + (ptrdiff_t)n * blank->stride);
        k = blank->end;
        break;
      case CE_CALL: program->call(program->context, blank->end, value + blank->offset); break;
    }
  }
}

void ce_clear_blanks(const ce_blank_program *program, uint8_t *value) {
  if (program->count == 1 && program->blanks->code == CE_SELECT) return selectCase(program->blanks, program->cases, value);
  clearFrom(program, 0, program->count, value);
}

void ce_clear_all_blanks(const ce_blank_program *program, uint8_t *values, size_t distance, size_t valueCount) {
  int32_t first = 0;
  // What no other instruction bears on is done for all values at once, with the instruction in registers.
  for (; first < program->count; first++) {
    const ce_blank blank = program->blanks[first];
    if (blank.code == CE_SPREAD) {
      for (size_t n = 0; n < valueCount; n++) spread(values + n * distance + blank.offset, blank.mask, blank.width);
    } else if (blank.code == CE_KEEP_WHEN) {
      for (size_t n = 0; n < valueCount; n++) keepWhen(&blank, values + n * distance);
    } else if (blank.code == CE_SELECT) {
      for (size_t n = 0; n < valueCount; n++) selectCase(&blank, program->cases, values + n * distance);
    } else {
      break;
    }
  }
  if (first == program->count) return;
  for (size_t n = 0; n < valueCount; n++) clearFrom(program, first, program->count, values + n * distance);
}
