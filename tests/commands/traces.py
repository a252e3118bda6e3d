# SPDX-License-Identifier: Apache-2.0
"""traces.py trace|otlp FILE TIMELINES.ndjson - is a trace valid by its published format, and does it say what NDJSON says?

The formats: "Trace Event Format" of Chromium, and opentelemetry/proto/trace/v1/trace.proto (1.x) with its JSON
mapping: lowerCamelCase keys, ids in hex, 64-bit numbers as strings, enums as numbers.
"""
import json
import re
import sys
from collections import defaultdict


def unique(pairs):
    keys = [k for k, _ in pairs]
    assert len(set(keys)) == len(keys), f'a key comes twice: {keys}'
    return dict(pairs)


def strict(text):
    return json.loads(text, object_pairs_hook=unique, parse_constant=lambda c: sys.exit(f'{c} is no JSON'))


# ---- OpenTelemetry ----

def text(v):
    assert isinstance(v, str), v


def number(bits, signed):
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)

    def check(v):
        if bits == 64:
            assert isinstance(v, str) and re.fullmatch(r'-?\d+', v), v
        else:
            assert type(v) is int, v
        assert low <= int(v) <= high, v
    return check


def identifier(size):
    def check(v):
        assert re.fullmatch('[0-9a-f]{%d}' % (2 * size), v) and set(v) != {'0'}, v
    return check


def enum(count):
    def check(v):
        assert type(v) is int and 0 <= v < count, v
    return check


def each(of):
    def check(v):
        assert isinstance(v, list), v
        for item in v:
            valid(item, of)
    return check


def message(name):
    return lambda v: valid(v, name)


SCHEMA = {
    'TracesData': {'resourceSpans': each('ResourceSpans')},
    'ResourceSpans': {'resource': message('Resource'), 'scopeSpans': each('ScopeSpans'), 'schemaUrl': text},
    'Resource': {'attributes': each('KeyValue'), 'droppedAttributesCount': number(32, False)},
    'ScopeSpans': {'scope': message('InstrumentationScope'), 'spans': each('Span'), 'schemaUrl': text},
    'InstrumentationScope': {'name': text, 'version': text, 'attributes': each('KeyValue')},
    'Span': {'traceId': identifier(16), 'spanId': identifier(8), 'traceState': text, 'parentSpanId': identifier(8),
             'flags': number(32, False), 'name': text, 'kind': enum(6), 'startTimeUnixNano': number(64, False),
             'endTimeUnixNano': number(64, False), 'attributes': each('KeyValue'), 'status': message('Status')},
    'Status': {'message': text, 'code': enum(3)},
    'KeyValue': {'key': text, 'value': message('AnyValue')},
    'AnyValue': {'stringValue': text, 'intValue': number(64, True)},
}
NEEDED = {'Span': {'traceId', 'spanId', 'name', 'startTimeUnixNano', 'endTimeUnixNano'}, 'KeyValue': {'key', 'value'}}


def valid(v, name):
    assert isinstance(v, dict), (name, v)
    assert not set(v) - set(SCHEMA[name]), (name, set(v) - set(SCHEMA[name]))
    assert not NEEDED.get(name, set()) - set(v), (name, v)
    if name == 'AnyValue':
        assert len(v) == 1, v
    for key, value in v.items():
        SCHEMA[name][key](value)


def attributes(of):
    pairs = [(a['key'], next(iter(a['value'].values()))) for a in of.get('attributes', [])]
    return unique(pairs)


def check_otlp(path, rows):
    lines = open(path, encoding='utf-8').read().splitlines()
    assert len(lines) == len(rows), (len(lines), len(rows))
    traces, spans_seen = set(), set()
    for line, row in zip(lines, rows):
        data = strict(line)
        valid(data, 'TracesData')
        found, root = {}, None
        hosts = []
        for rs in data['resourceSpans']:
            resource = attributes(rs['resource'])
            host = resource.get('host.name', '')
            assert resource['service.name'] == (host.rsplit('/', 1)[0] or 'unknown_service'), resource
            assert resource.get('service.instance.id', '') == host
            hosts.append(host)
            for span in rs['scopeSpans'][0]['spans']:
                trace = span['traceId']
                assert int(span['startTimeUnixNano']) <= int(span['endTimeUnixNano']), span
                assert (trace, span['spanId']) not in spans_seen
                spans_seen.add((trace, span['spanId']))
                if 'parentSpanId' in span:
                    assert span['name'] not in found, 'a stage comes twice'
                    found[span['name']] = (host, span)
                else:
                    assert root is None
                    root, root_host = span, host
        assert len(set(hosts)) == len(hosts), 'a VM comes twice'
        assert trace not in traces
        traces.add(trace)
        about = attributes(root)
        assert about['cicerone.id'] == row['id'] and about['cicerone.outcome'] == row['outcome'], about
        assert root_host == row['vm']
        assert {k[13:]: v for k, v in about.items() if k.startswith('cicerone.tag.')} == row['tags']
        code = root['status'].get('code', 0)
        assert code == {'ok': 1, 'incomplete': 0}.get(row['outcome'], 2), (row['outcome'], root['status'])
        if code == 2:
            assert root['status']['message'].startswith(row['outcome'])
        assert root['startTimeUnixNano'] == str(row['start_ns']), (root, row)
        assert root['endTimeUnixNano'] == str(row['end_ns'])
        assert set(found) == set(row['stages'])
        for stage, (host, span) in found.items():
            assert span['parentSpanId'] == root['spanId'] and span['traceId'] == trace
            assert span['endTimeUnixNano'] == str(row['stages'][stage]['time_ns']), (stage, span)
            assert host == row['stages'][stage]['vm'], (stage, host)
    return f'{len(spans_seen)} spans in {len(traces)} traces'


# ---- Chrome ----

PHASES = {  # the keys of each phase, and those that it may have besides
    'M': ({'ph', 'pid', 'tid', 'name', 'args'}, {'ts', 'cat'}),
    'X': ({'ph', 'pid', 'tid', 'ts', 'dur', 'name'}, {'cat', 'args', 'tts', 'tdur', 'cname'}),
    's': ({'ph', 'pid', 'tid', 'ts', 'id', 'name', 'cat'}, {'args'}),
    'f': ({'ph', 'pid', 'tid', 'ts', 'id', 'name', 'cat'}, {'args', 'bp'}),
}


def nanoseconds(micros):
    return round(micros * 1000)


def check_trace(path, rows):
    document = strict(open(path, encoding='utf-8').read())
    assert set(document) == {'displayTimeUnit', 'otherData', 'traceEvents'} and document['displayTimeUnit'] == 'ms'
    processes, threads, flows, ids = {}, {}, defaultdict(list), {}
    slices = defaultdict(list)  # by track
    for e in document['traceEvents']:
        needed, more = PHASES[e['ph']]
        assert needed <= set(e) <= needed | more, e
        assert type(e['pid']) is int and e['pid'] > 0 and type(e['tid']) is int and e['tid'] > 0, e
        assert all(type(e[k]) in (int, float) and e[k] >= 0 for k in ('ts', 'dur') if k in e), e
        track = e['pid'], e['tid']
        if e['ph'] == 'M':
            table, key = (processes, e['pid']) if e['name'] == 'process_name' else (threads, track)
            assert e['name'] in ('process_name', 'thread_name') and key not in table, e
            table[key] = e['args']['name']
        elif e['ph'] == 'X':
            slices[track].append((nanoseconds(e['ts']), nanoseconds(e['ts'] + e['dur']), e))
        else:
            flows[e['id']].append(e)
            assert e['ph'] == 's' or e['bp'] == 'e'
    assert len(set(processes.values())) == len(processes)
    assert {pid for pid, _ in slices} == set(processes) and set(slices) == set(threads)
    for track, list_ in slices.items():  # slices of a track are within each other or apart
        stack = []
        for begin, end, e in sorted(list_, key=lambda s: (s[0], -s[1])):
            while stack and stack[-1] <= begin and stack[-1] < max(end, begin + 1):
                stack.pop()
            assert not stack or end <= stack[-1] + 1, ('slices overlap', e)  # 1 ns: of rounding in doubles
            stack.append(end)
    for id_, ends in flows.items():
        assert [e['ph'] for e in ends] == ['s', 'f'], (id_, ends)
        s, f = ends
        assert s['ts'] <= f['ts'] and s['pid'] != f['pid'] and (s['name'], s['cat']) == (f['name'], f['cat'])
        for e in ends:  # each stands on a slice
            at = nanoseconds(e['ts'])
            assert any(b <= at <= n for b, n, _ in slices[e['pid'], e['tid']]), e
    whole = defaultdict(dict)
    for (pid, tid), list_ in slices.items():
        for begin, end, e in list_:
            assert threads[pid, tid] == e['args']['id']
            whole[e['args']['id']].setdefault(e['name'], []).append((begin, end, processes[pid], e))
    zero = min((r['start_ns'] for r in rows), default=0)
    count = 0
    for row in rows:
        mine = whole.pop(row['id'])
        own = [n for n in mine if n not in row['stages']]
        assert len(own) == 1 and len(mine[own[0]]) == 1, own
        begin, end, vm, e = mine[own[0]][0]
        assert e['args']['outcome'] == row['outcome'] and vm == (row['vm'] or '(unknown VM)'), (e, row)
        assert row['tags'].items() <= e['args'].items(), (row, e)
        assert set(mine) - set(own) == set(row['stages'])
        for name, stage in row['stages'].items():
            (begin, end, vm, e), = mine[name]
            assert abs(end - (stage['time_ns'] - zero)) <= 1, (name, end, stage)
            assert vm == (stage['vm'] or '(unknown VM)')
            count += 1
    assert not whole
    return f'{count} slices on {len(slices)} tracks of {len(processes)} VMs, {len(flows)} arrows'


def main():
    kind, path, table = sys.argv[1:]
    rows = [json.loads(line) for line in open(table, encoding='utf-8')]
    print((check_otlp if kind == 'otlp' else check_trace)(path, rows), 'agree')


main()
