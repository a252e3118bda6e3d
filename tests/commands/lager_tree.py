# SPDX-License-Identifier: Apache-2.0
"""The lager lines of a BOSH tree, read by other means than the program's."""
import collections
import glob
import gzip
import json
import os
from datetime import datetime, timezone


def ns(text):
    """A time of a line in nanoseconds."""
    if 'T' in text:
        day = datetime.strptime(text[:19], '%Y-%m-%dT%H:%M:%S').replace(tzinfo=timezone.utc)
        return int(day.timestamp()) * 10**9 + int((text[20:-1] + '0' * 9)[:9])
    whole, _, fraction = text.partition('.')
    return int(whole) * 10**9 + int((fraction + '0' * 9)[:9])


class Line:
    def __init__(self, vm, record):
        self.vm, self.ns, self.source, self.message = vm, ns(record['timestamp']), record['source'], record['message']
        self.data = record.get('data') or {}
        self.session = self.data.get('session', '')
        self.error = record.get('log_level') in (2, 3) or record.get('level') in ('error', 'fatal')
        self.info = record.get('log_level') == 1 or record.get('level') == 'info'


def logs(tree):
    """Lines of each process of each VM, in order of time; of equal times as they stand."""
    of = collections.defaultdict(list)
    for name in glob.glob(os.path.join(tree, '*', '*', '*.log*')):
        vm = name.split('/')[-3].rpartition('-')
        with open(name, 'rb') as f:
            packed = f.read(2) == b'\x1f\x8b'
        with (gzip.open if packed else open)(name, 'rt', errors='replace') as f:
            for text in f:
                try:
                    line = Line('%s/%s' % (vm[0], vm[2]), json.loads(text))
                except (ValueError, KeyError):
                    continue
                of[line.vm, line.source].append(line)
    for key in sorted(of):
        yield sorted(of[key], key=lambda line: line.ns)
