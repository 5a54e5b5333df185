/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-node-table.h"

#include "kad-node-rows.h"

static const char *
lookup_text (GVariant *result, const char *name)
{
  const char *text = NULL;

  if (!g_variant_lookup (result, name, "m&s", &text))
    g_variant_lookup (result, name, "&s", &text);
  return text != NULL ? text : "";
}

/* A time or duration; what is not known is 0. */
static guint64
lookup_time (GVariant *result, const char *name)
{
  gboolean is_there = FALSE;
  gint64 time_us = 0;

  if (!g_variant_lookup (result, name, "x", &time_us)
      && g_variant_lookup (result, name, "mx", &is_there, &time_us) && !is_there)
    time_us = 0;
  return (guint64) MAX (time_us, 0);
}

static gboolean
lookup_boolean (GVariant *result, const char *name)
{
  gboolean value = FALSE;

  g_variant_lookup (result, name, "b", &value);
  return value;
}

static guint
read_flags (GVariant *result)
{
  const char *state = lookup_text (result, "state");
  guint flags = 0;

  if (lookup_boolean (result, "connected"))
    flags |= KAD_TABLE_FLAG_CONNECTED;
  if (g_str_equal (state, "checking"))
    flags |= KAD_TABLE_FLAG_CHECKING;
  if (g_str_equal (state, "stale"))
    flags |= KAD_TABLE_FLAG_STALE;
  if (lookup_boolean (result, "protected"))
    flags |= KAD_TABLE_FLAG_PROTECTED;
  return flags;
}

GVariant *
kad_node_table_new_row (GVariant *result)
{
  g_autoptr (GVariant) addresses
      = g_variant_lookup_value (result, "addresses", G_VARIANT_TYPE_STRING_ARRAY);
  guint32 bucket = 0;

  g_variant_lookup (result, "bucket", "u", &bucket);
  if (addresses == NULL)
    addresses = g_variant_ref_sink (g_variant_new_strv (NULL, 0));
  return g_variant_ref_sink (g_variant_new (
      "(suttts@asu)", lookup_text (result, "peer"), bucket, lookup_time (result, "rtt_us"),
      lookup_time (result, "last_seen_us"), lookup_time (result, "added_us"),
      lookup_text (result, "agent"), addresses, read_flags (result)));
}

typedef struct
{
  KadTableRowsFunc func;
  gpointer user_data;
} Reading;

static void
on_results (GPtrArray *results, const GError *error, gpointer user_data)
{
  g_autofree Reading *reading = user_data;
  g_autoptr (GPtrArray) rows = NULL;

  if (results == NULL)
    {
      g_debug ("The table cannot be read: %s", error->message);
      reading->func (NULL, reading->user_data);
      return;
    }
  rows = g_ptr_array_new_full (results->len, (GDestroyNotify) g_variant_unref);
  for (guint i = 0; i < results->len; i++)
    g_ptr_array_add (rows, kad_node_table_new_row (results->pdata[i]));
  reading->func (rows, reading->user_data);
}

static gboolean
on_no_node (gpointer user_data)
{
  Reading *reading = user_data;
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  reading->func (none, reading->user_data);
  return G_SOURCE_REMOVE;
}

static void
read_rows (gpointer source, const char *const *peers, KadTableRowsFunc func, gpointer user_data)
{
  KadNode *node = kad_service_get_node (source);
  Reading *reading = g_new0 (Reading, 1);
  GVariant *options = NULL;

  reading->func = func;
  reading->user_data = user_data;
  if (node == NULL)
    {
      g_idle_add_full (G_PRIORITY_DEFAULT, on_no_node, reading, g_free);
      return;
    }
  if (peers != NULL)
    {
      g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
      g_autofree char *all = g_strjoinv (",", (char **) peers);

      g_variant_dict_insert (&dict, "peers", "s", all);
      options = g_variant_dict_end (&dict);
    }
  kad_node_rows_read (node, "show-table", options, on_results, reading);
}

static void
set_active (gpointer source, gboolean is_active)
{
}

const KadTableSourceClass kad_node_table_class = { read_rows, set_active };
