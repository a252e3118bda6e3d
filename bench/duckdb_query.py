#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""duckdb_query.py PARSER.json LOG THREADS: the timelines of a log as one SQL query of DuckDB.

Per id the least time of the lines that each stage's expressions match. The query is made from the
definition that cicerone itself uses, but for less than cicerone does: no `unless`, no links, no
ranks, no anchors, no outcomes, no statistics. Prints the ids found and the seconds that the query
took, without the import and the start of DuckDB.
"""
import json
import sys
import time


def text(s):
    return "'" + s.replace("'", "''") + "'"


def paths(ids):
    """The SQL of an id: the first of the paths that is there."""
    for entry in ids:
        path = entry['path'] if isinstance(entry, dict) else entry
        if isinstance(path, list) or '[]' in path:
            continue
        sql = 'data->>' + text('$' + ''.join('."%s"' % key for key in path.split('.')[1:]))
        if isinstance(entry, dict):
            sql = 'nullif(regexp_extract(%s, %s, 1), %s)' % (sql, text(entry['pattern']), text(''))
        yield sql


def condition(match):
    """The SQL of a stage: any of its matches, by source and message."""
    any_of = []
    for m in match if isinstance(match, list) else [match]:
        all_of = ["source = " + text(m['source'].strip('^$'))] if 'source' in m else []
        all_of.append('regexp_matches(message, %s)' % text(m['message']))
        any_of.append('(' + ' AND '.join(all_of) + ')')
    return ' OR '.join(any_of)


def query(parser, log):
    stages = parser['stages']
    columns = ',\n  '.join('min(timestamp) FILTER (%s) AS "%s"' % (condition(s['match']), s['name']) for s in stages)
    wanted = ' OR '.join(condition(s['match']) for s in stages)
    return f'''SELECT coalesce({', '.join(paths(parser['entity']['id']))}) AS id,
  {columns}
FROM read_json({text(log)}, format = 'newline_delimited',
  columns = {{timestamp: 'VARCHAR', source: 'VARCHAR', message: 'VARCHAR', data: 'JSON'}})
WHERE {wanted}
GROUP BY id'''


def main():
    import duckdb
    with open(sys.argv[1]) as f:
        parser = json.load(f)
    db = duckdb.connect(config={'threads': int(sys.argv[3])})
    start = time.perf_counter()
    rows = db.execute(query(parser, sys.argv[2])).fetchall()
    print(sum(r[0] is not None for r in rows), time.perf_counter() - start, duckdb.__version__, file=sys.stderr)


if __name__ == '__main__':
    main()
