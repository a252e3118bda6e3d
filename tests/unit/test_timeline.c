/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lifecycle/timeline_table.h"
#include "unit/lines.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))
#define ORDERS      50

#define SAMPLE(stage)                                                                              \
    "'samples': [ {'line': '{\\'timestamp\\':\\'1.0\\',\\'source\\':\\'s\\',\\'message\\':"        \
    "\\'s." stage "\\',\\'log_level\\':1,\\'data\\':{\\'id\\':\\'x\\'}}', 'stage': '" stage        \
    "', 'id': 'x'} ]"

/* Entities of a single id. */
static const char plain[] =
    "{ 'version': 1, 'name': 'things', 'title': 'Things',"
    "  'entity': { 'noun': 'thing', 'id': ['data.id', 'data.ids[]'] },"
    "  'tags': { 'cell': ['data.best', 'data.cell'] },"
    "  'stages': ["
    "    { 'name': 'born', 'match': {'message': '\\\\.born$'} },"
    "    { 'name': 'ranked', 'optional': true, 'ranked': true,"
    "      'match': [ {'message': '\\\\.rank1$'}, {'message': '\\\\.rank2$'}, {'message': "
    "'\\\\.rank3$'} ] },"
    "    { 'name': 'done', 'unless': {'level': '^error$'}, 'match': {'message': '\\\\.done$'} },"
    "    { 'name': 'maybe', 'optional': true, 'match': {'message': '\\\\.maybe$', 'void_if': "
    "'done'} } ],"
    "  'cancelled': {'about': 'called off', 'message': '\\\\.cancel$'},"
    "  'failed': [ {'about': 'never done', 'message': '\\\\.fail$', 'void_if': 'done'},"
    "              {'about': 'broke', 'message': '\\\\.broke$', 'unless': {'level': '^error$'}} ],"
    "  " SAMPLE("born") " }";

/* Entities that are known by their place before they have an id. */
static const char linked[] =
    "{ 'version': 1, 'name': 'things', 'title': 'Things',"
    "  'entity': { 'noun': 'thing', 'id': ['data.id'] },"
    "  'link': { 'noun': 'place', 'id': [ ['data.row', 'data.seat'] ], 'match': {'message': "
    "'\\\\.tie$'} },"
    "  'tags': { 'cell': ['data.cell'] },"
    "  'stages': ["
    "    { 'name': 'wanted', 'anchor': true, 'ranked': true,"
    "      'match': [ {'message': '\\\\.wanted$', 'by': 'link'}, {'message': '\\\\.again$', 'by': "
    "'link'} ] },"
    "    { 'name': 'born', 'anchor': true, 'match': {'message': '\\\\.born$'} },"
    "    { 'name': 'near', 'optional': true, 'match': {'message': '\\\\.near$', 'by': 'link', "
    "'belongs': 'nearest'} },"
    "    { 'name': 'claimed', 'optional': true, 'unless': {'level': '^error$'},"
    "      'match': {'message': '\\\\.claimed$', 'by': 'id'} },"
    "    { 'name': 'gone', 'optional': true, 'match': {'message': '\\\\.gone$', 'by': 'link', "
    "'belongs': 'previous'} } ],"
    "  'lost': {'about': 'gone with its cell', 'message': '\\\\.lost$', 'by': 'link', 'belongs': "
    "'previous'},"
    "  'rejected': {'about': 'no room', 'message': '\\\\.full$', 'by': 'link', 'void_if': 'born'},"
    "  " SAMPLE("born") " }";

/* Turns of a session, which processes count from 1 anew. */
#define TURNS(repeat)                                                                              \
    "{ 'version': 1, 'name': 'turns', 'title': 'Turns', 'repeat': " repeat ","                     \
    "  'entity': { 'noun': 'turn', 'id': [ ['vm', 'source', 'session'], ['source', 'session'] ] "  \
    "},"                                                                                           \
    "  'tags': { 'what': ['data.best', 'data.what'] },"                                            \
    "  'values': { 'took': {'rules': ['data.took'], 'unit': 'duration'},"                          \
    "              'size': {'rules': ['data.size', 'data.length'], 'unit': 'MB'} },"               \
    "  'stages': ["                                                                                \
    "    { 'name': 'begun', 'match': {'message': '\\\\.(begun|began)$'} },"                        \
    "    { 'name': 'stored', 'optional': true, 'unless': {'level': '^error$'},"                    \
    "      'match': {'message': '\\\\.stored$'} },"                                                \
    "    { 'name': 'done', 'match': {'message': '\\\\.done$'} } ],"                                \
    "  'failed': {'about': 'broke', 'message': '\\\\.broke!?$'},"                                  \
    "  'samples': [ {'line': '{\\'timestamp\\':\\'1.0\\',\\'source\\':\\'s\\',\\'message\\':"      \
    "\\'s.begun\\',\\'log_level\\':1,\\'data\\':{\\'session\\':\\'7\\'}}', 'stage': 'begun',"      \
    " 'id': 's/7'} ] }"

static const char repeating[] = TURNS("true");
static const char repeating_when_over[] = TURNS("'done'");

static struct lifecycle *need(const char *definition)
{
    struct err err = ERR_INIT;
    struct lifecycle *lc = load_text(definition, &err);

    if (!lc)
        fail_msg("%s", err.text);
    return lc;
}

static uint32_t pick(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525 + 1013904223;
    return (uint32_t)(((uint64_t)*seed * below) >> 32);
}

static char *described(const struct lifecycle *lc, const struct log_line *lines,
                       const size_t *order, size_t count)
{
    struct strbuf out = STRBUF_INIT;
    struct timelines t;

    assert_true(make_timelines(&t, lc, lines, order, count));
    describe(&t, &out);
    timelines_release(&t);
    strbuf_add(&out, "", 1);
    return out.data;
}

/* The lines give these timelines, in whatever order and with any of them twice. */
static void expect(const char *definition, const struct log_line *lines, size_t count,
                   const char *expected)
{
    struct lifecycle *lc = need(definition);
    char *text = described(lc, lines, NULL, count);
    size_t *order = xcalloc(count * 2, sizeof *order);
    uint32_t seed = 1;

    assert_string_equal(text, expected);
    free(text);
    for (int n = 0; n < ORDERS; n++) {
        for (size_t i = 0; i < count * 2; i++) {
            size_t k = pick(&seed, (uint32_t)i + 1);

            order[i] = order[k];
            order[k] = i % count;
        }
        text = described(lc, lines, order, count * 2);
        assert_string_equal(text, expected);
        free(text);
    }
    free(order);
    lifecycle_free(lc);
}

static void of_each_stage_the_earliest_event_is_kept(void **state)
{
    static const struct log_line lines[] = {
        {"5", "b", "s.born", "'id':'x'"}, {"3", "a", "s.born", "'id':'x'"},
        {"4", "a", "s.done", "'id':'x'"}, {"9", "a", "s.done", "'id':'y'"},
        {"7", "c", "s.born", "'id':'y'"}, {"6", "c", "s.other", "'id':'z'"},
    };

    (void)state;
    expect(plain, lines, COUNT(lines),
           "x ok complete born=3@a/0 done=4@a/0\n"
           "y ok complete born=7@c/0 done=9@a/0\n");
}

static void one_line_may_speak_of_many_entities(void **state)
{
    static const struct log_line lines[] = {
        {"1", "a", "s.born", "'ids':['x','y',3,'x']"},
        {"2", "a", "s.done", "'id':'y'"},
        {"3", "a", "s.done", "'id':3"},
    };

    (void)state;
    expect(plain, lines, COUNT(lines),
           "3 ok complete born=1@a/0 done=3@a/0\n"
           "x incomplete born=1@a/0\n"
           "y ok complete born=1@a/0 done=2@a/0\n");
}

static void of_equal_times_the_vm_decides_by_its_name(void **state)
{
    static const struct log_line lines[] = {
        {"1", "c", "s.born", "'id':'x'"},
        {"1", "a", "s.born", "'id':'x'"},
        {"1", "b", "s.born", "'id':'x'"},
        {"2", "b", "s.done", "'id':'x','session':'1'"},
        {"2", "a", "s.done", "'id':'x','session':'2'"},
    };

    (void)state;
    expect(plain, lines, COUNT(lines), "x ok complete born=1@a/0 done=2@a/0\n");
}

static void a_ranked_stage_takes_the_first_alternative_that_came(void **state)
{
    static const struct log_line lines[] = {
        {"1", "a", "s.born", "'ids':['x','y']"}, {"2", "a", "s.rank3", "'ids':['x','y']"},
        {"3", "a", "s.rank2", "'id':'x'"},       {"8", "a", "s.rank1", "'id':'x'"},
        {"7", "a", "s.rank1", "'id':'x'"},       {"9", "a", "s.done", "'ids':['x','y']"},
    };

    (void)state;
    expect(plain, lines, COUNT(lines),
           "x ok complete born=1@a/0 ranked=7@a/0 done=9@a/0\n"
           "y ok complete born=1@a/0 ranked=2@a/0 done=9@a/0\n");
}

static void an_error_of_the_same_session_voids_an_event(void **state)
{
    static const struct log_line lines[] = {
        {"1", "a", "bbs.born", "'id':'x'"},
        {"2", "a", "bbs.done", "'id':'x','session':'1.1'"},
        {"3", "a", "bbs.failed-to!", "'id':'x','session':'1.1'"},
        {"4", "a", "bbs.done", "'id':'x','session':'1.2'"},
        /* of another entity, VM, source or session: voids nothing */
        {"4", "a", "bbs.failed-to!", "'id':'other','session':'1.2'"},
        {"4", "b", "bbs.failed-to!", "'id':'x','session':'1.2'"},
        {"4", "a", "rep.failed-to!", "'id':'x','session':'1.2'"},
        {"4", "a", "bbs.failed-to!", "'id':'x','session':'1'"},
        /* outcomes as well */
        {"5", "a", "bbs.broke", "'id':'x','session':'2'"},
        {"6", "a", "bbs.failed-to!", "'id':'x','session':'2'"},
    };

    (void)state;
    expect(plain, lines, COUNT(lines), "x ok complete born=1@a/0 done=4@a/0\n");
}

static void an_event_without_a_session_is_void_by_none(void **state)
{
    static const struct log_line lines[] = {
        {"1", "a", "bbs.born", "'id':'x'"},
        {"2", "a", "bbs.done", "'id':'x'"},
        {"3", "a", "bbs.failed-to!", "'id':'x'"},
    };

    (void)state;
    expect(plain, lines, COUNT(lines), "x ok complete born=1@a/0 done=2@a/0\n");
}

static void void_if_asks_for_a_stage_that_stands(void **state)
{
    static const struct log_line lines[] = {
        {"1", "a", "s.born", "'ids':['x','y','z']"},
        {"2", "a", "s.maybe", "'ids':['x','y','z']"},
        {"3", "a", "s.done", "'id':'y','session':'1'"},
        {"3", "a", "s.done", "'id':'z','session':'2'"},
        {"4", "a", "s.no!", "'id':'z','session':'2'"},
        {"5", "a", "s.fail", "'ids':['y','z']"},
    };

    (void)state;
    expect(plain, lines, COUNT(lines),
           "x incomplete born=1@a/0 maybe=2@a/0\n"
           "y ok complete born=1@a/0 done=3@a/0\n"
           "z failed [never done] born=1@a/0 maybe=2@a/0\n");
}

static void the_first_outcome_of_the_definition_wins(void **state)
{
    static const struct log_line lines[] = {
        {"1", "a", "s.born", "'ids':['x','y']"},
        {"2", "a", "s.done", "'ids':['x','y']"},
        {"3", "a", "s.broke", "'ids':['x','y']"},
        {"4", "a", "s.cancel", "'id':'x'"},
    };

    (void)state;
    expect(plain, lines, COUNT(lines),
           "x cancelled [called off] complete born=1@a/0 done=2@a/0\n"
           "y failed [broke] complete born=1@a/0 done=2@a/0\n");
}

static void a_tag_is_the_earliest_text_of_the_best_rule(void **state)
{
    static const struct log_line lines[] = {
        {"1", "a", "s.born", "'id':'x','cell':'early'"},
        {"5", "a", "s.done", "'id':'x','best':'b5'"},
        {"4", "a", "s.done", "'id':'x','best':'b4','cell':'late'"},
        {"4", "a", "s.done", "'id':'x','best':'a4'"},
        {"2", "a", "s.born", "'id':'y','cell':'two'"},
        {"1", "a", "s.born", "'id':'y','cell':'one'"},
    };

    (void)state;
    expect(plain, lines, COUNT(lines),
           "x ok complete born=1@a/0 done=4@a/0 {cell=a4}\n"
           "y incomplete born=1@a/0 {cell=one}\n");
}

static void an_event_of_a_place_belongs_to_the_next_the_previous_or_the_nearest(void **state)
{
    static const struct log_line lines[] = {
        {"1", "a", "bbs.wanted", "'row':'r','seat':0"},
        {"3", "b", "rep.born", "'id':'x','row':'r','seat':0"},
        {"2.9", "c", "auc.near", "'row':'r','seat':0"},
        {"6", "a", "bbs.gone", "'row':'r','seat':0"},
        {"6.1", "a", "bbs.again", "'row':'r','seat':0"},
        {"9", "a", "bbs.again", "'row':'r','seat':0"},
        {"10", "b", "rep.born", "'id':'y','row':'r','seat':0"},
        {"10.2", "c", "auc.near", "'row':'r','seat':0"},
        {"10", "a", "bbs.gone", "'row':'r','seat':0"},
        {"12", "b", "rep.born", "'id':'z','row':'r','seat':1"},
        /* behind the last instance of its place: an entity that has not got its id */
        {"20", "a", "bbs.again", "'row':'r','seat':0"},
        {"21", "a", "bbs.full", "'row':'r','seat':2"},
        {"20.5", "a", "bbs.wanted", "'row':'r','seat':2"},
    };

    (void)state;
    expect(linked, lines, COUNT(lines),
           "x ok complete wanted=1@a/0 born=3@b/0 near=2.9@c/0 gone=6@a/0\n"
           "y ok complete wanted=6.1@a/0 born=10@b/0 near=10.2@c/0 gone=10@a/0\n"
           "z incomplete born=12@b/0\n"
           "r/0 incomplete wanted=20@a/0\n"
           "r/2 rejected [no room] wanted=20.5@a/0\n");
}

static void instances_born_at_the_same_time_are_told_apart_by_id(void **state)
{
    static const struct log_line lines[] = {
        {"1", "a", "bbs.wanted", "'row':'r','seat':0"},
        {"5", "b", "rep.born", "'id':'y','row':'r','seat':0"},
        {"5", "b", "rep.born", "'id':'x','row':'r','seat':0"},
        {"4", "a", "bbs.near", "'row':'r','seat':0"},
        {"5", "a", "bbs.near", "'row':'r','seat':0"},
    };

    (void)state;
    expect(linked, lines, COUNT(lines),
           "x ok complete wanted=1@a/0 born=5@b/0 near=4@a/0\n"
           "y incomplete born=5@b/0\n");
}

static void a_line_that_only_ties_is_enough(void **state)
{
    static const struct log_line lines[] = {
        {"1", "a", "bbs.wanted", "'row':'r','seat':0"},
        {"2", "b", "rep.born", "'id':'x'"},
        {"9", "b", "rep.tie", "'id':'x','row':'r','seat':0"},
        {"3", "a", "bbs.claimed", "'id':'x','row':'r','seat':0,'session':'1'"},
        {"3", "a", "bbs.sorry!", "'row':'r','seat':0,'session':'1'"},
        {"5", "a", "bbs.lost", "'row':'r','seat':0"},
        /* an outcome alone makes no entity of what no anchor was seen of */
        {"6", "b", "rep.tie", "'id':'y','row':'r','seat':5"},
    };

    (void)state;
    expect(linked, lines, COUNT(lines),
           "x lost [gone with its cell] complete wanted=1@a/0 born=2@b/0\n");
}

static void an_error_told_by_the_place_voids_a_claim_told_by_the_id(void **state)
{
    static const struct log_line lines[] = {
        {"1", "a", "bbs.wanted", "'row':'r','seat':0"},
        {"2", "b", "rep.born", "'id':'x','row':'r','seat':0"},
        {"3", "a", "bbs.claimed", "'id':'x','session':'7'"},
        {"3.5", "a", "bbs.sorry!", "'row':'r','seat':0,'session':'7'"},
        {"4", "a", "bbs.claimed", "'id':'x','session':'8'"},
    };

    (void)state;
    expect(linked, lines, COUNT(lines), "x ok complete wanted=1@a/0 born=2@b/0 claimed=4@a/0\n");
}

/* Many events that can't be judged at once: the earliest are kept, the memory does not grow with
 * the rest. */
static void of_events_that_wait_the_earliest_are_kept(void **state)
{
    enum { MANY = 1000 };
    static char at[MANY][8], data[MANY][32];
    static struct log_line lines[MANY + 1];
    struct lifecycle *lc = need(plain);
    struct timelines t;
    struct feeding f;
    char *text;

    (void)state;
    lines[0] = (struct log_line){"1", "a", "s.born", "'id':'x'"};
    for (int i = 0; i < MANY; i++) {
        snprintf(at[i], sizeof at[i], "%d", MANY + 10 - i);
        snprintf(data[i], sizeof data[i], "'id':'x','session':'%d'", i);
        lines[i + 1] = (struct log_line){at[i], "a", "s.done", data[i]};
    }
    text = described(lc, lines, NULL, MANY + 1);
    assert_string_equal(text, "x ok complete born=1@a/0 done=11@a/0\n");
    free(text);
    feeding_init(&f, &t, lc);
    for (size_t i = 0; i < COUNT(lines); i++)
        assert_true(feed_line(&f, &lines[i]));
    assert_in_range(waiting(&t, t.list[0])->count, 1, 16);
    timelines_release(&t);
    feeding_release(&f);
    lifecycle_free(lc);
}

/* And of a place: the first thousands, so that a real one loses none. */
static void of_a_place_thousands_of_events_are_kept(void **state)
{
    enum { MANY = 6000, INSTANCES = 500 };
    static char at[MANY][16], data[INSTANCES][48];
    static struct log_line lines[MANY + INSTANCES];
    struct lifecycle *lc = need(linked);
    struct timelines t;
    size_t with = 0;

    (void)state;
    for (int i = 0; i < MANY; i++) {
        snprintf(at[i], sizeof at[i], "%d.5", i + 1);
        lines[i] = (struct log_line){at[i], "a", "bbs.wanted", "'row':'r','seat':0"};
    }
    for (int i = 0; i < INSTANCES; i++) {
        snprintf(data[i], sizeof data[i], "'id':'x%03d','row':'r','seat':0", i);
        lines[MANY + i] = (struct log_line){at[i * 2 + 1], "b", "rep.born", data[i]};
    }
    assert_true(make_timelines(&t, lc, lines, NULL, MANY + INSTANCES));
    for (size_t i = 0; i < t.count; i++)
        with += timeline_time(&t, t.list[i], 0) != NSTIME_NONE &&
                timeline_time(&t, t.list[i], 1) != NSTIME_NONE;
    assert_int_equal(with, INSTANCES);
    assert_in_range(t.count, INSTANCES, INSTANCES + 1);
    timelines_release(&t);
    lifecycle_free(lc);
}

static void many_entities_keep_their_own(void **state)
{
    enum { MANY = 3000 };
    static char at[MANY][16], data[MANY][32];
    static struct log_line lines[MANY * 2];
    struct lifecycle *lc = need(plain);
    struct timelines t;

    (void)state;
    for (int i = 0; i < MANY; i++) {
        snprintf(at[i], sizeof at[i], "%d.25", MANY - i);
        snprintf(data[i], sizeof data[i], "'id':'entity-%d'", i);
        lines[i] = (struct log_line){at[i], "a", "s.born", data[i]};
        lines[MANY * 2 - 1 - i] = (struct log_line){"100000", "b", "s.done", data[i]};
    }
    assert_true(make_timelines(&t, lc, lines, NULL, MANY * 2));
    assert_int_equal(t.count, MANY);
    for (int i = 0; i < MANY; i++) {
        char id[32];

        snprintf(id, sizeof id, "entity-%d", MANY - 1 - i);
        assert_true(slice_eq(timeline_id(t.list[i]), slice_of(id)));
        assert_int_equal(timeline_time(&t, t.list[i], 0),
                         (i + 1) * NS_PER_SECOND + NS_PER_SECOND / 4);
    }
    timelines_release(&t);
    lifecycle_free(lc);
}

static void durations_count_from_the_present_stage_before(void **state)
{
    static const struct log_line lines[] = {
        {"10", "a", "s.born", "'id':'x'"}, {"12.5", "b", "s.done", "'id':'x'"},
        {"9", "b", "s.rank1", "'id':'y'"}, {"11", "a", "s.born", "'id':'y'"},
        {"13", "a", "s.done", "'id':'z'"},
    };
    struct lifecycle *lc = need(plain);
    struct timelines t;
    const struct timeline *x, *y, *z;
    int64_t ns;

    (void)state;
    assert_true(make_timelines(&t, lc, lines, NULL, COUNT(lines)));
    assert_int_equal(t.count, 3);
    y = t.list[0];
    x = t.list[1];
    z = t.list[2];
    assert_int_equal(t.zero_ns, 10 * NS_PER_SECOND);
    assert_true(timeline_duration(&t, x, 0, &ns));
    assert_int_equal(ns, 0);
    assert_true(timeline_duration(&t, y, 0, &ns));
    assert_int_equal(ns, NS_PER_SECOND);
    assert_false(timeline_duration(&t, x, 1, &ns));
    assert_true(timeline_duration(&t, x, 2, &ns));
    assert_int_equal(ns, 2500000000);
    assert_int_equal(timeline_stage_before(&t, x, 2), 0);
    assert_true(timeline_duration(&t, y, 1, &ns));
    assert_int_equal(ns, -2 * NS_PER_SECOND);
    assert_int_equal(timeline_total(y), 2 * NS_PER_SECOND);
    assert_false(timeline_duration(&t, z, 2, &ns)); /* there is no stage before it */
    assert_int_equal(timeline_last_stage(&t, y), 1);
    timelines_release(&t);
    lifecycle_free(lc);
}

static void a_selection_keeps_what_matches_and_counts_the_rest(void **state)
{
    static const struct log_line lines[] = {
        {"1", "a", "bbs.wanted", "'row':'r','seat':0"},
        {"2", "b", "rep.born", "'id':'x','row':'r','seat':0"},
        {"3", "b", "rep.born", "'id':'y','row':'q','seat':0"},
        {"4", "b", "rep.born", "'id':'z'"},
        {"5", "a", "bbs.other", "'id':'x','row':'r','seat':0"},
    };
    struct lifecycle *lc = need(linked);
    struct err err = ERR_INIT;
    struct regex *id = regex_new(slice_of("[xz]"), &err), *link = regex_new(slice_of("^r$"), &err);
    const struct selection selections[] = {{id, NULL}, {NULL, link}, {id, link}, {NULL, NULL}};
    static const size_t kept[] = {2, 1, 1, 3};

    (void)state;
    for (size_t i = 0; i < COUNT(selections); i++) {
        struct timelines t;
        struct feeding f;

        feeding_init(&f, &t, lc);
        for (size_t k = 0; k < COUNT(lines); k++)
            assert_true(feed_line(&f, &lines[k]));
        timelines_finish(&t, &selections[i]);
        assert_int_equal(t.count, kept[i]);
        assert_int_equal(t.unselected, 3 - kept[i]);
        timelines_release(&t);
        feeding_release(&f);
    }
    regex_free(id);
    regex_free(link);
    lifecycle_free(lc);
}

static void the_first_stage_begins_another_timeline_of_the_same_id(void **state)
{
    static const struct log_line lines[] = {
        /* what was under way when the log begins */
        {"0.5", "a", "rep.done", "'session':'1','what':'cut off'"},
        {"1", "a", "rep.begun", "'session':'1','what':'x','took':'1.5ms'"},
        {"2", "a", "rep.done", "'session':'1','what':'x'"},
        {"2.5", "a", "rep.done", "'session':'1','what':'w'"},
        /* the process was killed, and starts anew */
        {"3", "a", "rep.begun", "'session':'1','what':'y'"},
        {"5", "a", "rep.begun", "'session':'1','what':'z'"},
        {"6", "a", "rep.broke", "'session':'1'"},
        {"6", "a", "rep.done", "'session':'1','best':'b','size':3"},
        {"9", "a", "rep.begun", "'session':'1'"},
        /* others: of another VM, another source, another session */
        {"4", "b", "rep.begun", "'session':'1'"},
        {"4.5", "a", "bbs.begun", "'session':'1'"},
        {"8", "a", "rep.begun", "'session':'1.1'"},
    };

    (void)state;
    expect(repeating, lines, COUNT(lines),
           "a/0/rep/1 incomplete done=0.5@a/0 {what=cut off}\n"
           "a/0/rep/1 ok complete begun=1@a/0 done=2@a/0 {what=x} {took=1.50ms}\n"
           "a/0/rep/1 incomplete begun=3@a/0 {what=y}\n"
           "b/0/rep/1 incomplete begun=4@b/0\n"
           "a/0/bbs/1 incomplete begun=4.5@a/0\n"
           "a/0/rep/1 failed [broke] complete begun=5@a/0 done=6@a/0 {what=b} {size=3}\n"
           "a/0/rep/1.1 incomplete begun=8@a/0\n"
           "a/0/rep/1 incomplete begun=9@a/0\n");
}

static void what_begins_at_the_same_time_is_one_and_comes_first(void **state)
{
    static const struct log_line lines[] = {
        {"1", "a", "rep.begun", "'session':'1'"}, {"1", "a", "rep.began", "'session':'1'"},
        {"1", "a", "rep.done", "'session':'1'"},  {"2", "a", "rep.done", "'session':'1'"},
        {"2", "a", "rep.begun", "'session':'1'"},
    };

    (void)state;
    expect(repeating, lines, COUNT(lines),
           "a/0/rep/1 ok complete begun=1@a/0 done=1@a/0\n"
           "a/0/rep/1 ok complete begun=2@a/0 done=2@a/0\n");
}

static void the_first_stage_begins_another_timeline_when_the_one_before_is_over(void **state)
{
    static const struct log_line lines[] = {
        /* begun twice, and the second time at no later stage than the first: one turn */
        {"1", "a", "rep.began", "'session':'1','what':'x'"},
        {"1.5", "a", "rep.stored", "'session':'1'"},
        {"2", "a", "rep.begun", "'session':'1','what':'y'"},
        {"3", "a", "rep.done", "'session':'1'"},
        /* one that failed is over too */
        {"4", "a", "rep.begun", "'session':'1'"},
        {"5", "a", "rep.broke", "'session':'1'"},
        {"6", "a", "rep.begun", "'session':'1'"},
        {"7", "a", "rep.begun", "'session':'1'"},
        /* what was under way when the log begins */
        {"0.5", "a", "rep.stored", "'session':'2'"},
        {"1", "a", "rep.begun", "'session':'2'"},
        {"0.5", "a", "rep.done", "'session':'3'"},
        {"1", "a", "rep.begun", "'session':'3'"},
    };

    (void)state;
    expect(repeating_when_over, lines, COUNT(lines),
           "a/0/rep/2 incomplete begun=1@a/0 stored=0.5@a/0\n"
           "a/0/rep/3 incomplete done=0.5@a/0\n"
           "a/0/rep/1 ok complete begun=1@a/0 stored=1.5@a/0 done=3@a/0 {what=x}\n"
           "a/0/rep/3 incomplete begun=1@a/0\n"
           "a/0/rep/1 failed [broke] begun=4@a/0\n"
           "a/0/rep/1 incomplete begun=6@a/0\n");
}

static void an_error_voids_in_its_own_turn_only(void **state)
{
    static const struct log_line lines[] = {
        {"1", "a", "rep.begun", "'session':'1'"}, {"2", "a", "rep.stored", "'session':'1'"},
        {"2.1", "a", "rep.no!", "'session':'1'"}, {"3", "a", "rep.done", "'session':'1'"},
        {"4", "a", "rep.begun", "'session':'1'"}, {"5", "a", "rep.stored", "'session':'1'"},
        {"6", "a", "rep.done", "'session':'1'"},
    };

    (void)state;
    expect(repeating, lines, COUNT(lines),
           "a/0/rep/1 ok complete begun=1@a/0 done=3@a/0\n"
           "a/0/rep/1 ok complete begun=4@a/0 stored=5@a/0 done=6@a/0\n");
}

static void values_are_numbers_of_the_best_rule_or_none(void **state)
{
    static const struct log_line lines[] = {
        {"1", "a", "rep.begun", "'session':'1','took':2500,'size':'many','length':9"},
        {"2", "a", "rep.done", "'session':'1','took':'7s','size':-1.25"},
        {"3", "a", "rep.begun", "'session':'2','took':'soon','size':'1e3'"},
        {"4", "a", "rep.done", "'session':'2','took':'-1m2.5s','size':true"},
    };

    (void)state;
    expect(repeating, lines, COUNT(lines),
           "a/0/rep/1 ok complete begun=1@a/0 done=2@a/0 {took=2.50µs} {size=-1.25}\n"
           "a/0/rep/2 ok complete begun=3@a/0 done=4@a/0 {took=-62.5s}\n");
}

/* Turns by the thousand, in any order, each with its own tag and value. */
static void many_turns_of_one_id_keep_their_own(void **state)
{
    enum { TURNS = 5000 };
    struct lifecycle *lc = need(repeating);
    struct timelines t;
    struct feeding f;
    struct selection all = {NULL, NULL};

    (void)state;
    feeding_init(&f, &t, lc);
    for (uint32_t n = 0; n < 2 * TURNS; n++) {
        uint32_t i = n * 7919 % (2 * TURNS); /* each number once */
        char at[32], data[64];
        struct log_line line = {at, "a", i % 2 ? "rep.done" : "rep.begun", data};

        snprintf(at, sizeof at, "%u", 10 + i);
        snprintf(data, sizeof data, "'session':'1','%s':%u", i % 2 ? "size" : "what", i / 2);
        assert_true(feed_line(&f, &line));
        assert_true(feed_line(&f, &line));
    }
    timelines_finish(&t, &all);
    assert_int_equal(t.count, TURNS);
    assert_int_equal(t.cut_short, 0);
    for (uint32_t i = 0; i < TURNS; i++) {
        struct slice what = timeline_tag(&t, t.list[i], 0);
        char expected[16];
        int64_t size;

        snprintf(expected, sizeof expected, "%u", i);
        assert_true(slice_eq(what, slice_of(expected)));
        assert_true(timeline_value(&t, t.list[i], 1, &size));
        assert_int_equal(size, (int64_t)i * VALUE_ONE);
        assert_int_equal(timeline_total(t.list[i]), NS_PER_SECOND);
        assert_true(t.list[i]->again);
    }
    timelines_release(&t);
    feeding_release(&f);
    lifecycle_free(lc);
}

/* Many ids, some of them of several turns, cut on one thread or several: the same timelines. */
static void threads_share_out_ids_and_change_nothing(void **state)
{
    struct lifecycle *lc = need(repeating);
    struct selection all = {NULL, NULL};
    struct strbuf texts[2] = {STRBUF_INIT, STRBUF_INIT};

    (void)state;
    for (int several = 0; several < 2; several++) {
        struct timelines t;
        struct feeding f;

        feeding_init(&f, &t, lc);
        t.threads = several ? 3 : 1;
        for (uint32_t n = 0; n < 40000; n++) {
            uint32_t i = n * 7919 % 40000; /* each number once */
            char at[32], data[64];
            struct log_line line = {at, i % 3 ? "a" : "b", i % 4 < 2 ? "rep.begun" : "rep.done",
                                    data};

            snprintf(at, sizeof at, "%u", 10 + i / 5);
            snprintf(data, sizeof data, "'session':'%u','what':'%u','size':%u", i % 9001, i % 800,
                     i);
            assert_true(feed_line(&f, &line));
        }
        timelines_finish(&t, &all);
        describe(&t, &texts[several]);
        assert_true(t.count > 9001);
        timelines_release(&t);
        feeding_release(&f);
    }
    assert_int_equal(texts[0].len, texts[1].len);
    assert_memory_equal(texts[0].data, texts[1].data, texts[0].len);
    strbuf_release(&texts[0]);
    strbuf_release(&texts[1]);
    lifecycle_free(lc);
}

/* More events of one id than are kept: the earliest are, and it is said. */
static void of_one_id_a_million_events_are_kept(void **state)
{
    const int64_t kept = 1 << 20, more = 1000;
    struct lifecycle *lc = need(repeating);
    const struct trigger *done = lc->triggers;
    struct selection all = {NULL, NULL};
    struct event e = {.id = slice_of("x")};
    struct timelines t;

    (void)state;
    while (done->kind != TRIGGER_STAGE || done->target != lifecycle_stage(lc, "done"))
        done++;
    timelines_init(&t, lc, NULL);
    intern_add(&t.vms, slice_of("a/0"));
    for (int64_t i = kept + more; i > 0; i--) {
        e.trigger = done;
        e.time_ns = i;
        timelines_add(&t, &e, 0);
    }
    e.trigger = lc->triggers;
    for (int64_t at = kept - 1; at < kept + 2; at += 2) { /* the second one finds no end any more */
        e.time_ns = at;
        timelines_add(&t, &e, 0);
    }
    timelines_finish(&t, &all);
    assert_int_equal(t.cut_short, 1);
    assert_int_equal(t.count, 3);
    assert_int_equal(timeline_time(&t, t.list[0], lifecycle_stage(lc, "done")), 1);
    assert_int_equal(timeline_time(&t, t.list[1], lifecycle_stage(lc, "done")), kept - 1);
    assert_int_equal(timeline_time(&t, t.list[2], lifecycle_stage(lc, "done")), NSTIME_NONE);
    timelines_release(&t);
    lifecycle_free(lc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_each_stage_the_earliest_event_is_kept),
        cmocka_unit_test(one_line_may_speak_of_many_entities),
        cmocka_unit_test(of_equal_times_the_vm_decides_by_its_name),
        cmocka_unit_test(a_ranked_stage_takes_the_first_alternative_that_came),
        cmocka_unit_test(an_error_of_the_same_session_voids_an_event),
        cmocka_unit_test(an_event_without_a_session_is_void_by_none),
        cmocka_unit_test(void_if_asks_for_a_stage_that_stands),
        cmocka_unit_test(the_first_outcome_of_the_definition_wins),
        cmocka_unit_test(a_tag_is_the_earliest_text_of_the_best_rule),
        cmocka_unit_test(an_event_of_a_place_belongs_to_the_next_the_previous_or_the_nearest),
        cmocka_unit_test(instances_born_at_the_same_time_are_told_apart_by_id),
        cmocka_unit_test(a_line_that_only_ties_is_enough),
        cmocka_unit_test(an_error_told_by_the_place_voids_a_claim_told_by_the_id),
        cmocka_unit_test(of_events_that_wait_the_earliest_are_kept),
        cmocka_unit_test(of_a_place_thousands_of_events_are_kept),
        cmocka_unit_test(many_entities_keep_their_own),
        cmocka_unit_test(durations_count_from_the_present_stage_before),
        cmocka_unit_test(the_first_stage_begins_another_timeline_of_the_same_id),
        cmocka_unit_test(what_begins_at_the_same_time_is_one_and_comes_first),
        cmocka_unit_test(the_first_stage_begins_another_timeline_when_the_one_before_is_over),
        cmocka_unit_test(an_error_voids_in_its_own_turn_only),
        cmocka_unit_test(values_are_numbers_of_the_best_rule_or_none),
        cmocka_unit_test(many_turns_of_one_id_keep_their_own),
        cmocka_unit_test(threads_share_out_ids_and_change_nothing),
        cmocka_unit_test(of_one_id_a_million_events_are_kept),
        cmocka_unit_test(a_selection_keeps_what_matches_and_counts_the_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
