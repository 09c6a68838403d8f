#include "cengine.h"

ce_type_entry ce_types[CE_TYPES];
uint32_t ce_type_flags;

void ce_add_type(const void *type, const void *blanks, uint32_t flags) {
  static int lock;
  while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE)) {
  }
  __atomic_fetch_or(&ce_type_flags, flags, __ATOMIC_RELEASE);
  uint64_t place = ((uint64_t)(uintptr_t)type >> 3) * 0x9E3779B97F4A7C15ull >> 52;
  // One place stays free, where every search ends.
  for (int k = 0; k < CE_TYPES - 1; k++) {
    ce_type_entry *entry = &ce_types[(place + k) & (CE_TYPES - 1)];
    if (entry->type == type) break;
    if (entry->type == NULL) {
      entry->blanks = blanks;
      __atomic_store_n(&entry->type, type, __ATOMIC_RELEASE);
      break;
    }
  }
  __atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
}
