/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define KAD_GUI_TYPE_FACTS (kad_gui_facts_get_type ())

/* What is known of one thing: lines of a name and what is so. Text that is "" has no line. */
G_DECLARE_FINAL_TYPE (KadGuiFacts, kad_gui_facts, KAD_GUI, FACTS, GtkGrid)

/* (transfer floating) */
GtkWidget *kad_gui_facts_new (void);
/* The line @row, from 0; @name stays as it was first. @text: fit for a label. */
void kad_gui_facts_set (KadGuiFacts *self, guint row, const char *name, const char *text);

G_END_DECLS
