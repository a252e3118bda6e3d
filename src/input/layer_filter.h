/* SPDX-License-Identifier: Apache-2.0 */
/*
 * layer_filter.h - streams packed in another way than gzip's
 */
#ifndef CICERONE_LAYER_FILTER_H
#define CICERONE_LAYER_FILTER_H

#include "input/layer.h"
#include "input/sniff.h"

/* content: CONTENT_ZSTD, CONTENT_XZ, CONTENT_BZIP2 or CONTENT_LZ4. */
struct layer *layer_filter(struct layer *below, enum content content);

#endif
