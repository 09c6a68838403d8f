#include "cengine.h"
#include "frames.h"

// Swift's runtime makes objects by the function that a variable of its names, once it is told that somebody looks on: it
// is there for instruments. Where a runtime has no such variable, nothing is noticed.
typedef void *(*allocator)(const void *, size_t, size_t);
extern allocator _swift_allocObject __attribute__((weak));
extern bool _swift_enableSwizzlingOfAllocationAndRefCountingFunctions_forInstrumentsOnly __attribute__((weak));

static allocator original = NULL;
static _Thread_local ce_fault *noted = NULL;

static void *allocate(const void *metadata, size_t size, size_t alignment) {
  ce_fault *fault = noted;
  if (fault != NULL) {
    noted = NULL;  // the first is enough
    ce_note_frames(fault, 0);
  }
  return original(metadata, size, alignment);
}

void ce_watch_allocations(ce_fault *fault) {
  if (fault != NULL && original == NULL && &_swift_allocObject != NULL &&
      &_swift_enableSwizzlingOfAllocationAndRefCountingFunctions_forInstrumentsOnly != NULL) {
    original = _swift_allocObject;
    _swift_allocObject = allocate;
    _swift_enableSwizzlingOfAllocationAndRefCountingFunctions_forInstrumentsOnly = true;
  }
  if (fault != NULL) fault->frameCount = 0;
  noted = fault;
}
