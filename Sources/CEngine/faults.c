#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "cengine.h"
#include "frames.h"
#include "watch.h"
#include <dlfcn.h>
#if __has_include(<execinfo.h>)
#include <execinfo.h>
#endif
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

// Swift stops a program that overflows or indexes out of range with a trap. Guards, effects and properties are left with
// siglongjmp: states have no references, so all that is lost is memory that an evaluation has allocated for itself. The
// engine then works out by re-execution which action and arguments it was.

typedef struct guard {
  sigjmp_buf jump;
  ce_fault *fault;
  struct guard *outer;
} guard;

static _Thread_local guard *innermost = NULL;

#define ALTERNATE_STACK (64 * 1024)
static _Thread_local bool hasAlternateStack = false;

static const int caught[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
enum { caughtCount = sizeof caught / sizeof caught[0] };
static struct sigaction previous[caughtCount];
static pthread_once_t installation = PTHREAD_ONCE_INIT;

void ce_note_frames(ce_fault *fault, uintptr_t at) {
#if __has_include(<execinfo.h>)
  void *addresses[CE_FRAMES + 8];
  int count = backtrace(addresses, CE_FRAMES + 8);
  int first = 0;
  for (int k = 0; k < count && at != 0; k++)
    if ((uintptr_t)addresses[k] == at) first = k;  // what lies before is the signal's delivery
  for (int k = first; k < count && fault->frameCount < CE_FRAMES; k++) {
    Dl_info info;
    if (dladdr(addresses[k], &info) == 0 || info.dli_fbase == NULL) continue;
    uintptr_t address = (uintptr_t)addresses[k] - (k == first && at != 0 ? 0 : 1);  // a return address lies past its call
    fault->frames[fault->frameCount++] = address - (uintptr_t)info.dli_fbase;
  }
#else
  (void)fault, (void)at;
#endif
}

static uintptr_t programCounter(void *context) {
#if defined(__linux__) && defined(__x86_64__)
  return (uintptr_t)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
#elif defined(__linux__) && defined(__aarch64__)
  return (uintptr_t)((ucontext_t *)context)->uc_mcontext.pc;
#else
  (void)context;
  return 0;
#endif
}

static void handle(int signal, siginfo_t *info, void *context) {
  (void)info;
  guard *here = innermost;
  if (here == NULL) {  // not ours: as if we had never been there
    for (int k = 0; k < caughtCount; k++)
      if (caught[k] == signal) sigaction(signal, &previous[k], NULL);
    if (signal == SIGABRT) raise(signal);
    return;  // the instruction faults again
  }
  ce_fault *fault = here->fault;
  memset(fault, 0, sizeof *fault);
  switch (signal) {
    case SIGILL:
    case SIGTRAP: fault->kind = CE_TRAP; break;
    case SIGFPE: fault->kind = CE_ARITHMETIC; break;
    case SIGABRT: fault->kind = CE_ABORT; break;
    default: {
      char *stack = (char *)here;  // the guard lies on the stack that may have been exhausted
      char *address = (char *)info->si_addr;
      bool below = address < stack && stack - address < (64l << 20) && stack - address > (64l << 10);
      fault->kind = signal == SIGSEGV && below ? CE_STACK : CE_MEMORY;
    }
  }
  if (fault->kind != CE_STACK) ce_note_frames(fault, programCounter(context));
  if (ce_crossings & 1) ce_leave();
  innermost = here->outer;
  siglongjmp(here->jump, 1);
}

/// Takes the thread out of an evaluation that does not come to its end, if it still is in one.
static void leave(int signal, siginfo_t *info, void *context) {
  (void)signal, (void)info;
  guard *here = innermost;
  if (here == NULL || (ce_crossings & 1) == 0) return;
  ce_leave();
  memset(here->fault, 0, sizeof *here->fault);
  here->fault->kind = CE_ENDLESS;
  ce_note_frames(here->fault, programCounter(context));
  innermost = here->outer;
  siglongjmp(here->jump, 1);
}

static void install(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  for (int k = 0; k < caughtCount; k++) sigaction(caught[k], &action, &previous[k]);
  action.sa_sigaction = leave;
  action.sa_flags |= SA_RESTART;
  sigaction(CE_LEAVE, &action, NULL);
}

static void giveAlternateStack(void) {
  if (hasAlternateStack) return;
  hasAlternateStack = true;
  ce_watch_thread();
  void *memory = mmap(NULL, ALTERNATE_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
  if (memory == MAP_FAILED) return;
  stack_t stack = {.ss_sp = memory, .ss_size = ALTERNATE_STACK, .ss_flags = 0};
  sigaltstack(&stack, NULL);
}

ce_fault_kind ce_guard(void (*body)(void *), void *context, ce_fault *fault) {
  pthread_once(&installation, install);
  giveAlternateStack();
  guard here;
  here.fault = fault;
  here.outer = innermost;
  if (here.outer == NULL) ce_guards += 1;
  memset(fault, 0, sizeof *fault);
  // The handler runs with SA_NODEFER, so there is no signal mask to save, and no system call to make.
  if (sigsetjmp(here.jump, 0) == 0) {
    innermost = &here;
    body(context);
    innermost = here.outer;
    fault->kind = CE_OK;
  }
  if (here.outer == NULL) ce_guards += 1;
  return fault->kind;
}

_Noreturn void ce_raise(const char *message, const int64_t *values, int32_t valueCount) {
  guard *here = innermost;
  if (here == NULL) {
    fputs("distcheck: ", stderr);
    for (int32_t next = 0; *message != 0; message++) {
      if (*message == '%') fprintf(stderr, "%lld", next < valueCount ? (long long)values[next++] : 0);
      else fputc(*message, stderr);
    }
    fputc('\n', stderr);
    abort();
  }
  ce_fault *fault = here->fault;
  memset(fault, 0, sizeof *fault);
  fault->kind = CE_RAISED;
  fault->message = message;
  for (int32_t k = 0; k < valueCount && k < 2; k++) fault->values[k] = values[k];
  fault->valueCount = valueCount;
  ce_note_frames(fault, 0);
  if (ce_crossings & 1) ce_leave();
  innermost = here->outer;
  siglongjmp(here->jump, 1);
}

static volatile sig_atomic_t interrupted = 0;
static bool catches = false;

static void noteInterrupt(int number, siginfo_t *info, void *context) {
  (void)context;
  if (info->si_code <= 0 && info->si_pid == getpid()) {  // the specification's own doing, and not a wish to stop
    signal(number, SIG_DFL);
    raise(number);
    return;
  }
  interrupted = 1;
}

void ce_catch_interrupts(void) {
  catches = true;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = noteInterrupt;
  action.sa_flags = SA_SIGINFO;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGHUP, &action, NULL);
  // A file that may not grow any further is an error of writing, like a full disk, not the end of the process.
  signal(SIGXFSZ, SIG_IGN);
}

bool ce_catches_interrupts(void) { return catches; }

bool ce_interrupted(void) { return interrupted != 0; }
