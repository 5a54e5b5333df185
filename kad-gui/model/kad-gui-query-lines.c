/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-query-lines.h"

#include "kad-gui-query-filler.h"

struct _KadGuiQueryLines
{
  KadGuiStore *store;
  GHashTable *rows;  /* gint64 * -> KadGuiQueryFiller */
  GHashTable *dirty; /* of rows: those that flush() has to do with */
};

static void
row_free (gpointer row)
{
  kad_gui_query_filler_free (row);
}

KadGuiQueryLines *
kad_gui_query_lines_new (KadGuiStore *store)
{
  KadGuiQueryLines *self = g_new0 (KadGuiQueryLines, 1);

  self->store = store;
  self->rows = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, row_free);
  self->dirty = g_hash_table_new (NULL, NULL);
  return self;
}

void
kad_gui_query_lines_free (KadGuiQueryLines *self)
{
  g_hash_table_unref (self->dirty);
  g_hash_table_unref (self->rows);
  g_free (self);
}

void
kad_gui_query_lines_set_store (KadGuiQueryLines *self, KadGuiStore *store)
{
  self->store = store;
}

void
kad_gui_query_lines_reset (KadGuiQueryLines *self)
{
  g_hash_table_remove_all (self->dirty);
  g_hash_table_remove_all (self->rows);
}

static void
forget (KadGuiQueryLines *self, gint64 id)
{
  KadGuiQueryFiller *row = g_hash_table_lookup (self->rows, &id);

  g_hash_table_remove (self->dirty, row);
  g_hash_table_remove (self->rows, &id);
}

static KadGuiQueryFiller *
add_row (KadGuiQueryLines *self, gint64 id, KadGuiQuery *query)
{
  KadGuiQueryFiller *row = kad_gui_query_filler_new (query);

  g_hash_table_insert (self->rows, g_memdup2 (&id, sizeof id), row);
  return row;
}

static KadGuiQueryFiller *
ensure_row (KadGuiQueryLines *self, const KadGuiLine *line)
{
  gint64 id = kad_gui_line_get_row (line);
  KadGuiQueryFiller *row = g_hash_table_lookup (self->rows, &id);
  KadGuiQuery *query = kad_gui_store_find_query (self->store, id);
  g_autoptr (KadGuiQuery) made = NULL;

  if (row != NULL && query != NULL)
    {
      if (kad_gui_query_filler_get_query (row) != query)
        kad_gui_query_filler_set_query (row, query);
      return row;
    }
  if (row != NULL)
    forget (self, id);
  if (query != NULL)
    return add_row (self, id, query);
  made = kad_gui_query_new ();
  kad_gui_item_set_int64 (made, KAD_GUI_QUERY_FIELD_ID, id);
  kad_gui_item_set_int64 (made, KAD_GUI_QUERY_FIELD_RUN, line->run);
  kad_gui_item_set_uint (made, KAD_GUI_QUERY_FIELD_STATE, KAD_GUI_QUERY_RUNNING);
  row = add_row (self, id, made);
  return row;
}

void
kad_gui_query_lines_take (KadGuiQueryLines *self, const KadGuiLine *line)
{
  KadGuiQueryFiller *row;
  gint64 id = kad_gui_line_get_row (line);

  if (id == 0)
    return;
  row = ensure_row (self, line);
  kad_gui_query_filler_take (row, line);
  g_hash_table_add (self->dirty, row);
  /* With its first line in it, so that nobody sees it empty. */
  if (kad_gui_store_find_query (self->store, id) == NULL)
    kad_gui_store_add_query (self->store, kad_gui_query_filler_get_query (row));
}

void
kad_gui_query_lines_take_command (KadGuiQueryLines *self, gint64 run, const char *command)
{
  KadGuiQueryFiller *row = g_hash_table_lookup (self->rows, &run);
  KadGuiQuery *query = row != NULL ? kad_gui_query_filler_get_query (row) : NULL;

  if (query != NULL && run > 0 && *query->command == '\0')
    kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_COMMAND, command);
}

static gboolean
is_gone (KadGuiQueryLines *self, gint64 id)
{
  return kad_gui_store_find_query (self->store, id) == NULL;
}

void
kad_gui_query_lines_flush (KadGuiQueryLines *self)
{
  GHashTableIter iter;
  gpointer key;
  gpointer row;

  g_hash_table_iter_init (&iter, self->dirty);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    kad_gui_query_filler_flush (row);
  g_hash_table_remove_all (self->dirty);
  if (g_hash_table_size (self->rows) <= 2 * KAD_GUI_MAX_QUERIES)
    return;
  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (is_gone (self, *(gint64 *) key))
      g_hash_table_iter_remove (&iter);
}

guint
kad_gui_query_lines_get_n_running (KadGuiQueryLines *self)
{
  GListModel *queries = kad_gui_store_get_queries (self->store);
  guint n = g_list_model_get_n_items (queries);
  guint n_running = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiQuery) query = g_list_model_get_item (queries, i);

      n_running += query->state == KAD_GUI_QUERY_RUNNING ? 1 : 0;
    }
  return n_running;
}
