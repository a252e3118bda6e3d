/* SPDX-License-Identifier: Apache-2.0 */
#include "input/archive_lib.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

struct archive_lib archive_lib;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool loaded;

/* ISO C has no way from what dlsym() returns to a function, but the bytes are the same. */
static bool find(void *library, const char *name, void *function, size_t size)
{
    void *symbol = dlsym(library, name);

    memcpy(function, &symbol, size);
    return symbol != NULL;
}

static void load(void)
{
    void *library = dlopen("libarchive.so.13", RTLD_NOW | RTLD_LOCAL);

    if (!library)
        return;
    loaded = true;
#define ARCHIVE_LIB_FIND(name)                                                                     \
    loaded &= find(library, "archive_" #name, &archive_lib.name, sizeof archive_lib.name);
    ARCHIVE_LIB_FUNCTIONS(ARCHIVE_LIB_FIND)
#undef ARCHIVE_LIB_FIND
}

bool archive_lib_load(void)
{
    pthread_once(&once, load);
    return loaded;
}
