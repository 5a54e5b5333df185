/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "kad-series.h"

G_BEGIN_DECLS

/* Of a result of show-stats; what it does not say is 0. */
void kad_node_figures_read (GVariant *stats, gint64 at_us, KadFigures *figures);
/* As org.libkad.Kad1.Watch.Stats has them. Floating `a{sv}`. */
GVariant *kad_node_figures_print (const KadFigures *figures);

G_END_DECLS
