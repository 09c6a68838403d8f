// Where a thread is in the code.
#pragma once

#include "cengine.h"

/// Notes where we are; `at` is the faulting instruction, or 0 to begin with this function's caller.
void ce_note_frames(ce_fault *fault, uintptr_t at);
