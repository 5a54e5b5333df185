/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-store.h"

G_BEGIN_DECLS

/* A column of a table of peers. */
typedef struct
{
  const char *title; /* N_() */
  /* (transfer full) */
  char *(*dup_text) (const KadGuiPeer *peer, KadGuiStore *store);
  int (*compare) (const KadGuiPeer *a, const KadGuiPeer *b);
  guint n_chars;     /* natural width; 0: what is left */
  guint least_width; /* of the table: narrower hides it */
  gboolean number;   /* figures, at the end */
  gboolean expand;   /* takes what is left */
  gboolean state;    /* with the mark of the state */
} KadGuiPeerColumn;

/* The columns of the routing table, or of connections. */
const KadGuiPeerColumn *kad_gui_peer_column_get_all (gboolean connections, guint *n_columns);

G_END_DECLS
