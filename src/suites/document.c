/* SPDX-License-Identifier: Apache-2.0 */
#include "suites/document.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/xalloc.h"
#include "input/stream.h"

#define PIECE ((size_t)64 * 1024)

static bool is_folder(const char *path)
{
    struct stat st;

    return strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void read_all(struct document *d, struct stream *s)
{
    size_t n;

    do {
        n = stream_read(s, strbuf_room(&d->text, PIECE), PIECE);
        d->text.len += n;
    } while (n && d->text.len <= DOCUMENT_MOST);
    strbuf_add(&d->text, "", 0);
}

int document_read(struct document *d, const char *path, struct err *err)
{
    struct inputs one = INPUTS_INIT;
    struct stream *s;
    int rc = 0;

    *d = (struct document){.path = strcmp(path, "-") == 0 ? "standard input" : path};
    if (is_folder(path))
        return err_set(err, "%s: is a folder", d->path);
    inputs_add(&one, path, NULL);
    s = stream_open(&one.list[0], 0);
    if (s)
        read_all(d, s);
    stream_close(s);
    if (one.list[0].state == INPUT_FAILED)
        rc = err_set(err, "%s: %s", d->path, one.list[0].problem);
    else if (d->text.len > DOCUMENT_MOST)
        rc = err_set(err, "%s: is larger than 256 MB, which no such file is", d->path);
    else if (one.list[0].problem)
        d->damage = xstrdup(one.list[0].problem);
    inputs_release(&one);
    return rc;
}

void document_release(struct document *d)
{
    strbuf_release(&d->text);
    free(d->damage);
    *d = (struct document){0};
}

bool document_begins(const char *path, const char *word)
{
    struct inputs one = INPUTS_INIT;
    size_t want = strlen(word), have = 0, n;
    struct stream *s;
    struct stat st;
    char *head;
    bool begins;

    if (strcmp(path, "-") == 0 || stat(path, &st) < 0 || !S_ISREG(st.st_mode))
        return false;
    head = xmalloc(want);
    inputs_add(&one, path, NULL);
    s = stream_open(&one.list[0], 0);
    while (s && have < want && (n = stream_read(s, head + have, want - have)) > 0)
        have += n;
    begins = have == want && memcmp(head, word, want) == 0;
    stream_close(s);
    inputs_release(&one);
    free(head);
    return begins;
}

json_t *document_json(struct loader *l)
{
    json_error_t where;
    json_t *top = json_loadb(l->text, l->len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &where);

    if (!top)
        err_set(l->err, "%s:%zu:%d: %s", l->path, l->lines_before + (size_t)where.line,
                where.column < 1 ? 1 : where.column, where.text);
    return top;
}

static int fail_at(struct loader *l, const char *key, const char *text)
{
    loader_enter_key(l, key);
    loader_fail(l, "%s", text);
    loader_leave(l);
    return -1;
}

static int missing(struct loader *l, const char *key, bool needed)
{
    return needed ? loader_fail(l, "\"%s\" is missing", key) : 0;
}

int document_text(struct loader *l, const json_t *object, const char *key, bool needed,
                  struct slice *out)
{
    const json_t *value = json_object_get(object, key);

    if (!value || json_is_null(value))
        return missing(l, key, needed);
    if (!json_is_string(value))
        return fail_at(l, key, "must be a string");
    *out = document_slice(value);
    return 0;
}

int document_bool(struct loader *l, const json_t *object, const char *key, bool *out)
{
    const json_t *value = json_object_get(object, key);

    if (!value)
        return missing(l, key, true);
    if (!json_is_boolean(value))
        return fail_at(l, key, "must be true or false");
    *out = json_is_true(value);
    return 0;
}

int document_count(struct loader *l, const json_t *object, const char *key, bool needed,
                   int64_t *out)
{
    const json_t *value = json_object_get(object, key);

    if (!value || json_is_null(value))
        return missing(l, key, needed);
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return fail_at(l, key, "must be a whole number, not below 0");
    *out = json_integer_value(value);
    return 0;
}

int document_duration(struct loader *l, const json_t *value, int64_t *out)
{
    json_int_t ns = json_integer_value(value);

    if (!json_is_integer(value))
        return loader_fail(l, "must be a whole number of nanoseconds");
    if (ns > DOCUMENT_LONGEST_NS || ns < -DOCUMENT_LONGEST_NS)
        return loader_fail(l, "is a duration of more than 50 years");
    *out = ns;
    return 0;
}
