/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define KAD_GUI_TYPE_HISTOGRAM (kad_gui_histogram_get_type ())
#define KAD_GUI_MAX_BINS 16

/**
 * KadGuiHistogram:
 *
 * How many there are of which size: a column for each, with its number on top. It has a title and a
 * table.
 *
 * Properties: "title" (translated).
 */
G_DECLARE_FINAL_TYPE (KadGuiHistogram, kad_gui_histogram, KAD_GUI, HISTOGRAM, GtkBox)

GtkWidget *kad_gui_histogram_new (const char *title);
/* @sizes: the title of the first column of the table; @labels: of the columns that are drawn, at
 * most KAD_GUI_MAX_BINS. All translated. */
void kad_gui_histogram_set_labels (KadGuiHistogram *self, const char *sizes,
                                   const char *const *labels);
/* As many as there are labels. */
void kad_gui_histogram_set_counts (KadGuiHistogram *self, const guint *counts);
void kad_gui_histogram_set_note (KadGuiHistogram *self, const char *note);
/* (transfer full) */
char *kad_gui_histogram_dup_description (KadGuiHistogram *self);

G_END_DECLS
