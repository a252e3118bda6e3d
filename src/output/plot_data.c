/* SPDX-License-Identifier: Apache-2.0 */
#include "output/plot.h"

const struct plot_kind plot_kinds[] = {
    {"timelines-by-start", "timelines.gp", "by start", plot_build_timelines, ORDER_START},
    {"timelines-by-end", "timelines.gp", "by end", plot_build_timelines, ORDER_END},
    {"timelines-by-vm", "timelines.gp", "by VM", plot_build_timelines, ORDER_VM},
    {"histograms", "histograms.gp", "durations per stage", plot_build_histograms, SCALE_OWN},
    {"histograms-common-scale", "histograms.gp", "durations per stage, common scale",
     plot_build_histograms, SCALE_COMMON},
    {"correlation", "correlation.gp", "correlation of durations", plot_build_correlation, 0},
    {NULL, NULL, NULL, NULL, 0},
};
