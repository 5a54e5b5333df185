/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-mark.h"
#include "kad-gui-peer-selection.h"
#include "kad-gui-store.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_PEER_DRAWING (kad_gui_peer_drawing_get_type ())

/**
 * KadGuiPeerDrawing:
 *
 * A drawing with a mark for each peer of the routing table: chart of buckets, ring, trie. It does
 * what they have in common: marks by state, the glow, the signs of who came and left, selection by
 * pointer and keyboard, tooltips, the menu, what a screen reader is told.
 *
 * A subclass lays out: it says where the marks are, and what else is drawn, in parts. The drawing
 * of a part is kept as long as its hash stays the same, so that a change of some peers draws some
 * parts anew and a frame of something that fades draws nothing anew but that.
 *
 * It draws when the table changed, its size, the theme or the selection, and while something fades.
 *
 * Properties: "store" (nullable), "selection" (KadGuiPeerSelection, nullable).
 */
G_DECLARE_DERIVABLE_TYPE (KadGuiPeerDrawing, kad_gui_peer_drawing, KAD_GUI, PEER_DRAWING, GtkWidget)

struct _KadGuiPeerDrawingClass
{
  GtkWidgetClass parent_class;

  const char *label; /* N_(): what it is, to a screen reader */
  gboolean in_order; /* arrow keys go from one mark to the next one, not to the nearest in sight */

  void (*layout) (KadGuiPeerDrawing *self, int width, int height);
  /* Where a key would be: over all other things. */
  void (*snapshot_target) (KadGuiPeerDrawing *self, GtkSnapshot *snapshot,
                           const KadGuiPalette *palette, const KadKey *target);
  /* At a place where no mark is. NULL: nothing. (transfer full) (nullable) */
  char *(*dup_tooltip) (KadGuiPeerDrawing *self, double x, double y);
  /* What a screen reader is told after the summary of the table. NULL: nothing. (transfer full) */
  char *(*dup_details) (KadGuiPeerDrawing *self);
  /* Before a mark is asked for: for natural sizes that follow the table. */
  void (*table_changed) (KadGuiPeerDrawing *self);
};

typedef void (*KadGuiDrawPart) (KadGuiPeerDrawing *self, GtkSnapshot *snapshot,
                                const KadGuiPalette *palette, guint index);

KadGuiStore *kad_gui_peer_drawing_get_store (KadGuiPeerDrawing *self);
void kad_gui_peer_drawing_set_store (KadGuiPeerDrawing *self, KadGuiStore *store);
void kad_gui_peer_drawing_set_selection (KadGuiPeerDrawing *self, KadGuiPeerSelection *selection);
KadGuiPeerSelection *kad_gui_peer_drawing_get_selection (KadGuiPeerDrawing *self);
/* Where the marks are now. Borrowed. */
const KadGuiMark *kad_gui_peer_drawing_get_marks (KadGuiPeerDrawing *self, guint *n_marks);
/* Parts that were drawn anew since the beginning, and frames: for tests. */
void kad_gui_peer_drawing_get_counts (KadGuiPeerDrawing *self, guint64 *n_frames,
                                      guint64 *n_parts_drawn);

/* ---- in layout() ---- */

void kad_gui_peer_drawing_add_mark (KadGuiPeerDrawing *self, KadGuiPeer *peer, double x, double y,
                                    double size);
/* The marks since the last call become a part. */
void kad_gui_peer_drawing_end_marks (KadGuiPeerDrawing *self);
/* @hash: tells apart whatever @draw draws for @index, but for the palette. */
void kad_gui_peer_drawing_add_part (KadGuiPeerDrawing *self, guint64 hash, KadGuiDrawPart draw,
                                    guint index);

G_END_DECLS
