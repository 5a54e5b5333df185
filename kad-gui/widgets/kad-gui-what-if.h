/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kad-gui-peer-selection.h"
#include "kad-gui-store.h"

G_BEGIN_DECLS

/* As many as a lookup wants: k. */
#define KAD_GUI_CLOSEST 20

#define KAD_GUI_TYPE_WHAT_IF (kad_gui_what_if_get_type ())

/**
 * KadGuiWhatIf:
 *
 * "What if": a key in any form, and where it is in the table: its bucket, and the closest peers
 * that we know. Nothing is asked of the network. It tells the selection, so that drawings show the
 * place, too.
 *
 * Properties: "store" (nullable), "selection" (KadGuiPeerSelection).
 */
G_DECLARE_FINAL_TYPE (KadGuiWhatIf, kad_gui_what_if, KAD_GUI, WHAT_IF, GtkBox)

GtkWidget *kad_gui_what_if_new (void);
void kad_gui_what_if_set_store (KadGuiWhatIf *self, KadGuiStore *store);
void kad_gui_what_if_set_selection (KadGuiWhatIf *self, KadGuiPeerSelection *selection);
/* Empty: no question any more. */
void kad_gui_what_if_set_key (KadGuiWhatIf *self, const char *text);
const char *kad_gui_what_if_get_key (KadGuiWhatIf *self);
/* The answer in words, or what is wrong with the key. */
const char *kad_gui_what_if_get_answer (KadGuiWhatIf *self);
/* KadGuiPeer, nearest first. (transfer none) */
GListModel *kad_gui_what_if_get_closest (KadGuiWhatIf *self);

G_END_DECLS
