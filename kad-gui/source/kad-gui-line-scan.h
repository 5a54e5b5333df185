/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What stands in a line, found without making anything of it: a recording has millions. Texts are
 * borrowed, without their quotes, and NULL if absent. */
typedef struct
{
  gint64 t;
  gint64 query;
  gint64 run;
  const char *event;
  gsize event_len;
  const char *kind;
  gsize kind_len;
  const char *peer;
  gsize peer_len;
  const char *step;
  gsize step_len;
  gboolean last;
  gboolean has_t;
  gboolean has_delivery;
  gboolean has_lost;
} KadGuiLineScan;

/* FALSE: it is no object, or one that has to be looked at more closely. */
gboolean kad_gui_line_scan (const char *text, gsize len, KadGuiLineScan *scan);
gboolean kad_gui_line_scan_is (const char *word, gsize len, const char *other);

G_END_DECLS
