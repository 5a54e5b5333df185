/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define KAD_GUI_TYPE_CHECKLIST (kad_gui_checklist_get_type ())

typedef enum
{
  KAD_GUI_TICK_OK,
  KAD_GUI_TICK_WARN,
  KAD_GUI_TICK_FAIL,
  KAD_GUI_TICK_SKIPPED,
} KadGuiTick;

/**
 * KadGuiChecklist:
 *
 * What was looked at and what it came to, a row each: how it is (an icon, in a colour, and its word
 * for who does not see it), what it is about, what was seen, and what to do.
 *
 * Between begin() and end() all rows are given again with add(); rows that stay the same stay.
 */
G_DECLARE_FINAL_TYPE (KadGuiChecklist, kad_gui_checklist, KAD_GUI, CHECKLIST, GtkBox)

GtkWidget *kad_gui_checklist_new (void);
/* "ok", "warn", "fail" and "skipped" of a check of the health. */
KadGuiTick kad_gui_tick_from_word (const char *word);
void kad_gui_checklist_begin (KadGuiChecklist *self);
/* All translated, or of a peer and escaped; @text and @advice may be NULL. */
void kad_gui_checklist_add (KadGuiChecklist *self, KadGuiTick tick, const char *title,
                            const char *text, const char *advice);
void kad_gui_checklist_end (KadGuiChecklist *self);
guint kad_gui_checklist_get_n_rows (KadGuiChecklist *self);
/* What a row says, all of it. (transfer full) */
char *kad_gui_checklist_dup_text (KadGuiChecklist *self, guint row);

G_END_DECLS
