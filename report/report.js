/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What moves in a report: tables that can be sorted, and timelines on a canvas.
 *
 * All data come from logs: they become text nodes or pixels, never markup.  What the numbers mean
 * is told in src/output/html_timelines.c.
 */
'use strict';
(() => {

const collator = new Intl.Collator('en', {numeric: true});

function element(tag, className, text) {
    const e = document.createElement(tag);
    if (className)
        e.className = className;
    if (text !== undefined)
        e.textContent = text;
    return e;
}

/* ---- tables ---- */

const UNITS = {ns: 1e-9, 'µs': 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600};

/* A duration, a share or a count as a number; undefined if a cell is anything else. */
function numberOf(text) {
    const t = text.replace(/,(?=\d{3})/g, '');
    if (/^-?\d+(\.\d+)?( %)?$/.test(t))
        return parseFloat(t);
    if (!/^-?(\d+(\.\d+)?(ns|µs|ms|s|m|h))+$/.test(t))
        return undefined;
    let seconds = 0;
    for (const [, n, unit] of t.matchAll(/(\d+(?:\.\d+)?)(ns|µs|ms|s|m|h)/g))
        seconds += parseFloat(n) * UNITS[unit];
    return t.startsWith('-') ? -seconds : seconds;
}

/* Empty cells are last in either order. */
function compareCells(a, b, sign) {
    if (!a || !b)
        return (a ? 0 : 1) - (b ? 0 : 1);
    const x = numberOf(a), y = numberOf(b);
    return sign * (x !== undefined && y !== undefined ? x - y : collator.compare(a, b));
}

function sortTable(table, column, th) {
    const body = table.tBodies[0], rows = [...body.rows];
    const numeric = th.classList.contains('r');
    const now = th.getAttribute('aria-sort');
    const next = now ? (now === 'ascending' ? 'descending' : 'ascending') : numeric ? 'descending' : 'ascending';
    for (const other of table.tHead.rows[0].cells)
        other.removeAttribute('aria-sort');
    th.setAttribute('aria-sort', next);
    const sign = next === 'ascending' ? 1 : -1;
    rows.sort((r, s) => compareCells(r.cells[column].textContent, s.cells[column].textContent, sign));
    body.append(...rows);
}

function makeSortable(table) {
    const head = table.tHead.rows[0];
    if (head.cells[0].textContent === 'stage') { // the total stays below
        const last = table.tBodies[0].rows[table.tBodies[0].rows.length - 1];
        table.createTFoot().append(last);
    }
    [...head.cells].forEach((th, column) => {
        const button = element('button', '', th.textContent);
        button.type = 'button';
        th.replaceChildren(button);
        button.addEventListener('click', () => sortTable(table, column, th));
    });
}

/* ---- numbers for people ---- */

function duration(us) {
    const a = Math.abs(us), sign = us < 0 ? '-' : '', pad = n => String(Math.floor(n)).padStart(2, '0');
    if (a >= 3600e6)
        return `${sign}${Math.floor(a / 3600e6)}h${pad(a / 60e6 % 60)}m`;
    if (a >= 100e6)
        return `${sign}${Math.floor(a / 60e6)}m${pad(a / 1e6 % 60)}s`;
    for (const [unit, name] of [[1e6, 's'], [1e3, 'ms']]) {
        if (a >= unit * 0.9995)
            return sign + (a / unit).toFixed(a / unit >= 99.95 ? 0 : a / unit >= 9.995 ? 1 : 2) + name;
    }
    return a ? `${sign}${a}µs` : '0s';
}

/* A time on the axis, with the digits that its step needs. */
function axisText(us, step) {
    const digits = Math.max(0, Math.min(6, -Math.floor(Math.log10(step / 1e6) + 1e-9)));
    return `${(us / 1e6).toFixed(digits)}s`;
}

/* ---- data ---- */

function decode(data) {
    const count = data.rows.length, stages = data.stages.length, tags = data.tags.length;
    const d = {
        ...data, count,
        id: new Array(count), outcome: new Int16Array(count), why: new Int32Array(count),
        pattern: new Int32Array(count), tag: new Int32Array(count * tags),
        time: new Float64Array(count * stages).fill(NaN),
        line: new Float64Array(count * stages),
        start: new Float64Array(count), end: new Float64Array(count),
        home: new Int32Array(count),
    };
    data.rows.forEach((row, i) => {
        const vms = data.patterns[row[3]];
        let at = 4 + tags, t = 0, low = Infinity, high = -Infinity;
        [d.id[i], d.outcome[i], d.why[i], d.pattern[i]] = row;
        d.home[i] = vms[0];
        for (let k = 0; k < tags; k++)
            d.tag[i * tags + k] = row[4 + k];
        for (let k = 0; k < stages; k++) {
            if (vms[k + 1] === -2)
                continue;
            t += row[at++];
            d.time[i * stages + k] = t;
            low = Math.min(low, t);
            high = Math.max(high, t);
        }
        d.start[i] = low === Infinity ? row[at] : low;
        d.end[i] = low === Infinity ? row[at] : high;
        for (let k = 0; k < stages; k++) {
            if (vms[k + 1] !== -2)
                d.line[i * stages + k] = row[at++];
        }
    });
    d.rows = undefined;
    return d;
}

/* Since the stage before; NaN without one. */
function stageDuration(d, i, stage) {
    const from = i * d.stages.length;
    for (let k = stage - 1; k >= 0; k--) {
        if (!Number.isNaN(d.time[from + k]))
            return d.time[from + stage] - d.time[from + k];
    }
    return NaN;
}

const OK = 1;

/* ---- the view ---- */

const AXIS = 26, MARK = '#d40000', MARK_INCOMPLETE = '#70757a';

class Timelines {
    constructor(place) {
        this.d = decode(JSON.parse(place.querySelector('script').textContent));
        place.querySelector('.plain').remove();
        place.append(document.getElementById('timelines').content.cloneNode(true));
        const get = name => place.querySelector('.' + name);
        this.place = place;
        this.canvas = place.querySelector('canvas');
        this.details = get('details');
        this.said = get('said');
        this.counter = get('count');
        this.controls = {sort: get('sort'), reverse: get('reverse'), own: get('own'), text: get('text'), vm: get('vm'), outcome: get('outcome')};
        this.order = []; // the rows shown
        this.hover = this.pinned = -1; // entities
        this.fillControls();
        this.fillLegend();
        this.canvas.setAttribute('aria-label', `Timelines of ${this.d.count} ${this.d.plural}. ` +
            'Arrow up and down choose one, arrow left and right move in time, plus and minus zoom, Enter pins, 0 shows all.');
        this.listen(get('in'), get('out'), get('all'));
        this.choose(true);
        this.showDetails();
        new ResizeObserver(() => this.resize()).observe(this.canvas);
        matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.redraw());
        addEventListener('beforeprint', () => this.draw(getComputedStyle(this.canvas), '#fff'));
        addEventListener('afterprint', () => this.redraw());
    }

    fillControls() {
        const {sort, vm, outcome} = this.controls, d = this.d;
        const add = (select, value, text) => select.append(new Option(text, value));
        for (const key of ['start', 'end', 'total', 'VM', 'outcome', 'id'])
            add(sort, key, key);
        d.stages.forEach(([name], k) => {
            if (k)
                add(sort, k, `time to ${name}`);
        });
        add(vm, '', 'all');
        [...new Set(d.home)].sort((a, b) => collator.compare(this.vmName(a), this.vmName(b)))
            .forEach(n => add(vm, n, this.vmName(n)));
        add(outcome, '', 'all');
        [...new Set(d.outcome)].sort((a, b) => a - b).forEach(n => add(outcome, n, d.outcomes[n]));
    }

    fillLegend() {
        const legend = this.place.querySelector('.legend');
        const add = (colour, text) => {
            const item = element('li'), swatch = element('span', 'swatch');
            swatch.style.background = colour;
            item.append(swatch, text);
            legend.append(item);
        };
        this.d.stages.slice(1).forEach(([name, colour]) => add(colour, name));
        const has = new Set(this.d.outcome);
        if (has.has(0))
            add(MARK_INCOMPLETE, 'mark at the end: incomplete');
        if ([...has].some(n => n > OK))
            add(MARK, 'mark at the end: failed or the like');
    }

    /* What the times of a row count from. */
    base(i) {
        return this.controls.own.checked ? this.d.start[i] : 0;
    }

    vmName(n) {
        return n >= 0 && this.d.vms[n] || '(unknown)';
    }

    /* FILE:LINE, where the line of a stage stands. */
    lineName(i, stage) {
        const d = this.d, file = d.patterns[d.pattern[i]][1 + d.stages.length + stage];
        return file < 0 ? '' : `${d.files[file]}:${d.line[i * d.stages.length + stage]}`;
    }

    /* -- which rows, in which order -- */

    choose(refit) {
        const {text, vm, outcome} = this.controls, d = this.d, tags = d.tags.length;
        const word = text.value.trim().toLowerCase();
        const hits = d.texts.map(t => word && t.toLowerCase().includes(word));
        this.order = [];
        for (let i = 0; i < d.count; i++) {
            if (vm.value !== '' && d.home[i] !== +vm.value || outcome.value !== '' && d.outcome[i] !== +outcome.value)
                continue;
            let found = !word || d.id[i].toLowerCase().includes(word);
            for (let k = 0; k < tags && !found; k++)
                found = d.tag[i * tags + k] >= 0 && hits[d.tag[i * tags + k]];
            if (found)
                this.order.push(i);
        }
        this.sort();
        this.count();
        if (refit)
            this.fit();
        else
            this.keepRows();
    }

    sort() {
        const {sort, reverse} = this.controls, d = this.d;
        const sign = reverse.checked ? -1 : 1;
        const keyOf = {
            start: i => d.start[i], end: i => d.end[i], total: i => d.start[i] - d.end[i],
            VM: i => this.vmRank(d.home[i]), outcome: i => d.outcome[i] === OK ? d.outcomes.length : d.outcome[i],
        }[sort.value] || (i => -stageDuration(d, i, +sort.value)); // the longest first
        if (sort.value === 'id') {
            this.order.sort((a, b) => sign * collator.compare(d.id[a], d.id[b]) || a - b);
            return;
        }
        const keys = new Float64Array(d.count);
        for (const i of this.order)
            keys[i] = keyOf(i);
        // Those that have no such time are last, reversed or not.
        this.order.sort((a, b) => {
            const x = keys[a], y = keys[b];
            if (Number.isNaN(x) || Number.isNaN(y))
                return Number.isNaN(x) - Number.isNaN(y) || a - b;
            return sign * (x - y) || a - b;
        });
    }

    vmRank(n) {
        if (!this.vmRanks) {
            const names = this.d.vms.map((_, k) => k).sort((a, b) => collator.compare(this.vmName(a), this.vmName(b)));
            this.vmRanks = [];
            names.forEach((vm, rank) => { this.vmRanks[vm] = rank; });
        }
        return n < 0 ? this.d.vms.length : this.vmRanks[n];
    }

    count() {
        const d = this.d, n = x => x.toLocaleString('en');
        let text = `${n(this.order.length)} of ${n(d.total)} ${d.plural} shown; time counts from ${d.zero}.`;
        if (d.count < d.total) {
            const part = (every, who) => every > 1 ? `one in ${n(every)} of those that are ${who}` : `all that are ${who}`;
            const parts = ['ok', 'not ok'].map((who, k) => d.every[k] && part(d.every[k], who)).filter(Boolean);
            text += ` This page holds a sample of ${n(d.count)}: ${parts.join(', ')}.`;
        }
        this.counter.textContent = text;
    }

    /* -- where we look -- */

    fit() {
        const d = this.d;
        let low = Infinity, high = -Infinity;
        for (const i of this.order) {
            low = Math.min(low, d.start[i] - this.base(i));
            high = Math.max(high, d.end[i] - this.base(i));
        }
        if (low > high)
            low = high = 0;
        const pad = Math.max((high - low) * 0.01, 10);
        this.full = {x0: low - pad, x1: high + pad};
        this.x0 = this.full.x0;
        this.x1 = this.full.x1;
        this.y0 = 0;
        this.y1 = this.rowsAtMost();
        this.redraw();
    }

    /* Few rows do not become bars of a hand's width. */
    rowsAtMost() {
        return Math.max(this.order.length, this.plotHeight() / 24);
    }

    plotHeight() {
        return Math.max(1, this.canvas.clientHeight - AXIS);
    }

    keepRows() {
        this.moveRows(0);
        this.redraw();
    }

    moveTime(by) {
        const span = this.x1 - this.x0, least = this.full.x0 - span * 0.9, most = this.full.x1 + span * 0.9;
        this.x0 = Math.min(Math.max(this.x0 + by, least), most - span);
        this.x1 = this.x0 + span;
    }

    moveRows(by) {
        const most = this.rowsAtMost(), span = Math.min(this.y1 - this.y0, most);
        this.y0 = Math.min(Math.max(this.y0 + by, 0), most - span);
        this.y1 = this.y0 + span;
    }

    /* factor < 1 zooms in; fx, fy in 0..1 tell what stays where it is. */
    zoom(factorX, factorY, fx = 0.5, fy = 0.5) {
        const spanX = this.x1 - this.x0, spanY = this.y1 - this.y0, fullX = this.full.x1 - this.full.x0;
        const toX = Math.min(Math.max(spanX * factorX, 20), fullX);
        const toY = Math.min(Math.max(spanY * factorY, this.plotHeight() / 40), this.rowsAtMost());
        this.x0 += (spanX - toX) * fx;
        this.x1 = this.x0 + toX;
        this.y0 += (spanY - toY) * fy;
        this.y1 = this.y0 + toY;
        if (toX === fullX) {
            this.x0 = this.full.x0;
            this.x1 = this.full.x1;
        }
        this.moveRows(0);
        this.redraw();
    }

    resize() {
        if (this.y1 >= this.order.length)
            this.y1 = Math.max(this.y0 + 1, this.rowsAtMost());
        this.redraw();
    }

    /* -- drawing -- */

    redraw() {
        if (this.asked)
            return;
        this.asked = true;
        requestAnimationFrame(() => {
            this.asked = false;
            this.draw(getComputedStyle(this.canvas));
        });
    }

    draw(style, paper) {
        const c = this.canvas, scale = devicePixelRatio || 1;
        const width = Math.max(1, c.clientWidth), height = Math.max(1, c.clientHeight);
        if (c.width !== Math.round(width * scale) || c.height !== Math.round(height * scale)) {
            c.width = Math.round(width * scale);
            c.height = Math.round(height * scale);
        }
        const g = this.g = c.getContext('2d');
        g.setTransform(scale, 0, 0, scale, 0, 0);
        this.width = width;
        this.perX = width / (this.x1 - this.x0);
        g.fillStyle = paper || style.getPropertyValue('--paper');
        g.fillRect(0, 0, width, height);
        this.drawAxis(g, style, height);
        g.save();
        g.beginPath();
        g.rect(0, AXIS, width, height - AXIS);
        g.clip();
        this.drawRows(g, height - AXIS);
        g.restore();
    }

    x(us) {
        return (us - this.x0) * this.perX;
    }

    drawAxis(g, style, height) {
        const span = this.x1 - this.x0, rough = span / Math.max(2, this.width / 110);
        const power = 10 ** Math.floor(Math.log10(rough));
        const step = [1, 2, 5, 10].map(n => n * power).find(n => n >= rough);
        g.font = '12px system-ui, sans-serif';
        g.textAlign = 'center';
        g.textBaseline = 'middle';
        for (let n = Math.ceil(this.x0 / step); n * step <= this.x1; n++) {
            g.fillStyle = style.getPropertyValue('--grid');
            g.fillRect(Math.round(this.x(n * step)), AXIS - 4, 1, height);
            g.fillStyle = style.getPropertyValue('--ink');
            g.fillText(axisText(n * step, step), Math.max(this.x(n * step), 20), AXIS / 2);
        }
    }

    drawRows(g, height) {
        const rowHeight = height / (this.y1 - this.y0), rows = this.order, d = this.d;
        if (rowHeight >= 1) {
            // Whole pixels, or neighbours would blend into stripes.
            const gap = rowHeight > 3 ? Math.round(Math.min(4, rowHeight * 0.2)) : 0;
            const top = r => Math.round(AXIS + (r - this.y0) * rowHeight);
            for (let r = Math.max(0, Math.floor(this.y0)); r < Math.min(rows.length, Math.ceil(this.y1)); r++)
                this.drawRow(g, rows[r], top(r), Math.max(1, top(r + 1) - top(r) - gap));
            return;
        }
        // More rows than pixels: of those under a pixel one is drawn, if any is not ok that one.
        for (let y = 0; y < height; y++) {
            const from = Math.floor(this.y0 + y / rowHeight);
            const to = Math.min(rows.length, Math.max(from + 1, Math.floor(this.y0 + (y + 1) / rowHeight)));
            let chosen = -1;
            for (let r = from; r < to; r++) {
                if (chosen < 0 || d.outcome[rows[r]] !== OK && d.outcome[rows[chosen]] === OK)
                    chosen = r;
            }
            if (chosen >= 0)
                this.drawRow(g, rows[chosen], AXIS + y, 1);
        }
    }

    drawRow(g, i, y, h) {
        const d = this.d, from = i * d.stages.length, base = this.base(i);
        let reach = NaN, before = NaN;
        if (i === this.hover || i === this.pinned) {
            g.fillStyle = i === this.pinned ? '#ffd54a99' : '#80b8ff66';
            g.fillRect(0, y - 1, this.width, Math.max(h + 2, 3));
        }
        for (let k = 0; k < d.stages.length; k++) {
            const t = d.time[from + k] - base;
            if (Number.isNaN(t))
                continue;
            if (t > reach) {
                const left = this.x(reach), right = this.x(t);
                if (right > 0 && left < this.width) {
                    g.fillStyle = d.stages[k][1];
                    g.fillRect(left, y, Math.max(right - left, 0.5), h);
                }
            } else if (t < before && h >= 3) {
                this.drawStepBack(g, this.x(t), y + h / 2, Math.min(h / 2, 4));
            }
            before = t;
            if (!(t <= reach))
                reach = t;
        }
        if (h >= 6 && (i === this.hover || i === this.pinned)) { // the bar may fill the view
            g.strokeStyle = i === this.pinned ? '#c98a00' : '#1668c9';
            g.lineWidth = 2;
            g.strokeRect(1, y, this.width - 2, h);
        }
        const end = this.x(d.end[i] - base);
        if (d.outcome[i] !== OK) {
            g.fillStyle = d.outcome[i] === 0 ? MARK_INCOMPLETE : MARK;
            if (h < 4)
                g.fillRect(end, y, 5, h);
            else
                this.drawTriangle(g, end + 2, y + h / 2, Math.min(h / 2, 5));
        }
        if (h >= 11)
            this.drawLabel(g, d.id[i], end + 12, y + h / 2);
    }

    /* Behind the bar, or at the edge where that is out of sight. */
    drawLabel(g, text, x, y) {
        g.font = '11px system-ui, sans-serif';
        g.textAlign = 'left';
        if (x < 0 || x > this.width - 40) {
            x = 6;
            g.strokeStyle = '#fff';
            g.lineWidth = 3;
            g.strokeText(text, x, y);
        }
        g.fillStyle = '#333';
        g.fillText(text, x, y);
    }

    drawTriangle(g, x, y, r) {
        g.beginPath();
        g.moveTo(x, y - r);
        g.lineTo(x + 1.7 * r, y);
        g.lineTo(x, y + r);
        g.fill();
    }

    drawStepBack(g, x, y, r) {
        g.fillStyle = '#000';
        g.beginPath();
        g.moveTo(x, y - r);
        g.lineTo(x + r, y);
        g.lineTo(x, y + r);
        g.lineTo(x - r, y);
        g.fill();
    }

    /* -- details -- */

    describe(i) {
        const d = this.d, box = element('div'), tags = d.tags.length, stages = d.stages.length;
        const facts = [`${d.outcomes[d.outcome[i]]}${d.why[i] >= 0 ? ': ' + d.texts[d.why[i]] : ''}`,
            `on ${this.vmName(d.home[i])}, ${duration(d.end[i] - d.start[i])} in all`];
        for (let k = 0; k < tags; k++) {
            if (d.tag[i * tags + k] >= 0)
                facts.push(`${d.tags[k]}: ${d.texts[d.tag[i * tags + k]]}`);
        }
        box.append(element('h4', '', d.id[i]), ...facts.map(f => element('p', '', f)));
        const table = element('table'), body = table.createTBody(), head = table.createTHead().insertRow();
        for (const name of ['stage', 'at', 'took', 'VM'])
            head.append(element('th', name === 'at' || name === 'took' ? 'r' : '', name));
        for (let k = 0; k < stages; k++) {
            const t = d.time[i * stages + k], took = stageDuration(d, i, k);
            if (Number.isNaN(t))
                continue;
            const row = body.insertRow(), name = element('td'), swatch = element('span', 'swatch');
            swatch.style.background = d.stages[k][1];
            name.append(swatch, d.stages[k][0]);
            row.append(name, element('td', 'r', `${((t - this.base(i)) / 1e6).toFixed(6)}s`),
                element('td', took < 0 ? 'r negative' : 'r', Number.isNaN(took) ? '' : duration(took)),
                element('td', '', this.vmName(d.patterns[d.pattern[i]][k + 1])));
            const below = body.insertRow().insertCell();
            below.className = 'line';
            below.colSpan = 4;
            below.textContent = this.lineName(i, k);
        }
        box.append(table);
        return box;
    }

    showDetails() {
        const parts = [];
        if (this.pinned >= 0) {
            const box = this.describe(this.pinned);
            box.className = 'pinned';
            parts.push(box);
        }
        if (this.hover >= 0 && this.hover !== this.pinned)
            parts.push(this.describe(this.hover));
        if (!parts.length)
            parts.push(element('p', 'hint', `Point at a row for the stages of its ${this.d.noun}.`));
        this.details.replaceChildren(...parts);
        this.redraw();
    }

    point(i) {
        if (i === this.hover)
            return;
        this.hover = i;
        this.showDetails();
    }

    pin(i) {
        this.pinned = i === this.pinned ? -1 : i;
        this.showDetails();
    }

    /* -- what people do -- */

    /* The entity at a height of the canvas, or -1. */
    at(y) {
        const row = Math.floor(this.y0 + (y - AXIS) / this.plotHeight() * (this.y1 - this.y0));
        return y >= AXIS && row < this.order.length ? this.order[row] : -1;
    }

    listen(zoomIn, zoomOut, all) {
        const {sort, reverse, own, text, vm, outcome} = this.controls, c = this.canvas;
        for (const control of [sort, reverse])
            control.addEventListener('change', () => this.choose(false));
        for (const control of [vm, outcome, own])
            control.addEventListener('change', () => this.choose(true));
        own.addEventListener('change', () => this.showDetails());
        text.addEventListener('input', () => this.choose(true));
        zoomIn.addEventListener('click', () => this.zoom(0.5, 0.5));
        zoomOut.addEventListener('click', () => this.zoom(2, 2));
        all.addEventListener('click', () => this.fit());
        c.addEventListener('wheel', e => this.onWheel(e), {passive: false});
        c.addEventListener('pointerdown', e => this.onDown(e));
        c.addEventListener('pointermove', e => this.onMove(e));
        c.addEventListener('pointerup', e => this.onUp(e));
        c.addEventListener('pointercancel', () => this.endDrag());
        c.addEventListener('pointerleave', () => this.drag || this.point(-1));
        c.addEventListener('dblclick', e => this.zoom(0.4, 0.4, e.offsetX / c.clientWidth, (e.offsetY - AXIS) / this.plotHeight()));
        c.addEventListener('keydown', e => this.onKey(e));
    }

    onWheel(e) {
        if (document.activeElement !== this.canvas && !e.ctrlKey && !e.metaKey)
            return;
        e.preventDefault();
        const delta = (e.deltaY || e.deltaX) * (e.deltaMode === 1 ? 30 : 1), factor = Math.exp(Math.max(-200, Math.min(200, delta)) / 400);
        this.zoom(e.altKey ? 1 : factor, e.shiftKey ? 1 : factor, e.offsetX / this.canvas.clientWidth,
            Math.max(0, e.offsetY - AXIS) / this.plotHeight());
    }

    onDown(e) {
        if (e.button !== 0)
            return;
        this.drag = {x: e.offsetX, y: e.offsetY, moved: false};
        this.canvas.setPointerCapture(e.pointerId);
    }

    onMove(e) {
        const drag = this.drag;
        if (!drag) {
            this.point(this.at(e.offsetY));
            return;
        }
        if (!drag.moved && Math.hypot(e.offsetX - drag.x, e.offsetY - drag.y) < 4)
            return;
        drag.moved = true;
        this.canvas.classList.add('dragged');
        this.moveTime((drag.x - e.offsetX) / this.perX);
        this.moveRows((drag.y - e.offsetY) / this.plotHeight() * (this.y1 - this.y0));
        drag.x = e.offsetX;
        drag.y = e.offsetY;
        this.redraw();
    }

    onUp(e) {
        if (this.drag && !this.drag.moved && this.at(e.offsetY) >= 0)
            this.pin(this.at(e.offsetY));
        this.endDrag();
    }

    endDrag() {
        this.drag = null;
        this.canvas.classList.remove('dragged');
    }

    /* The next row by key, scrolled to and said. */
    step(by) {
        const at = this.order.indexOf(this.hover), last = this.order.length - 1;
        const row = at < 0 ? Math.max(0, Math.ceil(this.y0)) : Math.min(Math.max(at + by, 0), last);
        if (last < 0)
            return;
        const i = this.order[Math.min(row, last)], d = this.d;
        if (row < this.y0)
            this.moveRows(row - this.y0);
        else if (row + 1 > this.y1)
            this.moveRows(row + 1 - this.y1);
        this.point(i);
        this.said.textContent = `Row ${row + 1} of ${this.order.length}: ${d.id[i]}, ${d.outcomes[d.outcome[i]]}, ` +
            `${this.vmName(d.home[i])}, ${duration(d.end[i] - d.start[i])}`;
        this.redraw();
    }

    onKey(e) {
        const tenth = (this.x1 - this.x0) / 10, page = Math.max(1, Math.floor((this.y1 - this.y0) * 0.9));
        const keys = {
            ArrowUp: () => this.step(-1), ArrowDown: () => this.step(1),
            PageUp: () => this.step(-page), PageDown: () => this.step(page),
            ArrowLeft: () => this.moveTime(-tenth), ArrowRight: () => this.moveTime(tenth),
            '+': () => this.zoom(0.5, 0.5), '=': () => this.zoom(0.5, 0.5), '-': () => this.zoom(2, 2),
            0: () => this.fit(), Home: () => this.step(-Infinity), End: () => this.step(Infinity),
            Enter: () => this.hover >= 0 && this.pin(this.hover),
            Escape: () => { this.pinned = -1; this.showDetails(); },
        };
        if (!keys[e.key] || e.ctrlKey || e.metaKey || e.altKey)
            return;
        e.preventDefault();
        keys[e.key]();
        this.redraw();
    }
}

document.querySelectorAll('main table').forEach(makeSortable);
document.querySelectorAll('.timelines').forEach(place => new Timelines(place));

})();
