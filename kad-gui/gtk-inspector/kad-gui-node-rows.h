/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-query.h"
#include "kad-gui-store.h"

G_BEGIN_DECLS

/* Results of the commands of a node, as they come into a store. @rows: (element-type GVariant) of
 * a{sv}, of one run of the command. */
typedef void (*KadGuiRowsFunc) (KadGuiStore *store, GPtrArray *rows);

/* What shows it, what takes it, and for whom it is. */
typedef struct
{
  const char *command;
  KadGuiRowsFunc take;
  guint topics; /* KadGuiTopics */
} KadGuiRows;

/* Ends with one that has no command. */
const KadGuiRows *kad_gui_node_rows_get_all (void);
/* What the process has registered. */
void kad_gui_node_rows_fill_commands (KadGuiStore *store);
void kad_gui_node_rows_take_checks (KadGuiStore *store, GPtrArray *rows);
/* A result without maybes: what is nothing is not there. (transfer full) */
GVariant *kad_gui_node_rows_flatten (GVariant *row);
/* A result of a query of our own. */
void kad_gui_node_rows_add_result (KadGuiQuery *query, GVariant *row);

G_END_DECLS
