/* SPDX-License-Identifier: Apache-2.0 */
#include "base/nstime.h"

#include <stdio.h>
#include <string.h>

static const int64_t pow10[10] = {1,      10,      100,      1000,      10000,
                                  100000, 1000000, 10000000, 100000000, 1000000000};

/* The last second that fits with any fraction. */
#define MAX_SECONDS (INT64_MAX / NS_PER_SECOND - 1)

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A fraction, from behind its point to end: 0 to 9 digits, as nanoseconds; -1 if it is none. */
static int64_t fraction_ns(const char *p, const char *end)
{
    size_t n = (size_t)(end - p);
    int64_t v = 0;

    if (n > 9)
        return -1;
    for (; p < end; p++) {
        if (!is_digit(*p))
            return -1;
        v = v * 10 + (*p - '0');
    }
    return v * pow10[9 - n];
}

/*
 * Eight digits at once: the bytes of a word, first as pairs, then as fours,
 * then as one number.  False if any is no digit.
 */
static inline bool eight_digits(const char *p, uint32_t *value)
{
    uint64_t w;

    memcpy(&w, p, sizeof w);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ /* the first digit lowest */
    w = __builtin_bswap64(w);
#endif
    if (((w & UINT64_C(0xf0f0f0f0f0f0f0f0)) |
         ((w + UINT64_C(0x0606060606060606)) & UINT64_C(0xf0f0f0f0f0f0f0f0)) >> 4) !=
        UINT64_C(0x3333333333333333))
        return false;
    w = (w & UINT64_C(0x0f0f0f0f0f0f0f0f)) * 2561 >> 8;
    w = (w & UINT64_C(0x00ff00ff00ff00ff)) * 6553601 >> 16;
    *value = (uint32_t)((w & UINT64_C(0x0000ffff0000ffff)) * UINT64_C(42949672960001) >> 32);
    return true;
}

/* The digits of the second that was read last, and its time: most lines are of the second of the
 * line before. */
struct last_second {
    char digits[10];
    int64_t time_ns;
};

static _Thread_local struct last_second last_second = {
    {'0', '0', '0', '0', '0', '0', '0', '0', '0', '0'}, 0};

/* Ten digits and a point; false if it is anything else, or may be too late. */
static inline bool parse_usual_second(const char *p, int64_t *time_ns)
{
    struct last_second *last = &last_second;
    uint32_t high;

    if (memcmp(p, last->digits, 8) == 0 && memcmp(p + 8, last->digits + 8, 2) == 0) {
        *time_ns = last->time_ns;
        return true;
    }
    /* the second that starts with a 9 may be too late; leave it to the others */
    if (p[0] == '9' || !eight_digits(p, &high) || !is_digit(p[8]) || !is_digit(p[9]))
        return false;
    *time_ns = ((int64_t)high * 100 + (p[8] - '0') * 10 + (p[9] - '0')) * NS_PER_SECOND;
    memcpy(last->digits, p, sizeof last->digits);
    last->time_ns = *time_ns;
    return true;
}

/* "1441087134.999691010", as lager writes it; false if it is anything else, right or wrong. */
static inline bool parse_usual_epoch(const char *p, int64_t *time_ns)
{
    int64_t second_ns;
    uint32_t low;

    if (p[10] != '.' || !eight_digits(p + 11, &low) || !is_digit(p[19]) ||
        !parse_usual_second(p, &second_ns))
        return false;
    *time_ns = second_ns + (int64_t)low * 10 + (p[19] - '0');
    return true;
}

bool nstime_parse_epoch(const char *text, size_t len, int64_t *time_ns)
{
    const char *p = text, *end;
    int64_t seconds = 0, fraction = 0;

    if (len == 0) /* and text perhaps NULL */
        return false;
    if (len == 20 && parse_usual_epoch(text, time_ns))
        return true;
    end = text + len;
    while (p < end && is_digit(*p) && p - text < 11)
        seconds = seconds * 10 + (*p++ - '0');
    if (p == text || seconds > MAX_SECONDS)
        return false;
    if (p < end) {
        if (*p != '.')
            return false;
        fraction = fraction_ns(p + 1, end);
        if (fraction < 0)
            return false;
    }
    *time_ns = seconds * NS_PER_SECOND + fraction;
    return true;
}

/*
 * Days from 1970-01-01 to a date of the proleptic Gregorian calendar, by counting from 1 March of
 * year 0 in eras of 400 years (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
 */
static int64_t days_from_civil(int y, int m, int d)
{
    int era, yoe, doy, doe;

    y -= m <= 2;
    era = (y >= 0 ? y : y - 399) / 400;
    yoe = y - era * 400;
    doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return (int64_t)era * 146097 + doe - 719468;
}

static void civil_from_days(int64_t days, int *y, int *m, int *d)
{
    int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
    int doe = (int)(z - era * 146097);
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

    *d = doy - (153 * mp + 2) / 5 + 1;
    *m = mp < 10 ? mp + 3 : mp - 9;
    *y = yoe + (int)era * 400 + (*m <= 2);
}

static int two_digits(const char *p)
{
    return is_digit(p[0]) && is_digit(p[1]) ? (p[0] - '0') * 10 + (p[1] - '0') : -1;
}

static int days_in_month(int y, int m)
{
    static const unsigned char days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

    return m == 2 && leap ? 29 : days[m - 1];
}

/* "+hh:mm" or "+hhmm", colon telling which, as seconds east of UTC; false if it is neither. */
static bool parse_offset(const char *p, bool colon, int *seconds)
{
    int h = two_digits(p + 1), m = two_digits(p + 3 + colon);

    if ((*p != '+' && *p != '-') || (colon && p[3] != ':') || h < 0 || h > 23 || m < 0 || m > 59)
        return false;
    *seconds = (h * 60 + m) * 60 * (*p == '-' ? -1 : 1);
    return true;
}

/* The digits of "2018-03-26T23:57:03", whatever stands between them, as seconds of UTC. */
static bool parse_civil(const char *text, int64_t *seconds)
{
    int century = two_digits(text), year = two_digits(text + 2), month = two_digits(text + 5),
        day = two_digits(text + 8), hour = two_digits(text + 11), minute = two_digits(text + 14),
        second = two_digits(text + 17);

    if (century < 0 || year < 0 || month < 1 || month > 12 || day < 1 || hour < 0 || hour > 23 ||
        minute < 0 || minute > 59 || second < 0 || second > 60)
        return false;
    year += century * 100;
    if (day > days_in_month(year, month))
        return false;
    *seconds = days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
    return true;
}

/* From September 1677 to April 2262; what is further away has no time. */
static bool from_utc(int64_t seconds, int64_t fraction, int64_t *time_ns)
{
    if (seconds <= INT64_MIN / NS_PER_SECOND || seconds >= INT64_MAX / NS_PER_SECOND)
        return false;
    *time_ns = seconds * NS_PER_SECOND + fraction;
    return true;
}

bool nstime_parse_rfc3339(const char *text, size_t len, int64_t *time_ns)
{
    const char *p, *end;
    int64_t seconds, fraction = 0;
    int offset = 0;

    if (len < 20 || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't') ||
        text[13] != ':' || text[16] != ':' || !parse_civil(text, &seconds))
        return false;
    p = text + 19;
    end = text + len;
    if (*p == '.') {
        const char *digits = ++p;

        while (p < end && is_digit(*p))
            p++;
        fraction = fraction_ns(digits, p);
        if (p == digits || fraction < 0)
            return false;
    }
    if (!(end - p == 1 && (*p == 'Z' || *p == 'z')) &&
        !(end - p == 6 && parse_offset(p, true, &offset)))
        return false;
    return from_utc(seconds - offset, fraction, time_ns);
}

/* A zone at p, perhaps behind a blank; returns what is behind it, p if there is none. */
static const char *take_zone(const char *p, const char *end, int *seconds)
{
    const char *at = p + (p < end && *p == ' ');

    *seconds = 0;
    if (at == p && end - at >= 1 && *at == 'Z')
        return at + 1;
    if (end - at >= 3 && memcmp(at, "UTC", 3) == 0)
        return at + 3;
    if (end - at >= 6 && parse_offset(at, true, seconds))
        return at + 6;
    if (end - at >= 5 && parse_offset(at, false, seconds))
        return at + 5;
    return p;
}

size_t nstime_take_stamp(const char *text, size_t len, int64_t *time_ns, bool *zoned)
{
    const char *p, *behind, *end;
    int64_t seconds, fraction = 0;
    int offset;

    if (len < 19 || (text[4] != '-' && text[4] != '/') || text[7] != text[4] ||
        (text[10] != 'T' && text[10] != ' ' && text[10] != '_') || text[13] != ':' ||
        text[16] != ':' || !parse_civil(text, &seconds))
        return 0;
    p = text + 19;
    end = text + len;
    if (end - p > 1 && (*p == '.' || *p == ',') && is_digit(p[1])) {
        const char *digits = ++p;

        while (p < end && is_digit(*p))
            p++;
        fraction = fraction_ns(digits, p);
        if (fraction < 0)
            return 0;
    }
    behind = take_zone(p, end, &offset);
    if (behind < end &&
        !memchr(" \t\r],:|", *behind, 7)) /* a digit more, a letter: something else */
        return 0;
    *zoned = behind > p;
    return from_utc(seconds - offset, fraction, time_ns) ? (size_t)(behind - text) : 0;
}

bool nstime_parse(const char *text, size_t len, int64_t *time_ns)
{
    if (len > 10 && text[4] == '-')
        return nstime_parse_rfc3339(text, len, time_ns);
    return nstime_parse_epoch(text, len, time_ns);
}

/* The unit at p, *len bytes long, as nanoseconds; 0 if there is none. */
static int64_t duration_unit(const char *p, const char *end, size_t *len)
{
    static const struct {
        const char *name;
        int64_t ns;
    } units[] = {{"ns", 1},
                 {"us", 1000},
                 {"\xc2\xb5s", 1000}, /* micro sign */
                 {"\xce\xbcs", 1000}, /* Greek mu */
                 {"ms", 1000000},
                 {"s", NS_PER_SECOND},
                 {"m", 60 * NS_PER_SECOND},
                 {"h", 3600 * NS_PER_SECOND},
                 {"d", 86400 * NS_PER_SECOND}};

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        *len = strlen(units[i].name);
        if ((size_t)(end - p) >= *len && memcmp(p, units[i].name, *len) == 0)
            return units[i].ns;
    }
    return 0;
}

/* A number and its unit, *at moving behind them; false if there is none or it does not fit. */
static bool parse_duration_part(const char **at, const char *end, int64_t *ns)
{
    const char *p = *at, *digits;
    int64_t whole = 0, fraction = 0, unit;
    size_t len;

    while (p < end && is_digit(*p) && whole < INT64_MAX / 100)
        whole = whole * 10 + (*p++ - '0');
    if (p == *at)
        return false;
    if (p < end && *p == '.') {
        for (digits = ++p; p < end && is_digit(*p);)
            p++;
        fraction = p == digits ? -1 : fraction_ns(digits, p);
    }
    unit = duration_unit(p, end, &len);
    if (fraction < 0 || !unit || whole > INT64_MAX / unit - 1)
        return false;
    *at = p + len;
    /* without an overflow: what is more than a second is whole seconds */
    *ns = whole * unit + (unit >= NS_PER_SECOND ? fraction * (unit / NS_PER_SECOND)
                                                : fraction * unit / NS_PER_SECOND);
    return true;
}

bool nstime_parse_duration(const char *text, size_t len, int64_t *duration_ns)
{
    const char *p = text, *end = len ? text + len : text;
    int64_t sum = 0, part;

    if (len == 0)
        return false;
    while (p < end) {
        if (!parse_duration_part(&p, end, &part) || sum > INT64_MAX - part)
            return false;
        sum += part;
    }
    *duration_ns = sum;
    return true;
}

/* The digits of a number below 10^9, all nine of them. */
static void nine_digits(char *p, uint32_t value)
{
    /* 00 01 ... 99 */
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";

    uint32_t low = value % 10000, high = value / 10000, middle = high % 10000;

    *p = (char)('0' + high / 10000);
    memcpy(p + 1, pairs + 2 * (middle / 100), 2);
    memcpy(p + 3, pairs + 2 * (middle % 100), 2);
    memcpy(p + 5, pairs + 2 * (low / 100), 2);
    memcpy(p + 7, pairs + 2 * (low % 100), 2);
}

/* Whole seconds, of ten digits at most: 9223372036 of them are 2^63 ns.  Times have ten and most
 * durations one, so these need no looking for the first. */
static char *put_whole(char *p, uint32_t billions, uint32_t rest)
{
    char digits[9];
    size_t first = 0;

    if (billions) {
        *p = (char)('0' + billions);
        nine_digits(p + 1, rest);
        return p + 10;
    }
    if (rest < 10) {
        *p = (char)('0' + rest);
        return p + 1;
    }
    nine_digits(digits, rest);
    while (digits[first] == '0')
        first++;
    memcpy(p, digits + first, 9 - first);
    return p + 9 - first;
}

size_t nstime_format_seconds(char out[NSTIME_SECONDS_MAX], int64_t ns)
{
    /* INT64_MIN has no positive twin, so work with the magnitude as unsigned. */
    uint64_t u = ns < 0 ? (uint64_t)0 - (uint64_t)ns : (uint64_t)ns;
    uint64_t whole = u / (uint64_t)NS_PER_SECOND;
    uint32_t part = (uint32_t)(u % (uint64_t)NS_PER_SECOND);
    char *p = out;

    if (ns < 0)
        *p++ = '-';
    p = put_whole(p, (uint32_t)(whole / 1000000000), (uint32_t)(whole % 1000000000));
    *p++ = '.';
    nine_digits(p, part);
    return (size_t)(p + 9 - out);
}

void nstime_add_seconds(struct strbuf *b, int64_t ns)
{
    b->len += nstime_format_seconds(strbuf_room(b, NSTIME_SECONDS_MAX), ns);
    b->data[b->len] = '\0';
}

/* A number with leading zeros; returns the byte behind it. */
static char *put_digits(char *p, int value, int digits)
{
    for (int i = digits; i-- > 0; value /= 10)
        p[i] = (char)('0' + value % 10);
    return p + digits;
}

void nstime_add_rfc3339(struct strbuf *b, int64_t time_ns, int digits)
{
    int64_t seconds = time_ns / NS_PER_SECOND, ns = time_ns % NS_PER_SECOND, days;
    int y, m, d, rest;
    char *p, *start;

    if (ns < 0) {
        ns += NS_PER_SECOND;
        seconds--;
    }
    days = seconds / 86400;
    rest = (int)(seconds % 86400);
    if (rest < 0) {
        rest += 86400;
        days--;
    }
    civil_from_days(days, &y, &m, &d);
    p = strbuf_room(b, sizeof "2018-03-26T23:57:03.585894312Z");
    start = p;
    p = put_digits(p, y, 4);
    *p++ = '-';
    p = put_digits(p, m, 2);
    *p++ = '-';
    p = put_digits(p, d, 2);
    *p++ = 'T';
    p = put_digits(p, rest / 3600, 2);
    *p++ = ':';
    p = put_digits(p, rest / 60 % 60, 2);
    *p++ = ':';
    p = put_digits(p, rest % 60, 2);
    if (digits > 0) {
        *p++ = '.';
        p = put_digits(p, (int)(ns / pow10[9 - digits]), digits);
    }
    *p++ = 'Z';
    *p = '\0';
    b->len += (size_t)(p - start);
}

void nstime_add_human(struct strbuf *b, int64_t duration_ns, bool ascii_only)
{
    static const struct {
        int64_t unit_ns;
        const char *name, *ascii;
    } units[] = {{NS_PER_SECOND, "s", "s"}, {1000000, "ms", "ms"}, {1000, "µs", "us"}};
    uint64_t u = duration_ns < 0 ? (uint64_t)0 - (uint64_t)duration_ns : (uint64_t)duration_ns;
    uint64_t seconds = u / (uint64_t)NS_PER_SECOND;

    if (duration_ns < 0)
        strbuf_char(b, '-');
    if (seconds >= 3600) {
        strbuf_printf(b, "%lluh%02llum", (unsigned long long)(seconds / 3600),
                      (unsigned long long)(seconds / 60 % 60));
        return;
    }
    if (seconds >= 100) {
        strbuf_printf(b, "%llum%02llus", (unsigned long long)(seconds / 60),
                      (unsigned long long)(seconds % 60));
        return;
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        uint64_t unit = (uint64_t)units[i].unit_ns;
        int digits;

        /* As it will be rounded: 999.6 of a unit are 1.00 of the next, 9.996 are 10.0. */
        if (u * 2000 < unit * 1999)
            continue;
        digits = u * 200 >= unit * 19990 ? 0 : u * 200 >= unit * 1999 ? 1 : 2;
        strbuf_printf(b, "%.*f%s", digits, (double)u / (double)unit,
                      ascii_only ? units[i].ascii : units[i].name);
        return;
    }
    if (u == 0)
        strbuf_str(b, "0s");
    else
        strbuf_printf(b, "%llun%s", (unsigned long long)u, "s");
}
