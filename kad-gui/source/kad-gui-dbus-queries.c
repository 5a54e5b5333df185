/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The queries that run when somebody begins to look. What happens to them then comes by the stream;
 * those of our own are followed by their objects. */
#include <string.h>

#include "kad-gui-dbus-again.h"
#include "kad-gui-dbus-private.h"
#include "kad-gui-dbus-query.h"

/* So far two readings of one clock may be apart. */
#define SAME_START_US (3 * G_USEC_PER_SEC)

typedef struct
{
  KadGuiDbusPart parent;
  KadGuiDbusAgain again;
  GPtrArray *running;   /* (element-type KadGuiQuery) (nullable) when it was asked */
  gint64 node_began_us; /* 0: not known */
} QueriesPart;

/* (nullable) Those of others that go on, as far as is known. */
static GPtrArray *
dup_running (KadGuiDbusPart *part)
{
  GListModel *queries = kad_gui_store_get_queries (kad_gui_dbus_part_get_store (part));
  GPtrArray *running = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = g_list_model_get_n_items (queries);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiQuery) query = g_list_model_get_item (queries, i);

      if (!query->own && query->state != KAD_GUI_QUERY_FINISHED)
        g_ptr_array_add (running, g_steal_pointer (&query));
    }
  return running;
}

/* 0: it has no number by which lines would find it. */
static gint64
find_id (GVariant *details, gint64 *run, gint64 *query)
{
  g_autoptr (GVariant) numbers = g_variant_lookup_value (details, "queries", G_VARIANT_TYPE ("at"));
  guint64 number = 0;
  gsize n = numbers != NULL ? g_variant_n_children (numbers) : 0;

  if (n > 0)
    g_variant_get_child (numbers, n - 1, "t", &number);
  *query = (gint64) MIN (number, (guint64) G_MAXINT64);
  number = 0;
  g_variant_lookup (details, "run", "t", &number);
  *run = (gint64) MIN (number, (guint64) G_MAXINT64);
  return *run != 0 ? *run : -*query;
}

static void
apply_words (KadGuiQuery *query, GVariant *details)
{
  static const struct
  {
    const char *name;
    guint field;
  } words[] = {
    { "kind", KAD_GUI_QUERY_FIELD_KIND },
    { "key", KAD_GUI_QUERY_FIELD_KEY },
    { "owner", KAD_GUI_QUERY_FIELD_OWNER },
    { "command", KAD_GUI_QUERY_FIELD_COMMAND },
  };
  const char *word;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_variant_lookup (details, words[i].name, "&s", &word) && *word != '\0')
      kad_gui_item_set_string (query, words[i].field, word);
}

static void
apply_times (KadGuiQuery *query, GVariant *details, gint64 now_us)
{
  gint64 started_us = 0;
  gint64 finished_us = 0;
  const char *reason = "";

  g_variant_lookup (details, "started", "x", &started_us);
  g_variant_lookup (details, "finished", "x", &finished_us);
  g_variant_lookup (details, "reason", "&s", &reason);
  if (started_us > 0)
    {
      kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_STARTED_US, started_us);
      kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_DURATION_US,
                              MAX ((finished_us > 0 ? finished_us : now_us) - started_us, 0));
    }
  if (finished_us > 0)
    {
      kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_STATE, KAD_GUI_QUERY_FINISHED);
      kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_OUTCOME, reason);
    }
  else if (query->state == KAD_GUI_QUERY_PREPARED)
    kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_STATE,
                           started_us > 0 ? KAD_GUI_QUERY_RUNNING : KAD_GUI_QUERY_PREPARED);
}

/* Those that came before anybody looked; the stream tells of the others. */
static void
apply_results (KadGuiQuery *query, GVariant *details)
{
  guint32 n_results = 0;

  if (g_variant_lookup (details, "results", "u", &n_results) && n_results > query->n_results)
    kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_N_RESULTS, n_results);
}

static void
take_query (QueriesPart *self, const char *path, GVariant *details)
{
  KadGuiDbusPart *part = &self->parent;
  KadGuiStore *store = kad_gui_dbus_part_get_store (part);
  gint64 run, number;
  gint64 id = find_id (details, &run, &number);
  KadGuiQuery *query = kad_gui_store_find_query (store, id);
  g_autoptr (KadGuiQuery) new_query = NULL;

  if (id == 0 || kad_gui_dbus_own_has_path (part->source->own, path))
    return;
  if (query == NULL)
    {
      query = new_query = kad_gui_query_new ();
      kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_ID, id);
      kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_RUN, run);
      kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_QUERY, number);
    }
  else if (query->own)
    return;
  g_object_freeze_notify (G_OBJECT (query));
  apply_words (query, details);
  kad_gui_dbus_query_set_counts (query, details, "counts");
  apply_times (query, details, kad_gui_store_get_now_us (store));
  apply_results (query, details);
  g_object_thaw_notify (G_OBJECT (query));
  if (self->running != NULL)
    g_ptr_array_remove (self->running, query);
  if (new_query != NULL)
    kad_gui_store_add_query (store, new_query);
}

/* They ended while nobody looked; how is not known. */
static void
end_lost (QueriesPart *self)
{
  for (guint i = 0; self->running != NULL && i < self->running->len; i++)
    kad_gui_item_set_uint (self->running->pdata[i], KAD_GUI_QUERY_FIELD_STATE,
                           KAD_GUI_QUERY_FINISHED);
}

static void
on_queries (KadGuiDbusPart *part, GVariant *reply, const GError *error)
{
  QueriesPart *self = (QueriesPart *) part;
  g_autoptr (GVariant) rows = NULL;
  gsize n;

  if (reply != NULL)
    {
      rows = g_variant_get_child_value (reply, 0);
      n = MIN (g_variant_n_children (rows), 2 * KAD_GUI_MAX_QUERIES);
      for (gsize i = 0; i < n; i++)
        {
          g_autoptr (GVariant) details = NULL;
          const char *path;

          g_variant_get_child (rows, i, "(&o@a{sv})", &path, &details);
          take_query (self, path, details);
        }
      end_lost (self);
    }
  g_clear_pointer (&self->running, g_ptr_array_unref);
  kad_gui_dbus_again_done (&self->again);
}

/* A node that was started again counts from 1 again. */
static void
on_uptime (KadGuiDbusPart *part, GVariant *reply, const GError *error)
{
  QueriesPart *self = (QueriesPart *) part;
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) stats = NULL;
  gint64 uptime_us;

  if (reply != NULL)
    {
      stats = g_variant_get_child_value (reply, 0);
      if (g_variant_lookup (stats, "uptime_us", "x", &uptime_us))
        {
          gint64 began_us = g_get_real_time () - uptime_us;

          if (self->node_began_us != 0 && ABS (began_us - self->node_began_us) > SAME_START_US)
            kad_gui_store_forget_runs (kad_gui_dbus_part_get_store (part));
          self->node_began_us = began_us;
        }
    }
  self->running = dup_running (part);
  g_variant_builder_add (&options, "{sv}", "all", g_variant_new_boolean (TRUE));
  kad_gui_dbus_part_call (part, "Routing", "ListQueries", g_variant_new ("(a{sv})", &options),
                          "(a(oa{sv}))", on_queries);
}

static void
begin (gpointer user_data)
{
  kad_gui_dbus_part_call (user_data, "Monitor", "GetStats", NULL, "(a{sv})", on_uptime);
}

/* ---- the part ---- */

static void
queries_init (KadGuiDbusPart *part)
{
  kad_gui_dbus_again_init (&((QueriesPart *) part)->again, 0, 1000, begin, part);
}

static void
queries_read (KadGuiDbusPart *part)
{
  kad_gui_dbus_again_now (&((QueriesPart *) part)->again);
}

static void
queries_stop (KadGuiDbusPart *part)
{
  QueriesPart *self = (QueriesPart *) part;

  kad_gui_dbus_again_stop (&self->again);
  g_clear_pointer (&self->running, g_ptr_array_unref);
}

static void
queries_node_gone (KadGuiDbusPart *part)
{
  kad_gui_store_forget_runs (kad_gui_dbus_part_get_store (part));
  ((QueriesPart *) part)->node_began_us = 0;
}

const KadGuiDbusPartClass kad_gui_dbus_queries_class = {
  .size = sizeof (QueriesPart),
  .topics = KAD_GUI_TOPIC_QUERIES | KAD_GUI_TOPIC_EVENTS,
  .init = queries_init,
  .start = queries_read,
  .stop = queries_stop,
  .read = queries_read,
  .node_gone = queries_node_gone,
};
