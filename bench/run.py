#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measure cicerone against its bars and print a Markdown table; see README.md.

Generates what data is missing. A and B of a ratio run alternately, and medians count.
"""
import argparse
import glob
import hashlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import generate  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
PARTS = ('plain', 'gz', 'tree', 'zlib', 'jq', 'memory', 'growth', 'threads', 'analyses')
LIFECYCLES = ('containers', 'placements', 'convergence', 'crashes', 'evacuations', 'auctions', 'loops', 'cells', 'requests')
MIB = 1 << 20


def say(text):
    print('bench: ' + text, file=sys.stderr, flush=True)


class Sample:
    def __init__(self, fields, said):
        self.wall, self.cpu = float(fields[0]), float(fields[1]) + float(fields[2])
        self.peak = int(fields[3]) * 1024
        self.status = int(fields[4])
        self.said = said


class Data:
    """The files to read: made once, and anew when generate.py has changed."""

    def __init__(self, folder, quick):
        self.folder = folder
        self.size = 50e6 if quick else 505e6
        self.small, self.large = (2500, 25000) if quick else (25000, 250000)
        self.prefix = 'quick-' if quick else ''
        with open(os.path.join(HERE, 'generate.py'), 'rb') as f:
            self.generator = hashlib.sha256(f.read()).hexdigest()
        self.facts_file = self.path('facts.json')
        self.facts = {}
        try:
            with open(self.facts_file) as f:
                facts = json.load(f)
            if facts.get('generator') == self.generator:
                self.facts = facts
        except (OSError, ValueError):
            pass
        self.facts['generator'] = self.generator

    def path(self, name):
        return os.path.join(self.folder, self.prefix + name)

    def need(self, name, make):
        """The path of `name`; make(path) makes it and returns what is to be known of it."""
        path = self.path(name)
        if name not in self.facts or not os.path.exists(path):
            say('generating ' + path)
            start = time.perf_counter()
            made = make(path)
            self.facts[name] = {**(made or {}), 'seconds': round(time.perf_counter() - start, 1)}
            with open(self.facts_file, 'w') as f:
                json.dump(self.facts, f, indent=1)
        return path

    def plain(self):
        def make(path):
            with open(path, 'w') as out:
                return generate.generate(out, self.size, seed=3)
        return self.need('plain.log', make)

    def gz(self):
        def make(path):
            with open(path, 'wb') as out:
                subprocess.run(['gzip', '-nc', self.plain()], stdout=out, check=True)
        return self.need('plain.log.gz', make)

    def tree(self, files):
        return self.need('tree%d' % files, lambda path: generate.split(self.plain(), path, files))

    def tenth(self):
        def make(path):
            left = self.facts['plain.log']['lines'] // 10
            with open(self.plain()) as log, open(path, 'w') as out:
                for _, line in zip(range(left), log):
                    out.write(line)
        return self.need('tenth.log', make)

    def instances(self, n):
        """Nothing but n LRP instances on 1,000 cells."""
        def make(path):
            with open(path, 'w') as out:
                return generate.generate(out, lrps=n, noise=0, seed=3, rate=100, cells=1000)
        return self.need('instances-%d.log' % n, make)


def files_of(path):
    return sorted(glob.glob(path + '/**/*.gz', recursive=True)) if os.path.isdir(path) else [path]


def size_of(path):
    return sum(os.path.getsize(f) for f in files_of(path))


class Bench:
    def __init__(self, options):
        self.o = options
        self.cores = len(os.sched_getaffinity(0))
        self.rows, self.notes = [], []
        self.failed = False
        os.makedirs(options.data, exist_ok=True)
        self.data = Data(options.data, options.quick)
        self.out = tempfile.mkdtemp(dir=options.data, prefix='out-')
        self.measurer = os.path.join(self.out, 'measure')
        subprocess.run([os.environ.get('CC', 'cc'), '-O2', '-o', self.measurer, os.path.join(HERE, 'measure.c')], check=True)
        # A copy, so that a build meanwhile disturbs nothing.
        self.cicerone = self.copy(os.path.join(ROOT, 'build', 'cicerone'))
        self.isal = b'libisal' in subprocess.run(['ldd', self.cicerone], stdout=subprocess.PIPE).stdout
        self.python = None

    def copy(self, program):
        to = os.path.join(self.out, program.split(os.sep)[-2])
        shutil.copy(program, to)
        return to

    # ---- measuring ----

    def once(self, command):
        done = subprocess.run([self.measurer] + command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        sample = Sample(done.stdout.split(), done.stderr)
        if sample.status != 0:
            raise SystemExit('bench: exit status %d of: %s\n%s' % (sample.status, ' '.join(command)[:300], done.stderr))
        return sample

    def alternately(self, commands, runs=None):
        """Runs each command in turn, again and again; the samples of each, by name."""
        samples = {name: [] for name in commands}
        for _ in range(runs or self.o.runs):
            for name, command in commands.items():
                samples[name].append(self.once(command))
        return samples

    def warm(self, *paths):
        """Reads the files once, and again to see that they stayed in the page cache."""
        size = sum(size_of(path) for path in paths)
        for _ in range(2):
            start = time.perf_counter()
            for file in (file for path in paths for file in files_of(path)):
                with open(file, 'rb', buffering=0) as f:
                    while f.read(MIB):
                        pass
        speed = size / (time.perf_counter() - start)
        if speed < 1e9 and size > 1e7:
            self.notes.append('%s: read with %.0f MB/s only; not in the page cache?' % (', '.join(paths), speed / 1e6))

    def ours(self, command, path, *more):
        """The command with all outputs but plots."""
        return [self.cicerone, command, path, '--no-plots', '-o', os.path.join(self.out, command), *more]

    # ---- the table ----

    def row(self, what, ours, theirs, ratio, bar=None, unit=''):
        holds = '' if bar is None else 'yes' if ratio <= bar else 'no'
        self.failed |= holds == 'no'
        self.rows.append((what, ours, theirs, '%.3g%s' % (ratio, unit) if ratio is not None else '',
                          '' if bar is None else '%.3g%s' % (bar, unit), holds))

    def compare(self, what, ours, theirs, bar=None, scale=1.0):
        a, b = (statistics.median(s.wall for s in samples) for samples in (ours, theirs))
        self.row(what, seconds(ours), seconds(theirs, scale), a / (b * scale), bar)

    # ---- the parts ----

    def check_same(self, path, command='tasks'):
        """The timelines from this input, which are to be the same from all of them."""
        folder = os.path.join(self.out, command)
        with open(os.path.join(folder, 'timelines.csv'), 'rb') as f:
            text = f.read()
        wanted = self.data.facts['plain.log'][command]
        found = text.count(b'\n') - 1
        if found != wanted:
            self.failed = True
            self.notes.append('%s of %s: %d found, %d written' % (command, path, found, wanted))
        first = self.__dict__.setdefault('timelines_' + command, text)
        if first != text:
            self.failed = True
            self.notes.append('%s of %s: timelines.csv differs from that of another input' % (command, path))

    def find_duckdb(self):
        """A python that can import duckdb: this one, or one in the data folder."""
        venv = os.path.join(self.o.data, 'venv')
        python = os.path.join(venv, 'bin', 'python3')
        for p in (sys.executable, python):
            if os.path.exists(p) and subprocess.run([p, '-c', 'import duckdb'], stderr=subprocess.DEVNULL).returncode == 0:
                return p
        if self.o.offline:
            return None
        say('installing DuckDB into ' + venv)
        for command in ([sys.executable, '-m', 'venv', venv], [python, '-m', 'pip', '-q', 'install', 'duckdb']):
            if subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0:
                return None
        return python

    def duckdb(self, command, path):
        return [self.python, os.path.join(HERE, 'duckdb_query.py'),
                os.path.join(ROOT, 'parsers', command + '.json'), path, '2']

    def query_only(self, samples):
        """DuckDB without the start of Python and of the library."""
        for s in samples:
            s.wall = float(s.said.split()[-2])
        return samples

    def plain(self):
        path = self.data.plain()
        self.warm(path)
        commands = {'wc': ['wc', '-l', path], 'tasks': self.ours('tasks', path), 'lrps': self.ours('lrps', path)}
        self.python = self.find_duckdb()
        if self.python:
            commands.update({'duckdb tasks': self.duckdb('tasks', path), 'duckdb lrps': self.duckdb('lrps', path)})
        else:
            self.notes.append('DuckDB is not installed and could not be; not compared.')
        s = self.alternately(commands)
        for command in ('tasks', 'lrps'):
            self.compare('plain file, %s / `wc -l`' % command, s[command], s['wc'], 4)
        for command in ('tasks', 'lrps') if self.python else ():
            self.compare('plain file, %s / DuckDB, query only' % command, s[command], self.query_only(s['duckdb ' + command]), 1 / 3)
            self.check_same(path, command)

    def gz(self):
        path = self.data.gz()
        self.warm(path)
        commands = {'gzip': ['gzip', '-dc', path], 'tasks': self.ours('tasks', path), 'lrps': self.ours('lrps', path)}
        for tool in ('pigz', 'igzip'):
            if shutil.which(tool):
                commands[tool] = [tool, '-dc', path]
        s = self.alternately(commands)
        for command in ('tasks', 'lrps'):
            self.compare('one .gz, %s / `gzip -dc`' % command, s[command], s['gzip'], 0.30 if self.isal else None)
            self.check_same(path, command)
        for tool in ('pigz', 'igzip'):
            if tool in s:
                self.compare('one .gz, tasks / `%s -dc`' % tool, s['tasks'], s[tool])

    def tree(self):
        path = self.data.tree(16)
        self.warm(path)
        s = self.alternately({'gzip': ['gzip', '-dc'] + files_of(path), 'tasks': self.ours('tasks', path), 'lrps': self.ours('lrps', path)})
        for command in ('tasks', 'lrps'):
            self.compare('16 .gz in a tree, %s / `gzip -dc` of all' % command, s[command], s['gzip'], 0.25 if self.isal else None)
            self.check_same(path, command)

    def zlib(self):
        if not shutil.which('pigz'):
            self.notes.append('pigz is not installed; the bar of the build without ISA-L was not measured.')
            return
        say('building without ISA-L')
        subprocess.run(['make', '-s', '-C', ROOT, 'ISAL=0'], stdout=sys.stderr, check=True)
        path = self.data.gz()
        self.warm(path)
        with_isal, self.cicerone = self.cicerone, self.copy(os.path.join(ROOT, 'build-zlib', 'cicerone'))
        s = self.alternately({'pigz': ['pigz', '-dc', path], 'tasks': self.ours('tasks', path), 'lrps': self.ours('lrps', path)})
        self.cicerone = with_isal
        for command in ('tasks', 'lrps'):
            self.compare('zlib alone, one .gz, %s / `pigz -dc`' % command, s[command], s['pigz'], 1.1)
            self.check_same(path, command)

    def jq(self):
        if not shutil.which('jq'):
            return
        path, tenth = self.data.plain(), self.data.tenth()
        self.warm(path, tenth)
        s = self.alternately({'tasks': self.ours('tasks', path), 'jq': ['jq', '-r', '.message', tenth]}, min(3, self.o.runs))
        self.compare('plain file, tasks / `jq .message` of a tenth, x 10', s['tasks'], s['jq'], scale=size_of(path) / size_of(tenth))

    def memory(self):
        inputs = (('plain file', self.data.plain()), ('one .gz', self.data.gz()), ('64 .gz in a tree', self.data.tree(64)))
        for what, path in inputs:
            self.warm(path)
            for command in ('tasks', 'lrps'):
                s = self.alternately({n: self.ours(command, path, '-j', str(n)) for n in (1, 2, 7, 64)}, 3)
                self.check_same(path, command)
                peaks = {n: max(x.peak for x in samples) for n, samples in s.items()}
                bar = 24 * MIB + 512 * self.data.facts['plain.log'][command]
                worst = max(peaks.values())
                self.row('peak memory, %s, %s, 1/2/7/64 threads' % (what, command),
                         '/'.join('%.1f' % (p / MIB) for p in peaks.values()) + ' MiB', '', worst / MIB, bar / MIB, ' MiB')

    def growth(self):
        n, tenfold = self.data.small, self.data.large
        small, large = self.data.instances(n), self.data.instances(tenfold)
        self.warm(small, large)
        outputs = [self.cicerone, 'lrps', large, '-o', os.path.join(self.out, 'plots')]
        s = self.alternately({'small': [self.cicerone, 'lrps', small], 'large': [self.cicerone, 'lrps', large],
                              'csv': self.ours('lrps', large), 'all': outputs})
        lines = [self.data.facts[os.path.basename(p)[len(self.data.prefix):]]['lines'] for p in (small, large)]
        tenfold_lines = lines[1] / lines[0]
        self.compare('growth, lrps, %s instances / %s (%.2fx the lines)' % (count(tenfold), count(n), tenfold_lines),
                     s['large'], s['small'], 10.5)
        for name, samples, instances in (('', s['small'], n), ('', s['large'], tenfold), (', CSV and statistics', s['csv'], tenfold)):
            peak = max(x.peak for x in samples)
            self.row('peak memory, lrps, %s instances%s' % (count(instances), name), '%.1f MiB' % (peak / MIB), '',
                     peak / MIB, (24 * MIB + 512 * instances) / MIB, ' MiB')
        read = statistics.median(x.wall for x in s['large'])
        for what, name, bar in (('CSV and statistics', 'csv', None), ('CSV, statistics and plots', 'all', 5)):
            self.row('%s of %s instances, beyond reading' % (what, count(tenfold)), seconds(s[name]), seconds(s['large']),
                     statistics.median(x.wall for x in s[name]) - read, bar, ' s')

    def threads(self):
        inputs = (('plain file', self.data.plain()), ('one .gz', self.data.gz()), ('16 .gz in a tree', self.data.tree(16)))
        for what, path in inputs:
            self.warm(path)
            s = self.alternately({n: self.ours('tasks', path, '-j', str(n)) for n in (self.cores, 1)})
            self.compare('%s, tasks, %d threads / 1' % (what, self.cores), s[self.cores], s[1])

    def analyses(self):
        """The other commands, for which the bars of plain and gz hold times 1.3."""
        plain, gz = self.data.plain(), self.data.gz()
        self.warm(plain, gz)
        for what, path, other, command, bar in (('plain file', plain, '`wc -l`', ['wc', '-l', plain], 1.3 * 4),
                                                ('one .gz', gz, '`gzip -dc`', ['gzip', '-dc', gz], 1.3 * 0.30 if self.isal else None)):
            commands = {name: self.ours(name, path) for name in LIFECYCLES + ('series',)}
            commands['metrics'] = [self.cicerone, 'metrics', path]
            commands['report'] = [self.cicerone, 'report', path, '--no-plots', '-o', os.path.join(self.out, 'report.html')]
            s = self.alternately({other: command, **commands})
            for name in commands:
                self.compare('%s, %s / %s' % (what, name, other), s[name], s[other], bar)

    # ---- all of it ----

    def run(self, parts):
        for part in parts:
            say(part)
            before, start, own = machine_busy(), time.perf_counter(), os.times()
            getattr(self, part)()
            after, took, now = machine_busy(), time.perf_counter() - start, os.times()
            mine = sum(now[:4]) - sum(own[:4])
            other = max(0.0, (after - before - mine) / (took * os.cpu_count()))
            if other > 0.03:
                self.notes.append('%s: other programs took %.0f %% of the machine meanwhile.' % (part, 100 * other))

    def report(self):
        print('| what | ours | theirs | ratio | bar | holds |\n|---|---|---|---|---|---|')
        for row in self.rows:
            print('| ' + ' | '.join(row) + ' |')
        print('\nMedians of %d runs, wall seconds; behind them CPU seconds.%s\n'
              % (self.o.runs, ' QUICK: small files, few runs; bars are only indications.' if self.o.quick else ''))
        for fact in machine() + tools(self.python) + ['cicerone inflates with ' + ('ISA-L' if self.isal else 'zlib')] + self.files():
            print('- ' + fact)
        for note in self.notes:
            print('- NOTE: ' + note)

    def files(self):
        said = []
        for name, facts in self.data.facts.items():
            path = self.data.path(name)
            if name != 'generator' and os.path.exists(path):
                text = '%s: %s bytes' % (name, count(size_of(path)))
                if 'lines' in facts:
                    text += ', %s lines, %s Tasks, %s LRP instances' % tuple(count(facts[k]) for k in ('lines', 'tasks', 'lrps'))
                said.append(text)
        return said


def count(n):
    return '{:,}'.format(int(n))


def seconds(samples, scale=1.0):
    return '%.3f s (%.2f)' % tuple(scale * statistics.median(getattr(s, what) for s in samples) for what in ('wall', 'cpu'))


def machine_busy():
    """CPU seconds that anyone used since the start of the machine, and those that its host took."""
    with open('/proc/stat') as f:
        n = [int(x) for x in f.readline().split()[1:]]
    return (n[0] + n[1] + n[2] + n[5] + n[6] + n[7]) / os.sysconf('SC_CLK_TCK')


def machine():
    model, kib = 'unknown CPU', 0
    with open('/proc/cpuinfo') as f:
        for line in f:
            if line.startswith('model name'):
                model = line.split(':', 1)[1].strip()
    with open('/proc/meminfo') as f:
        kib = int(f.readline().split()[1])
    return ['%s, %d cores, %.0f GiB of memory, %s %s' % (model, os.cpu_count(), kib / 2**20, platform.system(), platform.release()),
            'load average %.2f %.2f %.2f at the end' % os.getloadavg()]


def tools(duckdb_python):
    said = []
    for tool in ('gzip', 'pigz', 'igzip', 'jq', 'wc', 'gnuplot'):
        if shutil.which(tool):
            done = subprocess.run([tool, '--version'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            line = (done.stdout.strip() or '?').split('\n')[0]
            said.append(line if tool in line else tool + ' ' + line)
        else:
            said.append('no ' + tool)
    if duckdb_python:
        done = subprocess.run([duckdb_python, '-c', 'import duckdb; print(duckdb.__version__)'], stdout=subprocess.PIPE, text=True)
        said.append('DuckDB ' + done.stdout.strip())
    return ['; '.join(said)]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--data', metavar='DIR', default=os.path.join(tempfile.gettempdir(), 'cicerone-bench'),
                   help='generated data and scratch (%(default)s)')
    p.add_argument('--runs', type=int, metavar='N', help='runs of each command (5; quick: 3)')
    p.add_argument('--only', metavar='PART,...', help='of: ' + ', '.join(PARTS))
    p.add_argument('--quick', action='store_true', help='a tenth of the data; a bar that does not hold is no failure')
    p.add_argument('--offline', action='store_true', help='do not install DuckDB where it is missing')
    o = p.parse_args()
    o.runs = o.runs or (3 if o.quick else 5)
    parts = o.only.split(',') if o.only else PARTS
    for part in parts:
        if part not in PARTS:
            p.error('no part "%s"; there are: %s' % (part, ', '.join(PARTS)))
    bench = Bench(o)
    try:
        bench.run(parts)
        bench.report()
    finally:
        shutil.rmtree(bench.out)
    return 1 if bench.failed and not o.quick else 0


if __name__ == '__main__':
    sys.exit(main())
