/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-query-table.h"

G_BEGIN_DECLS

/* A column of a table of a query. */
typedef struct
{
  const char *title;                /* N_() */
  char *(*dup_text) (gpointer row); /* (transfer full) */
  /* NULL: by text. */
  gint64 (*get_number) (gpointer row);
  gboolean is_number; /* at the right, with figures of one width */
  gboolean expands;
  gboolean is_id; /* its end says more than its middle */
} KadGuiQueryColumn;

/* Ends with a title that is NULL. */
const KadGuiQueryColumn *kad_gui_query_columns_get (KadGuiQueryTableKind kind);
/* Whom a row is about; "" if about nobody. */
const char *kad_gui_query_columns_get_peer (KadGuiQueryTableKind kind, gpointer row);

G_END_DECLS
