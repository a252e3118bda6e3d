/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plot_suites.h - the plots of the test suites' own files
 */
#ifndef CICERONE_PLOT_SUITES_H
#define CICERONE_PLOT_SUITES_H

#include "output/out_fezzik.h"
#include "output/out_gnuplot.h"
#include "suites/cedar.h"

extern const struct plot_sheet plot_fezzik; /* its subject is a struct fezzik_out */
extern const struct plot_sheet plot_cedar;  /* its subject is a struct cedar */

#endif
