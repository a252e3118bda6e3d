/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/terminal.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#define MOST 10000 /* columns or lines that are believed */

/* What a variable says, if it is a number, or else what the terminal says, or else the usual. */
static size_t choose(const char *variable, size_t told, size_t usual)
{
    const char *text = getenv(variable);
    unsigned long n = text && *text >= '0' && *text <= '9' ? strtoul(text, NULL, 10) : 0;

    return n && n <= MOST ? n : told ? told : usual;
}

struct terminal terminal_size(int fd)
{
    struct winsize size;

    if (ioctl(fd, TIOCGWINSZ, &size) < 0)
        size = (struct winsize){0};
    return (struct terminal){choose("COLUMNS", size.ws_col, 80), choose("LINES", size.ws_row, 24),
                             size.ws_xpixel};
}

/* The program itself stays in the C locale, whatever the user's is. */
bool terminal_utf8(void)
{
    locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    bool utf8 = locale && strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;

    if (locale)
        freelocale(locale);
    return utf8;
}
