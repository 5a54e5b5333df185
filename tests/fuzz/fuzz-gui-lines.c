/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "kad-gui-lines.h"
#include "kad-json-reader.h"

#define ALL (KAD_GUI_LINES_EVENTS | KAD_GUI_LINES_QUERIES | KAD_GUI_LINES_ALL)

static gint64
standing_clock (gpointer user_data)
{
  return 1700000000000000;
}

static void
check_queries (KadGuiStore *store)
{
  GListModel *queries = kad_gui_store_get_queries (store);
  guint n = g_list_model_get_n_items (queries);

  g_assert_cmpuint (n, <=, 2 * KAD_GUI_MAX_QUERIES);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiQuery) query = g_list_model_get_item (queries, i);

      g_assert_cmpint (query->id, !=, 0);
      g_assert_true (kad_gui_store_find_query (store, query->id) == query);
      g_assert_cmpint (query->started_us, >=, 0);
      g_assert_cmpint (query->duration_us, >=, 0);
      g_assert_cmpuint (g_list_model_get_n_items (query->steps), <=, KAD_GUI_MAX_STEPS);
      g_assert_cmpuint (g_list_model_get_n_items (query->contacts), <=, KAD_GUI_MAX_CONTACTS);
    }
}

static void
check_events (KadGuiStore *store)
{
  GListModel *events = kad_gui_store_get_events (store);
  guint n = g_list_model_get_n_items (events);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiEvent) event = g_list_model_get_item (events, i);

      g_assert_true (g_utf8_validate (event->text, -1, NULL));
      /* Fit for a label. */
      for (const char *at = event->text; *at != '\0'; at++)
        g_assert_true ((guchar) *at >= 0x20 && *at != 0x7f);
    }
}

/* Lines of a stream: whatever stands in them, what is seen stays within its bounds. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (KadGuiStore) store = kad_gui_store_new ();
  g_autoptr (KadGuiLines) lines = kad_gui_lines_new (store, ALL);
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (GStrv) split = g_strsplit (text, "\n", 2000);

  kad_gui_store_set_clock (store, standing_clock, NULL);
  for (guint i = 0; split[i] != NULL; i++)
    {
      g_autoptr (GVariant) fields = kad_json_read_object (split[i], strlen (split[i]), NULL);

      if (fields != NULL)
        kad_gui_lines_take (lines, fields, i % 2 == 0 ? split[i] : NULL);
      if (i % 16 == 0)
        kad_gui_lines_flush (lines);
    }
  kad_gui_lines_flush (lines);
  check_queries (store);
  check_events (store);
  kad_gui_store_clear (store);
  kad_gui_lines_reset (lines, 1);
  kad_gui_lines_flush (lines);
  return 0;
}
