#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# demo.sh - analyse the logs of testdata/ and say where the results are
set -eu
cd "$(dirname "$0")/.."
cicerone=${CICERONE:-build/cicerone}
for lifecycle in tasks lrps; do
    echo "$ cicerone $lifecycle testdata/logs -o out/$lifecycle"
    "$cicerone" "$lifecycle" testdata/logs -o "out/$lifecycle"
    echo
done
"$cicerone" report testdata/logs -o out/report.html
echo "what there is to look at:"
echo "  out/report.html               all of it in one page, to look into with a browser"
for lifecycle in tasks lrps; do
    echo "  out/$lifecycle/timelines.csv      each entity: its outcome, and when and where it reached each stage"
    echo "  out/$lifecycle/durations.csv      each entity: the time each stage took"
    echo "  out/$lifecycle/stages.csv         each stage: its percentiles and extremes"
    for picture in "out/$lifecycle"/*.svg; do
        if [ -s "$picture" ]; then echo "  $picture"; fi
    done
done
echo "each picture is drawn by the gnuplot script of its name: cd out/tasks && gnuplot -d timelines-by-start.gp"
