/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What `show-stats` gives, in Prometheus' text format 0.0.4: names `kad_*`, seconds and bytes.
 * What is missing in @stats is left out. (transfer full) */
char *kad_prometheus_format (GVariant *stats);

G_END_DECLS
