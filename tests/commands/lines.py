# SPDX-License-Identifier: Apache-2.0
"""lines.py [--of ID|any] FILE... - does each stage stand where it is said to stand?

A FILE is a report, or NDJSON of --line-numbers.  The line of a stage has to have its time, and to hold the entity's id or one of its
tags, as the process guid is one; with --of any only the time is looked at, for ids that are put together.
"""
import datetime
import functools
import gzip
import io
import json
import re
import sys
import tarfile

EPOCH = datetime.datetime(1970, 1, 1)


@functools.lru_cache(maxsize=None)
def bundle(title):
    """The members of a tar by their names, of which the title may itself be a member."""
    with tarfile.open(fileobj=io.BytesIO(data_of(title))) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar if m.isfile()}


def data_of(title):
    """The unpacked bytes of "FILE" or "BUNDLE: MEMBER"."""
    if title == 'standard input':
        title = 'stdin.log'
    where, part, member = title.rpartition(': ')
    data = bundle(where)[member] if part else open(title, 'rb').read()
    return gzip.decompress(data) if data[:2] == b'\x1f\x8b' else data


@functools.lru_cache(maxsize=None)
def lines_of(title):
    return data_of(title).split(b'\n')


def nanoseconds(text):
    if '-' not in text:
        seconds, _, rest = text.partition('.')
        return int(seconds) * 10**9 + int(rest.ljust(9, '0'))
    at, _, rest = text.rstrip('Z').partition('.')
    return int((datetime.datetime.fromisoformat(at) - EPOCH).total_seconds()) * 10**9 + int(rest.ljust(9, '0'))


def check(words, stage, time_ns, tolerance_ns, file, number):
    line = lines_of(file)[number - 1].decode()
    at = nanoseconds(re.search(r'"timestamp":"([^"]+)"', line)[1])
    where = f'{words[0]} {stage} {file}:{number}: {line[:300]}'
    assert abs(at - time_ns) <= tolerance_ns, where
    assert any(w and w in line for w in words) or of == 'any', where


def of_ndjson(path):
    for row in map(json.loads, open(path, encoding='utf-8')):
        words = [row['id'], *row['tags'].values()]
        for name, stage in row['stages'].items():
            check(words, name, stage['time_ns'], 0, stage['file'], stage['line'])
            yield 1


def of_page(path):
    for text in re.findall(r'<script type="application/json">(.*?)</script>', open(path, encoding='utf-8').read(), re.S):
        d = json.loads(text)
        zero_ns, tags, stages = nanoseconds(d['zero']), len(d['tags']), d['stages']
        for row in d['rows']:
            pattern, rest, t = d['patterns'][row[3]], row[4 + tags:], 0
            words = [row[0], *(d['texts'][n] for n in row[4:4 + tags] if n >= 0)]
            reached = [k for k in range(len(stages)) if pattern[1 + k] != -2]
            assert len(rest) == max(1, 2 * len(reached)), row
            for k, step, number in zip(reached, rest, rest[len(reached):]):
                t += step
                check(words, stages[k][0], zero_ns + t * 1000, 2000, d['files'][pattern[1 + len(stages) + k]], number)
                yield 1


files = sys.argv[1:]
of = files[1] if files[0] == '--of' else 'id'
for file in files[2:] if files[0] == '--of' else files:
    found = sum(of_ndjson(file) if file.endswith('.ndjson') else of_page(file))
    print(f'{found} stages of {file} stand where they should')
    assert found
