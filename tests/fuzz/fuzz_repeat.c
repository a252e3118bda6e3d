/* SPDX-License-Identifier: Apache-2.0 */
/* Any lines to a lifecycle that repeats, forwards and backwards: the same timelines. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char definition[] =
    "{ 'version': 1, 'name': 'turns', 'title': 'Turns', 'repeat': true,"
    "  'entity': { 'noun': 'turn', 'id': [ ['vm', 'source', 'session'], 'session', 'data.ids[]' ] "
    "},"
    "  'tags': { 'what': ['data.a', 'data.b'], 'vm': ['vm'] },"
    "  'values': { 'took': {'rules': ['data.t', 'data.n'], 'unit': 'duration'},"
    "              'size': {'rules': ['data.n']} },"
    "  'stages': [ { 'name': 'begun', 'match': {'message': 'b$'} },"
    "    { 'name': 'stored', 'unless': {'level': '^error$'}, 'match': {'message': 's$'} },"
    "    { 'name': 'maybe', 'match': {'message': 'm$', 'void_if': 'stored'} },"
    "    { 'name': 'done', 'match': {'message': 'd$'} } ],"
    "  'failed': {'message': 'f$'},"
    "  'samples': [ {'line': '{\\'timestamp\\':\\'1.0\\',\\'source\\':\\'s\\',\\'message\\':"
    "\\'s.b\\',\\'log_level\\':1,\\'data\\':{\\'session\\':\\'7\\'}}', 'stage': 'begun', 'id': "
    "'7'} ] }";

/* Feed the lines in the order of their starts; describe what comes of them. */
static void describe_lines(const struct lifecycle *lc, const char *text, const size_t *starts,
                           size_t count, bool backwards, struct strbuf *out)
{
    struct selection all = {NULL, NULL};
    struct timelines t;
    struct feeding f;

    feeding_init(&f, &t, lc);
    for (size_t i = 0; i < count; i++) {
        const char *line = text + starts[backwards ? count - 1 - i : i];
        struct record r;

        if (lager_decode(line, strcspn(line, "\n"), &r))
            matcher_record(f.matcher, &r, &f.nowhere, feed_event, &f);
    }
    timelines_finish(&t, &all);
    describe(&t, out);
    strbuf_add(out, "", 1);
    timelines_release(&t);
    feeding_release(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct lifecycle *lc;
    struct err err = ERR_INIT;
    struct strbuf forwards = STRBUF_INIT, backwards = STRBUF_INIT;
    char *text = xmalloc(size + 1 + JSCAN_SLACK);
    size_t *starts = xcalloc(size + 1, sizeof *starts), count = 1;

    if (!lc)
        lc = load_text(definition, &err);
    if (!lc)
        abort();
    memcpy(text, data, size);
    memset(text + size, '\n', 1 + JSCAN_SLACK);
    text[size + JSCAN_SLACK] = '\0';
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\0')
            text[i] = ' ';
        if (text[i] == '\n')
            starts[count++] = i + 1;
    }
    describe_lines(lc, text, starts, count, false, &forwards);
    describe_lines(lc, text, starts, count, true, &backwards);
    if (forwards.len != backwards.len || memcmp(forwards.data, backwards.data, forwards.len) != 0)
        abort();
    strbuf_release(&forwards);
    strbuf_release(&backwards);
    free(starts);
    free(text);
    return 0;
}
