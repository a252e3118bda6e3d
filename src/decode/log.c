/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/log.h"

#include "decode/cflogs.h"
#include "decode/lager.h"

const struct log_format log_lager = {
    .name = "lager",
    .line = "lager line",
    .is = "lager",
    .key = "lager",
    .hint = "are these logs of Diego components?",
    .has_debug = true,
    .decode = lager_decode,
    .decode_next = lager_decode_next,
};

const struct log_format log_loggregator = {
    .name = "loggregator",
    .line = "line of cf logs",
    .is = "of cf logs",
    .key = "cf_logs",
    .hint = "is this what cf logs printed?",
    .decode = cflogs_decode,
};

const struct log_format *log_format_find(struct slice name)
{
    static const struct log_format *const formats[] = {&log_lager, &log_loggregator};

    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (slice_eq(name, slice_of(formats[i]->name)))
            return formats[i];
    }
    return NULL;
}
