/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lifecycle/lifecycle.h"
#include "unit/lines.h"

/* What is in braces of a definition, piece by piece; each test replaces one. */
struct parts {
    const char *head, *entity, *more, *stages, *outcomes, *samples;
};

#define HEAD   "'version': 1, 'name': 'things', 'title': 'Things',\n"
#define ENTITY "'entity': { 'noun': 'thing', 'id': ['data.id'] },\n"
#define STAGES                                                                                     \
    "'stages': [ { 'name': 'one', 'match': {'message': 'one$'} },\n{ 'name': 'two', 'match': "     \
    "{'message': 'two$'} } ],\n"
#define LINE                                                                                       \
    "'line': "                                                                                     \
    "'{\\'timestamp\\':\\'1.0\\',\\'source\\':\\'s\\',\\'message\\':\\'s.one\\',\\'log_level\\':"  \
    "1,\\'data\\':{\\'id\\':\\'x\\'}}'"
#define SAMPLES "'samples': [ {" LINE ", 'stage': 'one', 'id': 'x'} ]\n"
#define LINK    "'link': {'id': ['data.place']},\n"

static struct lifecycle *load(const struct parts *p, struct err *err)
{
    struct strbuf b = STRBUF_INIT;
    struct lifecycle *lc;

    strbuf_printf(&b, "{%s%s%s%s%s%s}", p->head ? p->head : HEAD, p->entity ? p->entity : ENTITY,
                  p->more ? p->more : "", p->stages ? p->stages : STAGES,
                  p->outcomes ? p->outcomes : "", p->samples ? p->samples : SAMPLES);
    lc = load_text(b.data, err);
    strbuf_release(&b);
    return lc;
}

/* Refused, with a text that starts with the place (LINE:COLUMN, or LINE: alone) and holds the
 * words. */
static void refused(struct parts parts, const char *place, const char *words)
{
    struct err err = ERR_INIT;
    struct lifecycle *lc = load(&parts, &err);
    char start[64];

    assert_null(lc);
    assert_true(err.set);
    snprintf(start, sizeof start, "test.json:%s%s", place,
             place[strlen(place) - 1] == ':' ? "" : ": ");
    if (strncmp(err.text, start, strlen(start)) != 0 || !strstr(err.text, words))
        fail_msg("expected %s...%s, not %s", start, words, err.text);
}

static struct lifecycle *accepted(struct parts parts)
{
    struct err err = ERR_INIT;
    struct lifecycle *lc = load(&parts, &err);

    if (!lc)
        fail_msg("%s", err.text);
    return lc;
}

static void a_small_definition_is_enough(void **state)
{
    struct lifecycle *lc = accepted((struct parts){0});

    (void)state;
    assert_string_equal(lc->name, "things");
    assert_string_equal(lc->noun, "thing");
    assert_string_equal(lc->noun_plural, "things");
    assert_string_equal(lc->about, "Things");
    assert_string_equal(lc->path, "test.json");
    assert_int_equal(lc->stage_count, 2);
    assert_int_equal(lc->trigger_count, 2);
    assert_int_equal(lc->outcome_count, 0);
    assert_false(lc->linked);
    assert_false(lc->has_anchors);
    assert_int_equal(lifecycle_stage(lc, "two"), 1);
    assert_true(lifecycle_stage(lc, "three") == NO_STAGE);
    lifecycle_free(lc);
    lifecycle_free(NULL);
}

static void everything_that_a_definition_may_say_is_kept(void **state)
{
    struct lifecycle *lc = accepted((struct parts){
        .entity =
            "'entity': {'noun': 'leaf', 'plural': 'leaves', 'id': ['data.id', ['data.a', 'data.b'],"
            "{'path': 'data.c', 'strip': 'p-'}, {'path': 'message', 'pattern': '(x+)', 'when': "
            "{'level': 1}}]},",
        .more = "'link': {'noun': 'tree', 'id': ['data.place'], 'match': {'message': 'tie$'}},"
                "'tags': {'cell': ['data.cell', 'vm'], 'other': ['source']}, 'about': 'All of "
                "it.', 'log': 'lager',",
        .stages = "'stages': [ {'name': 'one', 'about': 'first', 'anchor': true, 'home': true, "
                  "'ranked': true,"
                  "'match': [{'message': 'uno$', 'by': 'link', 'belongs': 'nearest'}, {'message': "
                  "'one$', 'by': 'id', 'anchor': false}]},"
                  "{'name': 'two', 'optional': true, 'unless': {'level': '^error$'}, 'match': "
                  "{'message': 'two$', 'void_if': 'three'}},"
                  "{'name': 'three', 'unless': {'level': '^error$'},"
                  "'match': {'all': [{'source': 's'}, {'not': {'any': [{'data.x': 7}, {'job': "
                  "'j'}]}}], 'index': 3}} ],",
        .outcomes = "'failed': {'about': 'why', 'message': 'bad$'}, 'lost': {'message': 'lost$', "
                    "'belongs': 'previous'},",
    });
    const struct stage *one = &lc->stages[0];

    (void)state;
    assert_string_equal(lc->noun_plural, "leaves");
    assert_string_equal(lc->link_noun, "tree");
    assert_string_equal(lc->about, "All of it.");
    assert_true(lc->linked && lc->has_anchors);
    assert_int_equal(lc->tag_count, 2);
    assert_string_equal(lc->tags[0].name, "cell");
    assert_int_equal(lc->id.count, 4);
    assert_true(one->anchor && one->home && one->ranked && !one->optional);
    assert_string_equal(one->about, "first");
    assert_true(lc->stages[1].optional);
    assert_int_equal(lc->outcome_count, 2);
    assert_string_equal(lc->outcomes[1].name, "lost");
    for (size_t i = 0, unless = 0; i < lc->trigger_count; i++) {
        const struct trigger *t = &lc->triggers[i];

        if (t->kind == TRIGGER_UNLESS)
            assert_int_equal(++unless, 1); /* the same condition twice is one */
        if (t->kind == TRIGGER_STAGE && t->target == 0) {
            assert_int_equal(t->by_link, t->rank == 0);
            assert_int_equal(t->by_id, t->rank == 1);
            assert_int_equal(t->anchor, t->rank == 0);
            assert_int_equal(t->belongs, t->rank == 0 ? BELONGS_NEAREST : BELONGS_NEXT);
        }
        if (t->kind == TRIGGER_STAGE && t->target == 1) {
            assert_int_equal(t->void_stage, 2);
            assert_int_not_equal(t->unless, 0);
        }
        if (t->kind == TRIGGER_OUTCOME && t->target == 1)
            assert_int_equal(t->belongs, BELONGS_PREVIOUS);
    }
    lifecycle_free(lc);
}

static void a_link_needs_its_sample_to_have_one(void **state)
{
    (void)state;
    refused(
        (struct parts){
            .more = LINK,
            .stages = "'stages': [{'name': 'one', 'match': {'message': 'one$', 'by': 'link'}}],\n"},
        "5:", "does not match");
}

static void what_is_unknown_is_refused_where_it_stands(void **state)
{
    (void)state;
    refused((struct parts){.more = "'colour': 'red',\n"}, "3:1",
            "colour: unknown key; allowed here: version, ");
    refused((struct parts){.entity = "'entity': {'noun': 'n', 'id': ['data.id'], 'idd': 1},\n"},
            "2:44", "entity.idd: unknown key");
    refused(
        (struct parts){
            .stages = "'stages': [{'name': 'one', 'match': {'message': 'one$'}, 'colour': 1}],\n"},
        "3:58", "unknown key");
    refused((struct parts){.stages = "'stages': [{'name': 'one', 'match': {'mesage': 'one$'}}],\n"},
            "3:38", "unknown key");
    refused((struct parts){.outcomes = "'failed': {'message': 'x', 'belong': 'next'},\n"}, "5:28",
            "unknown key");
    refused((struct parts){.more = "'link': {'id': ['data.x'], 'ids': 1},\n"}, "3:28",
            "unknown key");
    refused(
        (struct parts){.samples = "'samples': [ {" LINE ", 'stage': 'one', 'id': 'x', 'why': 1} ]"},
        "5:", "unknown key");
    refused(
        (struct parts){
            .entity = "'entity': {'noun': 'n', 'id': [{'path': 'data.id', 'stripp': 'x'}]},\n"},
        "2:", "unknown key");
}

static void what_is_missing_is_said(void **state)
{
    (void)state;
    refused((struct parts){.head = "'version': 1, 'name': 'things',\n"}, "1:1", "lacks \"title\"");
    refused((struct parts){.head = "'name': 'things', 'title': 'x',\n"}, "1:1",
            "lacks \"version\"");
    refused((struct parts){.entity = "\n"}, "1:1", "lacks \"entity\"");
    refused((struct parts){.stages = "\n"}, "1:1", "lacks \"stages\"");
    refused((struct parts){.entity = "'entity': {'id': ['data.id']},\n"}, "2:1", "lacks \"noun\"");
    refused((struct parts){.entity = "'entity': {'noun': 'x'},\n"}, "2:1", "lacks \"id\"");
    refused((struct parts){.stages = "'stages': [{'match': {'message': 'one$'}}],\n"}, "3:12",
            "lacks \"name\"");
    refused((struct parts){.stages = "'stages': [{'name': 'one'}],\n"}, "3:12", "lacks \"match\"");
    refused((struct parts){.more = "'link': {'noun': 'x'},\n"}, "3:1", "lacks \"id\"");
    refused((struct parts){.samples = "'samples': [ {" LINE ", 'id': 'x'} ]"}, "5:14",
            "lacks \"stage\"");
    refused((struct parts){.samples = "'samples': []"}, "5:1", "not empty");
    refused((struct parts){.stages = "'stages': [],\n"}, "3:1", "not empty");
    refused((struct parts){.stages = "'stages': [{'name': 'one', 'match': []}],\n"}, "3:28", "");
    refused((struct parts){.stages = "'stages': [{'name': 'one', 'match': {}}],\n"}, "3:28", "");
}

static void what_is_of_the_wrong_kind_is_refused(void **state)
{
    static const char *const entities[] = {"7",
                                           "[]",
                                           "'x'",
                                           "null",
                                           "{'noun': 7, 'id': ['data.id']}",
                                           "{'noun': 'n', 'id': 'data.id'}",
                                           "{'noun': 'n', 'id': [7]}",
                                           "{'noun': 'n', 'id': ['nothing']}",
                                           "{'noun': 'n', 'id': [['data.a']]}",
                                           "{'noun': 'n', 'id': [{'pattern': 'x'}]}"};
    static const char *const matches[] = {"7",
                                          "'x'",
                                          "null",
                                          "[7]",
                                          "[[]]",
                                          "{'message': true}",
                                          "{'message': 1.5}",
                                          "{'all': {}}",
                                          "{'all': []}",
                                          "{'not': 7}",
                                          "{'level': 4}",
                                          "{'message': '('}",
                                          "{'message': 'one$', 'by': 'name'}",
                                          "{'message': 'one$', 'by': 'link'}",
                                          "{'message': 'one$', 'belongs': 'first'}",
                                          "{'message': 'one$', 'void_if': 'three'}",
                                          "{'message': 'one$', 'anchor': 'yes'}"};

    (void)state;
    refused((struct parts){.head = "'version': '1', 'name': 'things', 'title': 'Things',\n"}, "1:2",
            "version");
    refused((struct parts){.head = "'version': 2, 'name': 'things', 'title': 'Things',\n"}, "1:2",
            "version");
    refused((struct parts){.head = "'version': 1, 'name': '', 'title': 'Things',\n"}, "1:16",
            "name");
    refused((struct parts){.more = "'log': 'steno',\n"}, "3:1", "log");
    refused((struct parts){.more = "'tags': ['cell'],\n"}, "3:1", "tags");
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
        struct strbuf b = STRBUF_INIT;

        strbuf_printf(&b, "'entity': %s,\n", entities[i]);
        refused((struct parts){.entity = b.data}, "2:", "entity");
        strbuf_release(&b);
    }
    for (size_t i = 0; i < sizeof matches / sizeof *matches; i++) {
        struct strbuf b = STRBUF_INIT;

        strbuf_printf(&b, "'stages': [{'name': 'one', 'match': %s}],\n", matches[i]);
        refused((struct parts){.stages = b.data}, "3:", "stages[0]");
        strbuf_release(&b);
    }
}

static void names_are_of_one_stage_each(void **state)
{
    (void)state;
    refused((struct parts){.stages = "'stages': [{'name': 'one', 'match': {'message': "
                                     "'a'}},\n{'name': 'one', 'match': {'message': 'b'}}],\n"},
            "4:1", "there is another stage named \"one\"");
}

static void bounds_are_kept(void **state)
{
    struct strbuf b = STRBUF_INIT;

    (void)state;
    strbuf_str(&b, "'stages': [");
    for (int i = 0; i <= LIFECYCLE_MAX_STAGES; i++)
        strbuf_printf(&b, "%s{'name': 'one%d', 'match': {'message': 'x'}}", i ? "," : "", i);
    strbuf_str(&b, "],\n");
    refused((struct parts){.stages = b.data}, "3:1", "more than 64 stages");
    strbuf_reset(&b);
    strbuf_str(&b, "'stages': [{'name': 'one', 'match': ");
    for (int i = 0; i < 200; i++)
        strbuf_str(&b, "{'not': ");
    strbuf_str(&b, "{'message': 'x'}");
    for (int i = 0; i < 200; i++)
        strbuf_str(&b, "}");
    strbuf_str(&b, "}],\n");
    refused((struct parts){.stages = b.data}, "3:", "deep");
    strbuf_release(&b);
}

static void a_sample_must_do_what_it_says(void **state)
{
    (void)state;
    refused((struct parts){.samples = "'samples': [ {" LINE ", 'stage': 'two', 'id': 'x'} ]"},
            "5:", "does not match \"two\"");
    refused((struct parts){.samples = "'samples': [ {" LINE ", 'stage': 'none', 'id': 'x'} ]"},
            "5:", "\"none\"");
    refused((struct parts){.samples = "'samples': [ {" LINE ", 'stage': 'one', 'id': 'y'} ]"},
            "5:", "not with this id");
    refused(
        (struct parts){.samples = "'samples': [ {" LINE ", 'stage': 'one', 'ids': ['x', 'y']} ]"},
        "5:", "not with this id");
    refused((struct parts){.samples = "'samples': [ {" LINE ", 'stage': 'one', 'id': 7} ]"},
            "5:", "must be a string");
    refused((struct parts){.samples = "'samples': [ {'line': 'text', 'stage': 'one', 'id': 'x'} ]"},
            "5:15", "is not a lager line");
    refused((struct parts){.samples = "'samples': [ 7 ]"}, "5:", "");
}

static void a_log_may_be_of_cf_logs(void **state)
{
    static const char stages[] = "'stages': [{'name': 'one', 'match': {'source': '^STG$', "
                                 "'message': '^made$', 'file': '-'}}],\n";
    struct parts p = {.more = "'log': 'loggregator', 'repeat': 'one',\n",
                      .entity = "'entity': {'noun': 'push', 'id': ['file']},\n",
                      .stages = stages,
                      .samples = "'samples': [ {'line': ' 2015-03-02T15:25:10.36-0800 [STG/0]   "
                                 "OUT made', 'stage': 'one', 'id': '-'} ]"};
    struct lifecycle *lc = accepted(p);

    (void)state;
    assert_ptr_equal(lc->log, &log_loggregator);
    assert_true(lc->repeats);
    lifecycle_free(lc);
    p.samples = "'samples': [ {" LINE ", 'stage': 'one', 'id': '-'} ]";
    refused(p, "5:15", "is not a line of cf logs");
    p.more = "'log': 'cf logs',\n";
    refused(p, "3:1", "must be one of: lager, loggregator");
}

static void tags_and_by_are_checked(void **state)
{
    struct lifecycle *lc = accepted(
        (struct parts){.more = "'by': ['op', 'cell'], 'repeat': true, 'tags': {'cell': {'rules': "
                               "['vm'], 'before': true, 'peers': true},\n'op': [{'text': 'sync', "
                               "'when': {'message': 'x'}}, ['data.a', 'data.b[]']]},"});

    (void)state;
    assert_int_equal(lc->by_count, 2);
    assert_string_equal(lc->tags[lc->by[0]].name, "op");
    assert_string_equal(lc->tags[lc->by[1]].name, "cell");
    assert_true(lc->tags[lc->by[1]].before && lc->tags[lc->by[1]].peers);
    assert_false(lc->tags[lc->by[0]].before || lc->tags[lc->by[0]].peers);
    lifecycle_free(lc);
    refused((struct parts){.more = "'by': [],"}, "3:1", "not empty");
    refused((struct parts){.more = "'by': ['cell'],"}, "3:", "name of a tag");
    refused((struct parts){.more = "'tags': {'a': ['vm']}, 'by': ['a','a','a','a','a'],"},
            "3:", "more than 4 tags");
    refused((struct parts){.more = "'tags': {'a': {'rules': ['vm'], 'before': true}},"},
            "3:", "\"repeat\"");
    refused((struct parts){.more = "'tags': {'a': {'before': true}},"}, "3:", "lacks \"rules\"");
    refused((struct parts){.more = "'tags': {'a': {'rules': ['vm'], 'of': 1}},"},
            "3:", "rules, before, peers");
    refused((struct parts){.more = "'tags': {'a': [{'text': 'x', 'path': 'vm'}]},"},
            "3:", "\"when\" only");
    refused((struct parts){.more = "'tags': {'a': [{'when': {'message': 'x'}}]},"},
            "3:", "lacks \"path\" or \"text\"");
    refused((struct parts){.more = "'tags': {'a': [['data.b[]', 'vm']]},"},
            "3:", "only the last part");
}

static void repeat_and_values_are_checked(void **state)
{
    struct lifecycle *lc =
        accepted((struct parts){.more = "'repeat': true, 'tags': {'cell': ['vm']},\n'values': "
                                        "{'took': {'rules': ['data.took'], 'unit': 'duration'}, "
                                        "'size': {'rules': ['data.size']}},"});

    (void)state;
    assert_true(lc->repeats);
    assert_int_equal(lc->value_count, 2);
    assert_int_equal(lc->tag_slots, 1);
    assert_true(lc->values[0].is_duration && !lc->values[1].is_duration);
    assert_string_equal(lc->values[1].unit, "");
    lifecycle_free(lc);
    refused((struct parts){.more = "'repeat': 'yes',"}, "3:1", "name of a stage");
    refused((struct parts){.more = "'repeat': 1,"}, "3:1", "name of a stage");
    refused((struct parts){.more = "'repeat': true,\n" LINK}, "4:1", "\"repeat\"");
    refused((struct parts){.more = "'values': ['x'],"}, "3:1", "must be an object");
    refused((struct parts){.more = "'values': {'x': ['data.x']},"}, "3:12", "must be an object");
    refused((struct parts){.more = "'values': {'x': {'unit': 'MB'}},"}, "3:12", "lacks \"rules\"");
    refused((struct parts){.more = "'values': {'x': {'rules': ['data.x'], 'of': 1}},"},
            "3:", "rules, unit");
    refused((struct parts){.more = "'values': {'x': {'rules': ['data.x'], 'unit': ''}},"},
            "3:", "not empty");
    refused((struct parts){.more = "'values': {'one': {'rules': ['data.x']}},"}, "3:12",
            "a tag or a stage named");
    refused((struct parts){.more = "'tags': {'x': ['vm']}, 'values': {'x': {'rules': ['vm']}},"},
            "3:", "a tag or a stage named");
    refused((struct parts){.more = "'values': {'total': {'rules': ['data.x']}},"}, "3:12",
            "another column");
}

static void what_is_no_json_is_refused_with_its_place(void **state)
{
    static const char *const texts[] = {
        "",           " ",       "{",    "[",   "7",   "nonsense", "{'a': 1, 'a': 2}",
        "{'a': 1} x", "{'a' 1}", "\xff", "[1]", "null"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct err err = ERR_INIT;

        assert_null(load_text(texts[i], &err));
        assert_int_equal(strncmp(err.text, "test.json:1:", 12), 0);
    }
}

/* No prefix of a definition, and none with one byte changed, does harm. */
static void damaged_definitions_are_refused_or_read(void **state)
{
    static const char text[] = "{" HEAD ENTITY LINK STAGES SAMPLES "}";
    char *json = with_quotes(text);
    size_t len = strlen(json);

    (void)state;
    for (size_t n = 0; n < len; n++) {
        struct err err = ERR_INIT;

        assert_null(lifecycle_load("test.json", json, n, &err));
        assert_true(err.set);
    }
    for (size_t n = 0; n < len; n++) {
        struct err err = ERR_INIT;
        struct lifecycle *lc;
        char byte = json[n];

        json[n] = n % 3 ? (char)(byte ^ 1) : '}';
        lc = lifecycle_load("test.json", json, len, &err);
        assert_int_equal(lc == NULL, err.set);
        lifecycle_free(lc);
        json[n] = byte;
    }
    free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_definition_is_enough),
        cmocka_unit_test(everything_that_a_definition_may_say_is_kept),
        cmocka_unit_test(a_link_needs_its_sample_to_have_one),
        cmocka_unit_test(what_is_unknown_is_refused_where_it_stands),
        cmocka_unit_test(what_is_missing_is_said),
        cmocka_unit_test(what_is_of_the_wrong_kind_is_refused),
        cmocka_unit_test(names_are_of_one_stage_each),
        cmocka_unit_test(bounds_are_kept),
        cmocka_unit_test(a_sample_must_do_what_it_says),
        cmocka_unit_test(a_log_may_be_of_cf_logs),
        cmocka_unit_test(tags_and_by_are_checked),
        cmocka_unit_test(repeat_and_values_are_checked),
        cmocka_unit_test(what_is_no_json_is_refused_with_its_place),
        cmocka_unit_test(damaged_definitions_are_refused_or_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
