/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Members of Monitor.GetStats, at a path like "now/peers". @stats: (nullable) */

/* Any whole number. FALSE: it is not told. */
gboolean kad_gui_stats_get (GVariant *stats, const char *path, gint64 *value);
/* A dictionary, or another container. (nullable) (transfer full) */
GVariant *kad_gui_stats_dup (GVariant *stats, const char *path);

G_END_DECLS
