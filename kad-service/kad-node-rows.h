/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-node.h"

G_BEGIN_DECLS

/* @rows: (nullable) (element-type GVariant): results, `a{sv}` as the library has them; NULL: @error
 */
typedef void (*KadNodeRowsFunc) (GPtrArray *rows, const GError *error, gpointer user_data);

/* Runs a command that is done at once, and gives all of its results. @func is called once, later.
 * @options: (nullable): `a{sv}`, taken if floating. */
void kad_node_rows_read (KadNode *node, const char *command, GVariant *options,
                         KadNodeRowsFunc func, gpointer user_data);

G_END_DECLS
