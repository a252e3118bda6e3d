/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/dump.h"

#include <string.h>

#include "base/slice.h"

static bool begins(struct slice s, const char *with)
{
    size_t n = strlen(with);

    return s.len >= n && memcmp(s.p, with, n) == 0;
}

/* "\t/var/vcap/..go:138 +0xc6": a file of Go, a number of a line, and perhaps an offset. */
static bool is_place(struct slice s)
{
    const char *p = memmem(s.p, s.len, ".go:", 4), *end = s.p + s.len;

    if (!p || memchr(s.p, ' ', (size_t)(p - s.p)))
        return false;
    p += 4;
    if (p == end || *p < '0' || *p > '9')
        return false;
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return p == end || begins((struct slice){p, (size_t)(end - p)}, " +0x");
}

/*
 * "code.cloudfoundry.org/lager.(*logger).Fatal(0xc42, 0x1, ...)": one word with a dot, and then
 * arguments, which are numbers or nothing.
 */
static bool is_function(struct slice s)
{
    size_t n = s.len;

    if (n < 4 || s.p[n - 1] != ')')
        return false;
    n--;
    while (n && s.p[n - 1] && strchr("0123456789abcdefx, .{}?", s.p[n - 1]))
        n--;
    return n > 1 && s.p[n - 1] == '(' && memchr(s.p, '.', n - 1) && !memchr(s.p, ' ', n - 1);
}

/* "created by code.cloudfoundry.org/rep.New", perhaps " in goroutine 1" behind it. */
static bool is_creator(struct slice s)
{
    size_t n = sizeof "created by " - 1;
    const char *blank;

    if (!begins(s, "created by "))
        return false;
    s.p += n;
    s.len -= n;
    blank = memchr(s.p, ' ', s.len);
    if (blank && !begins((struct slice){blank, s.len - (size_t)(blank - s.p)}, " in goroutine "))
        return false;
    return memchr(s.p, '.', blank ? (size_t)(blank - s.p) : s.len) != NULL;
}

bool dump_line(const char *text, size_t len)
{
    static const char *const starts[] = {"panic: ", "fatal error: ", "[signal SIG",
                                         "runtime stack:", "runtime: "};
    struct slice s = {text, len};
    bool indented;

    while (s.len && s.p[s.len - 1] == '\r')
        s.len--;
    indented = s.len && (*s.p == '\t' || *s.p == ' ');
    while (s.len && (*s.p == '\t' || *s.p == ' ')) {
        s.p++;
        s.len--;
    }
    if (begins(s, "goroutine "))
        return s.len > 11 && s.p[10] >= '0' && s.p[10] <= '9' && s.p[s.len - 1] == ':';
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        if (begins(s, starts[i]))
            return true;
    }
    return indented ? is_place(s) : is_function(s) || is_creator(s);
}
