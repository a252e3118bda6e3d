/* SPDX-License-Identifier: Apache-2.0 */
#include "input/sniff.h"

#include <string.h>

/* An empty tar is two blocks of zeros, and GNU tar's has 20. */
#define EMPTY_TAR_LEAST (2 * TAR_BLOCK)
#define EMPTY_TAR_MOST  (20 * TAR_BLOCK)

#define CHECKSUM_AT  148
#define CHECKSUM_LEN 8
#define MAGIC_AT     257

static bool all_zeros(const unsigned char *p, size_t len)
{
    return len > 0 && p[0] == 0 && memcmp(p, p + 1, len - 1) == 0;
}

bool sniff_is_tar_header(const unsigned char block[TAR_BLOCK])
{
    const unsigned char *field = block + CHECKSUM_AT;
    unsigned long sum = CHECKSUM_LEN * ' ', said = 0;
    long signed_sum = CHECKSUM_LEN * ' '; /* as some old writers have it */
    size_t i = 0;

    if (!block[0]) /* every member has a name */
        return false;
    while (i < CHECKSUM_LEN && field[i] == ' ')
        i++;
    if (i == CHECKSUM_LEN || field[i] < '0' || field[i] > '7')
        return false;
    for (; i < CHECKSUM_LEN && field[i] >= '0' && field[i] <= '7'; i++)
        said = said * 8 + (unsigned long)(field[i] - '0');
    for (i = 0; i < TAR_BLOCK; i++) {
        if (i < CHECKSUM_AT || i >= CHECKSUM_AT + CHECKSUM_LEN) {
            sum += block[i];
            signed_sum += (signed char)block[i];
        }
    }
    return said == sum || (long)said == signed_sum;
}

/* What begins with a zero is a tar only if zeros are all there is; logs may begin with a hole. */
static enum content sniff_zeros(struct layer *l)
{
    const unsigned char *p;
    size_t len = layer_peek(l, EMPTY_TAR_MOST + 1, &p);

    return len >= EMPTY_TAR_LEAST && len <= EMPTY_TAR_MOST && len % TAR_BLOCK == 0 &&
                   all_zeros(p, len)
               ? CONTENT_EMPTY_TAR
               : CONTENT_LINES;
}

enum content sniff(struct layer *l)
{
    static const struct {
        enum content content;
        const char *magic;
        size_t len;
    } magics[] = {{CONTENT_ZSTD, "\x28\xb5\x2f\xfd", 4},
                  {CONTENT_XZ,
                   "\xfd"
                   "7zXZ\0",
                   6},
                  {CONTENT_LZ4, "\x04\x22\x4d\x18", 4},
                  {CONTENT_ZIP, "PK\3\4", 4},
                  {CONTENT_ZIP, "PK\5\6", 4}};
    const unsigned char *p;
    size_t len = layer_peek(l, 2, &p);

    if (len == 2 && memcmp(p, "{\"", 2) == 0) /* no need to wait for more of a pipe */
        return CONTENT_LINES;
    len = layer_peek(l, TAR_BLOCK, &p);
    if (sniff_is_gzip(p, len))
        return CONTENT_GZIP;
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        if (len >= magics[i].len && memcmp(p, magics[i].magic, magics[i].len) == 0)
            return magics[i].content;
    }
    if (len >= 10 && memcmp(p, "BZh", 3) == 0 && p[3] >= '1' && p[3] <= '9' &&
        (memcmp(p + 4, "1AY&SY", 6) == 0 || memcmp(p + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0))
        return CONTENT_BZIP2;
    if (len == TAR_BLOCK && (memcmp(p + MAGIC_AT, "ustar", 5) == 0 || sniff_is_tar_header(p)))
        return CONTENT_TAR;
    if (len == TAR_BLOCK && all_zeros(p, len))
        return sniff_zeros(l);
    return CONTENT_LINES;
}
