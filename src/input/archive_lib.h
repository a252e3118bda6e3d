/* SPDX-License-Identifier: Apache-2.0 */
/*
 * archive_lib.h - libarchive, loaded when the first bundle is met
 *
 * Linked in the usual way it would cost every run 6 ms and 3 MB, for the
 * libraries that it needs in turn (libxml2, ICU, ...), and the program would not start
 * where it is not installed.  So plain and gzipped logs do without.
 */
#ifndef CICERONE_ARCHIVE_LIB_H
#define CICERONE_ARCHIVE_LIB_H

#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>

/* What is used of it, without its "archive_" in front. */
#define ARCHIVE_LIB_FUNCTIONS(F)                                                                   \
    F(read_new)                                                                                    \
    F(read_free)                                                                                   \
    F(read_support_format_tar)                                                                     \
    F(read_support_format_zip)                                                                     \
    F(read_support_format_raw)                                                                     \
    F(read_support_format_empty)                                                                   \
    F(read_support_filter_zstd)                                                                    \
    F(read_support_filter_xz)                                                                      \
    F(read_support_filter_bzip2)                                                                   \
    F(read_support_filter_lz4)                                                                     \
    F(read_set_format_option)                                                                      \
    F(read_set_seek_callback)                                                                      \
    F(read_set_callback_data)                                                                      \
    F(read_set_read_callback)                                                                      \
    F(read_open1)                                                                                  \
    F(read_open)                                                                                   \
    F(read_next_header)                                                                            \
    F(read_header_position)                                                                        \
    F(read_data_block)                                                                             \
    F(error_string)                                                                                \
    F(entry_pathname)                                                                              \
    F(entry_pathname_utf8)                                                                         \
    F(entry_size)                                                                                  \
    F(entry_size_is_set)                                                                           \
    F(entry_filetype)                                                                              \
    F(entry_hardlink)                                                                              \
    F(entry_is_encrypted)                                                                          \
    F(entry_sparse_count)

struct archive_lib {
#define ARCHIVE_LIB_FIELD(name) __typeof__(archive_##name) *name;
    ARCHIVE_LIB_FUNCTIONS(ARCHIVE_LIB_FIELD)
#undef ARCHIVE_LIB_FIELD
};

extern struct archive_lib archive_lib;

/* Load it, once; false if it is not there, or too old.  By any thread, before archive_lib is used.
 */
bool archive_lib_load(void);

#endif
