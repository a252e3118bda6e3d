/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Property: of any line, lager or not, damaged or not, the entry of a unified
 * log is lager, of the same event, and tells its VM; and it stays as it is
 * when it is unified once more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "base/xalloc.h"
#include "lifecycle/place.h"
#include "output/out_unified.h"
#include "support/linegen.h"

#define RUNS 100000

/* A line with the sentinel and slack that decoding wants. */
static struct slice line_of(struct strbuf *b, const char *bytes, size_t len)
{
    strbuf_reset(b);
    strbuf_add(b, bytes, len);
    memset(strbuf_room(b, 1 + JSCAN_SLACK), '\n', 1 + JSCAN_SLACK);
    return (struct slice){b->data, len};
}

static struct entry entry_of(const struct input *in, struct slice text)
{
    struct entry e = {.input = in, .number = 1, .text = text, .time_ns = 5};

    line_decode(text.p, text.len, &e.line);
    if (line_has_time(&e.line))
        e.time_ns = e.line.record.time_ns;
    return e;
}

static bool same_text(struct jstr a, struct jstr b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

struct bench {
    struct unifier *unifier;
    struct input known, unknown;
    struct strbuf line, first, again;
};

static void check(struct bench *t, const struct input *in, const char *bytes, size_t len)
{
    struct entry before = entry_of(in, line_of(&t->line, bytes, len)), after;
    const struct record *r = &before.line.record, *s = &after.line.record;
    struct placer placer = PLACER_INIT, there = PLACER_INIT;
    struct slice vm, vm_after;

    strbuf_reset(&t->first);
    unifier_add(t->unifier, &t->first, &before);
    assert_null(memchr(t->first.data, '\n', t->first.len));
    after = entry_of(&t->unknown, line_of(&t->again, t->first.data, t->first.len));
    assert_int_equal(after.line.kind, LINE_LAGER);
    assert_true(after.time_ns == before.time_ns);
    if (before.line.kind == LINE_LAGER) {
        assert_int_equal(s->level, r->level);
        assert_true(same_text(s->source, r->source) && same_text(s->message, r->message) &&
                    same_text(s->session, r->session) && same_text(s->error, r->error) &&
                    same_text(s->trace, r->trace));
    }
    if (line_has_time(&before.line)) {
        vm = placer_find(&placer, r, &in->origin)->vm;
        vm_after = placer_find(&there, s, &t->unknown.origin)->vm;
        assert_true(slice_eq(vm, vm_after));
    } else {
        assert_int_equal(s->job.len, strlen(in->origin.job));
    }
    placer_release(&placer);
    placer_release(&there);
    strbuf_reset(&t->line);
    unifier_add(t->unifier, &t->line, &after);
    assert_int_equal(t->line.len, t->first.len);
    assert_memory_equal(t->line.data, t->first.data, t->first.len);
}

static void every_entry_is_lager_and_the_same_event(void **state)
{
    struct bench t = {.unifier = unifier_new()};
    struct strbuf line = STRBUF_INIT, other = STRBUF_INIT;
    struct rng r = {7};

    (void)state;
    t.known.origin = origin_new(slice_of("cell"), slice_of("0"), slice_of("rep"));
    t.unknown.origin = origin_new(slice_of(""), slice_of(""), slice_of(""));
    for (int i = 0; i < RUNS; i++) {
        strbuf_reset(&line);
        linegen_lager(&r, &line, i % 2);
        if (i % 3 == 0) {
            strbuf_reset(&other);
            linegen_lager(&r, &other, true);
            linegen_damage(&r, &line, (struct slice){other.data, other.len});
        }
        while (line.len && line.data[line.len - 1] == '\r')
            line.len--;
        if (line.len && !memchr(line.data, '\n', line.len))
            check(&t, i % 5 ? &t.known : &t.unknown, line.data, line.len);
    }
    strbuf_release(&line);
    strbuf_release(&other);
    strbuf_release(&t.line);
    strbuf_release(&t.first);
    strbuf_release(&t.again);
    origin_release(&t.known.origin);
    origin_release(&t.unknown.origin);
    unifier_free(t.unifier);
}

/* A VM that stands in front of the object, as in a line of syslog, is as good as one in data. */
static void a_place_in_front_of_the_object_is_kept(void **state)
{
    static const char text[] = "{vm \"q\"} {\"timestamp\":\"1700000000.5\",\"source\":\"rep\","
                               "\"message\":\"rep.a\",\"log_level\":1,\"data\":{\"x\":1}} behind";
    struct unifier *u = unifier_new();
    struct input in = {.origin = origin_new(slice_of("cell"), slice_of("0"), slice_of("rep"))};
    struct strbuf line = STRBUF_INIT, out = STRBUF_INIT;
    struct entry e = {.input = &in, .number = 1, .text = line_of(&line, text, sizeof text - 1)};

    (void)state;
    line_decode(e.text.p + 9, e.text.len - 9, &e.line);
    assert_int_equal(e.line.kind, LINE_LAGER);
    e.line.record.job = (struct jstr){e.text.p + 4, 1, false};
    e.line.record.index = (struct jstr){e.text.p + 4, 3, false};
    unifier_add(u, &out, &e);
    assert_string_equal(out.data,
                        "{\"timestamp\":\"1700000000.5\",\"source\":\"rep\",\"message\":\"rep.a\","
                        "\"log_level\":1,\"data\":{\"x\":1,\"cicerone-job\":\"\\\"\","
                        "\"cicerone-index\":\"\\\"q\\\"\"}}");
    strbuf_release(&line);
    strbuf_release(&out);
    origin_release(&in.origin);
    unifier_free(u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_entry_is_lager_and_the_same_event),
        cmocka_unit_test(a_place_in_front_of_the_object_is_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
