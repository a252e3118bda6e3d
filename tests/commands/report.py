# SPDX-License-Identifier: Apache-2.0
"""report.py CHECK[,CHECK] PAGE TIMELINES.ndjson - does the page do in a browser what it should?

Rows are told by what the page says of them when the mouse is over them; what it ought to say comes from NDJSON.
"""
import functools
import json
import os
import re
import subprocess
import sys

from browser import Browser

AXIS = 26  # pixels above the first row
page, rows = sys.argv[2], [json.loads(line) for line in open(sys.argv[3], encoding='utf-8')]
browser = Browser()
zero = min(stage['time_ns'] for row in rows for stage in row['stages'].values()) if rows else 0


class View:
    """The first timelines of the page."""

    def __init__(self):
        browser.run("document.querySelector('canvas').scrollIntoView({block: 'start'})")
        browser.settle()
        box = browser.run("(r => [r.x, r.y, r.width, r.height])(document.querySelector('canvas').getBoundingClientRect())")
        self.x, self.y, self.width, self.height = box

    def at(self, row, of, fx=0.5):
        """Where a row is on the screen while `of` rows are shown."""
        plot = self.height - AXIS
        return self.x + self.width * fx, self.y + AXIS + (row + 0.5) / max(of, plot / 24) * plot

    def hover(self, x, y):
        browser.mouse('mouseMoved', x, y)
        return browser.run("[...document.querySelectorAll('.details h4')].map(e => e.textContent)")

    def id_at(self, row, of):
        shown = self.hover(*self.at(row, of))
        assert len(shown) == 1, shown
        return shown[0]

    def ids(self, n):
        return [self.id_at(row, n) for row in range(n)]


def choose(name, value):
    browser.run(f"(e => {{ e.value = {json.dumps(value)}; e.dispatchEvent(new Event(e.type === 'search' ? 'input' : 'change')); }})"
                f"(document.querySelector('.controls .{name}'))")
    browser.settle()


def tick(name):
    browser.run(f"document.querySelector('.controls .{name}').click()")
    browser.settle()


def count():
    return browser.run("document.querySelector('.count').textContent")


def same(got, want):
    assert got == want, f'got {got}\nwant {want}'


def colours():
    """The colours on the canvas, with how many pixels each has, while the mouse is elsewhere."""
    browser.mouse('mouseMoved', 5, 5)
    return browser.run('''(c => {
        const copy = new OffscreenCanvas(c.width, c.height).getContext('2d', {willReadFrequently: true});
        copy.drawImage(c, 0, 0);
        const data = copy.getImageData(0, 0, c.width, c.height).data, n = {};
        for (let i = 0; i < data.length; i += 4) {
            const key = '#' + [0, 1, 2].map(k => data[i + k].toString(16).padStart(2, '0')).join('');
            n[key] = (n[key] || 0) + 1;
        }
        return n; })(document.querySelector('canvas'))''')


@functools.lru_cache(maxsize=None)
def lines_of(path):
    with open(path, 'rb') as f:
        packed = f.read(2) == b'\x1f\x8b'
    return subprocess.run(['zgrep' if packed else 'grep', '-n', '', path], check=True, stdout=subprocess.PIPE).stdout.decode().split('\n')


def grep(word, stage):
    """FILE:LINE of the first line of the stage's VM that has the word and the stage's time."""
    time = '"timestamp":"%d.%09d"' % divmod(stage['time_ns'], 10**9)
    folder = os.path.join(os.environ['LOGS'], stage['vm'].replace('/', '-'))
    paths = sorted(os.path.join(where, name) for where, _, names in os.walk(folder) for name in names)
    found = [f'{path}:{line.split(":")[0]}' for path in paths for line in lines_of(path) if word in line and time in line]
    return found[0]


def vm_key(name):
    return [int(p) if p.isdigit() else p for p in re.split(r'(\d+)', name)]


def check_load():
    assert browser.run("document.querySelectorAll('canvas').length") >= 1
    n = len(rows)
    assert count().startswith(f'{n:,} of {n:,} '), count()
    tick('own')
    painted = colours()
    stage_colours = browser.run("JSON.parse(document.querySelector('.timelines script').textContent).stages.slice(1).map(s => s[1])")
    assert sum(c in painted for c in stage_colours) >= 5, painted
    assert all(u.startswith(('file:', 'data:')) for u in browser.requests()), browser.requests()
    light = browser.run("getComputedStyle(document.body).backgroundColor")
    browser.dark(True)
    assert browser.run("getComputedStyle(document.body).backgroundColor") != light
    assert set(colours()) & set(stage_colours)
    browser.dark(False)
    browser.pdf('report.pdf')
    assert open('report.pdf', 'rb').read(5) == b'%PDF-' and os.path.getsize('report.pdf') > 50000
    assert browser.run("[...document.images].every(i => i.complete && i.naturalWidth > 100)")


def check_policy():
    """Neither a script that came later runs, nor does anything leave the page."""
    violations = browser.run('''new Promise(done => {
        const seen = [];
        document.addEventListener('securitypolicyviolation', e => {
            seen.push(e.effectiveDirective);
            if (seen.length === 4) done(seen.sort());
        });
        setTimeout(() => done(seen), 5000);
        const script = document.createElement('script');
        script.textContent = 'window.pwned = true';
        document.body.append(script);
        const style = document.createElement('style');
        style.textContent = 'body { display: none }';
        document.body.append(style);
        new Image().src = 'http://127.0.0.1:9/x.png';
        fetch('http://127.0.0.1:9/').catch(() => 0);
    })''')
    same(violations, ['connect-src', 'img-src', 'script-src-elem', 'style-src-elem'])
    assert browser.run('window.pwned') is None
    browser.events.clear()


def check_sort():
    view, n = View(), len(rows)
    by = {
        'start': sorted(rows, key=lambda r: r['start_ns']),
        'end': sorted(rows, key=lambda r: r['end_ns'] // 1000),
        'total': sorted(rows, key=lambda r: r['start_ns'] // 1000 - r['end_ns'] // 1000),
        'VM': sorted(rows, key=lambda r: vm_key(r['vm'])),
    }
    for key, want in by.items():
        choose('sort', key)
        same(view.ids(n), [r['id'] for r in want])
    choose('sort', 'total')
    tick('reverse')
    same(view.id_at(n - 1, n), by['total'][0]['id'])
    tick('reverse')
    stage = 'Created-Container'
    number = browser.run(f"[...document.querySelector('.sort').options].find(o => o.text === 'time to {stage}').value")
    choose('sort', number)
    with_it = sorted((r for r in rows if 'duration_ns' in r['stages'].get(stage, {})), key=lambda r: -r['stages'][stage]['duration_ns'])
    same([view.id_at(k, n) for k in range(3)], [r['id'] for r in with_it[:3]])
    for last in ('', 'reverse'):  # those without that stage are last, reversed or not
        if last:
            tick('reverse')
        assert stage not in next(r for r in rows if r['id'] == view.id_at(n - 1, n))['stages']


def check_filter():
    view = View()
    word = rows[3]['id'][-9:].upper()
    choose('text', word)
    want = [r['id'] for r in rows if word.lower() in r['id']]
    assert count().startswith(f'{len(want)} of '), count()
    same(view.ids(len(want)), want)
    choose('text', '')
    choose('outcome', browser.run("[...document.querySelector('.outcome').options].find(o => o.text === 'failed').value"))
    want = [r['id'] for r in rows if r['outcome'] == 'failed']
    assert want
    same(view.ids(len(want)), want)
    choose('outcome', '')
    vm = rows[0]['vm']
    choose('vm', browser.run(f"[...document.querySelector('.vm').options].find(o => o.text === '{vm}').value"))
    want = [r['id'] for r in rows if r['vm'] == vm]
    same(view.ids(len(want)), want)
    choose('text', 'no such thing')
    assert count().startswith('0 of '), count()
    same(view.hover(*view.at(0, 1)), [])


def check_hover():
    view, n = View(), len(rows)
    for k in (0, n // 2, n - 1):
        row = rows[k]
        same(view.id_at(k, n), row['id'])
        table = browser.run("[...document.querySelectorAll('.details tbody tr')].map(r => [...r.cells].map(c => c.textContent))")
        want = [[name, (s['time_ns'] // 1000 - zero // 1000) / 1e6, s['vm']] for name, s in row['stages'].items()]
        same([below for below, in table[1::2]], [grep(row['id'], s) for s in row['stages'].values()])
        table = table[::2]
        got = [[name, float(at.rstrip('s')), vm] for name, at, _, vm in table]
        assert len(got) == len(want) and all(g[0] == w[0] and abs(g[1] - w[1]) < 2e-6 and g[2] == w[2] for g, w in zip(got, want)), (got, want)
        text = browser.run("document.querySelector('.details').textContent")
        assert row['outcome'] in text and row['vm'] in text and row.get('why', '') in text
    same(view.hover(view.x + 50, view.y - 5), [])  # off the canvas


def check_pin():
    view, n = View(), len(rows)
    browser.click(*view.at(2, n))
    same(view.hover(*view.at(5, n)), [rows[2]['id'], rows[5]['id']])
    same(view.hover(view.x + 5, view.y - 5), [rows[2]['id']])
    browser.click(*view.at(2, n))
    same(view.hover(view.x + 5, view.y - 5), [])


def check_zoom():
    view, n = View(), len(rows)
    middle = view.at(n // 2, n)
    top = view.x + view.width / 2, view.y + AXIS + 2
    before = colours()
    # without a click the wheel scrolls the page
    browser.mouse('mouseWheel', *middle, deltaX=0, deltaY=-120)
    same(colours(), before)
    browser.run("document.querySelector('canvas').focus({preventScroll: true})")
    view = View()
    same(view.hover(*top), [rows[0]['id']])
    for _ in range(4):
        browser.mouse('mouseWheel', *middle, deltaX=0, deltaY=-120)
    same(view.hover(*middle), [rows[n // 2]['id']])  # what is under the pointer stays there
    first = view.hover(*top)[0]
    at = [r['id'] for r in rows].index(first)
    assert 0 < at < n // 2, at
    # drag it down by a third
    browser.mouse('mousePressed', *top, button='left', clickCount=1)
    for step in range(1, 11):
        browser.mouse('mouseMoved', top[0], top[1] + step * view.height / 30, button='left', buttons=1)
    browser.mouse('mouseReleased', top[0], top[1] + view.height / 3, button='left', clickCount=1)
    moved = view.hover(*top)[0]
    assert [r['id'] for r in rows].index(moved) < at, (moved, at)
    browser.key('0', 48)
    same(colours(), before)
    # with Shift in time only
    browser.mouse('mouseWheel', *middle, deltaX=0, deltaY=-120, modifiers=8)
    same(view.ids(n), [r['id'] for r in rows])
    assert colours() != before
    browser.run("document.querySelector('.controls .all').click()")
    browser.settle()
    same(colours(), before)
    # each from its own start: wider bars
    tick('own')
    assert colours() != before


def check_keys():
    View()
    browser.run("document.querySelector('canvas').focus({preventScroll: true})")
    browser.mouse('mouseMoved', 5, 5)
    said = lambda: browser.run("document.querySelector('.said').textContent")
    browser.key('ArrowDown', 40)
    assert said().startswith(f'Row 1 of {len(rows)}: {rows[0]["id"]}, {rows[0]["outcome"]}, {rows[0]["vm"]}, '), said()
    browser.key('ArrowDown', 40)
    assert rows[1]['id'] in said(), said()
    browser.key('Enter', 13)
    browser.key('End', 35)
    assert rows[-1]['id'] in said(), said()
    same(browser.run("[...document.querySelectorAll('.details h4')].map(e => e.textContent)"), [rows[1]['id'], rows[-1]['id']])
    browser.key('Escape', 27)
    same(browser.run("document.querySelectorAll('.details h4').length"), 1)
    before = colours()
    browser.key('+', 187)
    assert colours() != before
    tree = browser.call('Accessibility.getFullAXTree')['nodes']
    roles = [n.get('role', {}).get('value') for n in tree]
    assert 'application' in roles and roles.count('columnheader') > 5 and 'heading' in roles and 'combobox' in roles, sorted(set(map(str, roles)))
    unnamed = [n for n in tree if n.get('role', {}).get('value') in ('button', 'combobox', 'searchbox', 'checkbox', 'image', 'application')
               and not n.get('name', {}).get('value')]
    assert not unnamed, unnamed


def check_tables():
    column = lambda table, k: browser.run(f"[...document.querySelectorAll('main table')][{table}].tBodies[0].rows.length && "
                                          f"[...[...document.querySelectorAll('main table')][{table}].tBodies[0].rows].map(r => r.cells[{k}].textContent)")
    heads = browser.run("[...document.querySelectorAll('main table')].map(t => [...t.tHead.rows[0].cells].map(c => c.textContent))")
    stages = next(k for k, h in enumerate(heads) if h[0] == 'stage')

    def click(k):
        browser.run(f"[...document.querySelectorAll('main table')][{stages}].tHead.rows[0].cells[{k}].querySelector('button').click()")
        return browser.run(f"[...document.querySelectorAll('main table')][{stages}].tHead.rows[0].cells[{k}].getAttribute('aria-sort')")

    def seconds(text):
        units = {'ns': 1e-9, 'µs': 1e-6, 'ms': 1e-3, 's': 1, 'm': 60, 'h': 3600}
        total = sum(float(n) * units[u] for n, u in re.findall(r'([\d.]+)(ns|µs|ms|s|m|h)', text))
        return -total if text.startswith('-') else total

    at = heads[stages].index('max')
    before = column(stages, 0)
    same(click(at), 'descending')
    values = [seconds(v) for v in column(stages, at) if v]
    assert len(values) > 5 and values == sorted(values, reverse=True), values
    assert 'total' not in column(stages, 0)
    same(click(at), 'ascending')
    values = [seconds(v) for v in column(stages, at) if v]
    assert values == sorted(values), values
    same(click(0), 'ascending')
    same(column(stages, 0), sorted(before, key=str.lower))
    share = heads[stages].index('share')
    click(share)
    for descending in (True, False):
        values = column(stages, share)
        assert values[-1] == '' and '' not in values[:-1], values  # the first stage has none: last in either order
        values = [float(v.rstrip(' %')) for v in values[:-1]]
        assert values == sorted(values, reverse=descending), values
        click(share)


def check_hostile():
    """Whatever an id is, it is text."""
    same(browser.run("document.querySelectorAll('main img, main b, main svg').length"), 0)
    same(browser.run("document.querySelectorAll('script').length"), 2)  # data and the page's own
    assert not browser.seen('Page.javascriptDialogOpening') and browser.run('window.pwned') is None
    browser.run("document.querySelector('canvas').focus({preventScroll: true})")
    for row in rows:
        browser.key('ArrowDown', 40)
        same(browser.run("document.querySelector('.details h4').textContent"), row['id'])


def check_files():
    """And so is the name of a file."""
    browser.run("document.querySelector('canvas').focus({preventScroll: true})")
    browser.key('ArrowDown', 40)
    shown = browser.run("[...document.querySelectorAll('.details td.line')].map(e => e.textContent)")
    same(shown, [f"{s['file']}:{s['line']}" for s in rows[0]['stages'].values()])
    assert all('<img' in name for name in shown), shown


def check_many():
    """Ten thousand are fluid."""
    view = View()
    browser.run("document.querySelector('canvas').focus({preventScroll: true})")
    # the time of a frame, drawn at once
    frames = browser.run('''new Promise(done => {
        const canvas = document.querySelector('canvas'), box = canvas.getBoundingClientRect(), times = [];
        let n = 0, before = performance.now();
        const next = () => {
            times.push(performance.now() - before);
            before = performance.now();
            if (++n > 60) return done(times.slice(1));
            canvas.dispatchEvent(new WheelEvent('wheel', {deltaY: n % 30 < 15 ? -120 : 120, clientX: box.x + 300, clientY: box.y + 200, cancelable: true}));
            canvas.dispatchEvent(new PointerEvent('pointermove', {clientX: box.x + 300, clientY: box.y + 30 + 5 * n}));
            requestAnimationFrame(next);
        };
        requestAnimationFrame(next);
    })''')
    frames.sort()
    print(f'a frame takes {frames[len(frames) // 2]:.1f} ms, the longest {frames[-1]:.1f} ms')
    assert frames[len(frames) // 2] < 100, frames  # on any machine; 60 Hz on an idle one
    assert len(rows) >= 10000
    n = browser.run("JSON.parse(document.querySelector('.timelines script').textContent).rows.length")
    assert n == len(rows) or f'This page holds a sample of {n:,}: one in 2 of those that are ok, all that are not ok.' in count(), count()


try:
    for name in sys.argv[1].split(','):
        print(name, flush=True)  # which one it was that failed
        browser.open('file://' + os.path.abspath(page))
        globals()['check_' + name]()
        same(browser.complaints(), [])
        print(name, 'well')
finally:
    browser.close()
