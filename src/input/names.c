/* SPDX-License-Identifier: Apache-2.0 */
#include "input/names.h"

#include <string.h>

static bool cut_end(const char *name, size_t *len, const char *tail)
{
    size_t n = strlen(tail);

    if (*len <= n || memcmp(name + *len - n, tail, n) != 0)
        return false;
    *len -= n;
    return true;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static void cut_packing(const char *name, size_t *len)
{
    static const char *const tails[] = {".gz", ".zst", ".xz", ".bz2", ".lz4"};

    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        if (cut_end(name, len, tails[i]))
            return;
    }
}

bool name_is_log(const char *path)
{
    const char *name = last_part(path);
    size_t len = strlen(name), digits;

    cut_packing(name, &len);
    digits = len;
    while (digits && name[digits - 1] >= '0' && name[digits - 1] <= '9')
        digits--;
    if (digits < len && digits > 0 && name[digits - 1] == '.')
        len = digits - 1;
    return cut_end(name, &len, ".log");
}

bool name_is_bundle(const char *path)
{
    const char *name = last_part(path);
    size_t len = strlen(name);

    if (cut_end(name, &len, ".tgz") || cut_end(name, &len, ".zip"))
        return true;
    cut_packing(name, &len);
    return cut_end(name, &len, ".tar");
}
