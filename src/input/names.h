/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names.h - what a file's name says of what is in it
 *
 * Names decide only what is looked at within folders and bundles; what a file
 * is, its first bytes say.
 */
#ifndef CICERONE_NAMES_H
#define CICERONE_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* *.log, *.log.3, and these with .gz, .zst, .xz, .bz2 or .lz4 behind. */
bool name_is_log(const char *path);

/* *.tgz, *.tar, *.tar.gz (.zst, .xz, .bz2, .lz4), *.zip. */
bool name_is_bundle(const char *path);

#endif
