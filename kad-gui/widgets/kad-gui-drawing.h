/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Small things that drawings share. */

/* One more value in a hash that tells drawings apart; 64 bits, so that two never meet by chance. */
guint64 kad_gui_drawing_mix (guint64 hash, guint64 value);
/* A text whose middle (@xalign 0.5), begin (0) or end (1) is at @x, and whose middle is at @y;
 * figures are as wide as each other. */
void kad_gui_drawing_text (GtkWidget *widget, GtkSnapshot *snapshot, const char *text,
                           const GdkRGBA *color, double x, double y, double xalign, double scale);
/* A text that begins at @x, and ends with "…" where it is wider than @width. */
void kad_gui_drawing_text_within (GtkWidget *widget, GtkSnapshot *snapshot, const char *text,
                                  const GdkRGBA *color, double x, double y, double width,
                                  double scale);
/* The sign of a key that is asked about. */
void kad_gui_drawing_diamond (GtkSnapshot *snapshot, const GdkRGBA *color, double x, double y,
                              double size);

G_END_DECLS
