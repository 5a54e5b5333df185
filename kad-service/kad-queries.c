/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-queries.h"

#include "kad-error.h"

#define DATA_KEY "kad-queries"

/* The node is watched only while a query runs, and traced only while one runs that wants it. */
typedef struct
{
  guint64 numbers[2]; /* keys, of the node and of the companion; 0: it did not begin yet */
  KadQueryObject *object;
  gboolean is_traced;
} Run;

struct _KadQueries
{
  KadService *service; /* outlives us */
  GHashTable *objects; /* path -> KadQueryObject (owned) */
  GQueue finished;     /* (element-type KadQueryObject) the oldest first */
  guint next_number;
  gulong connection_added;
  gulong connection_removed;
  gulong node_stopping;
  GHashTable *watched; /* KadQueryObject -> Run (owned) */
  GHashTable *runs[2]; /* number -> Run, of each node */
  guint n_traced;
  KadNode *nodes[2]; /* (owned) (nullable) that are watched: the service's, and the companion's */
  guint watches[2];
  guint traces[2];
};

#define WAN 0
#define LAN 1

/* Who comes later finds the detached queries, too. */
static void
on_connection_added (KadService *service, GDBusConnection *connection, gpointer user_data)
{
  KadQueries *self = user_data;
  GHashTableIter iter;
  gpointer object;

  g_hash_table_iter_init (&iter, self->objects);
  while (g_hash_table_iter_next (&iter, NULL, &object))
    if (kad_query_object_is_detached (object))
      kad_query_object_export (object, connection);
}

static void
on_connection_removed (KadService *service, GDBusConnection *connection, gpointer user_data)
{
  KadQueries *self = user_data;
  GHashTableIter iter;
  gpointer object;

  g_hash_table_iter_init (&iter, self->objects);
  while (g_hash_table_iter_next (&iter, NULL, &object))
    kad_query_object_unexport (object, connection);
}

/* ---- what their runs do ---- */

static void
see_event (KadQueries *self, KadNode *node, KadEvent *event, gboolean is_step)
{
  guint64 number = kad_event_get_run (event);
  guint which = node == self->nodes[LAN] ? LAN : WAN;
  Run *run = number != 0 ? g_hash_table_lookup (self->runs[which], &number) : NULL;

  if (run != NULL && (run->is_traced || !is_step))
    kad_query_object_see_event (run->object, event, which == LAN);
}

/* The steps come with the trace. */
static void
on_event (KadNode *node, KadEvent *event, gpointer user_data)
{
  if (kad_event_get_event_type (event) != KAD_EVENT_QUERY_STEP)
    see_event (user_data, node, event, FALSE);
}

static void
on_delivery (KadNode *node, KadDelivery *delivery, guint64 n_lost, gpointer user_data)
{
  KadEvent *event = delivery != NULL ? kad_delivery_get_event (delivery) : NULL;

  if (event != NULL && kad_event_get_event_type (event) == KAD_EVENT_QUERY_STEP)
    see_event (user_data, node, event, TRUE);
}

static void
update_watches_of (KadQueries *self, guint which)
{
  KadNode *node = self->nodes[which];

  if (node == NULL)
    return;
  if (self->traces[which] != 0 && self->n_traced == 0)
    {
      kad_node_unwatch_trace (node, self->traces[which]);
      self->traces[which] = 0;
    }
  else if (self->traces[which] == 0 && self->n_traced > 0)
    self->traces[which] = kad_node_watch_trace (node, on_delivery, self, NULL);
  if (g_hash_table_size (self->watched) > 0)
    return;
  kad_node_unwatch (node, self->watches[which]);
  self->watches[which] = 0;
  g_clear_object (&self->nodes[which]);
}

static void
update_watches (KadQueries *self)
{
  update_watches_of (self, WAN);
  update_watches_of (self, LAN);
}

/* @node: (nullable) */
static void
watch_node (KadQueries *self, guint which, KadNode *node)
{
  if (node == NULL || self->nodes[which] != NULL)
    return;
  self->nodes[which] = g_object_ref (node);
  self->watches[which] = kad_node_watch (node, on_event, self, NULL);
}

void
kad_queries_watch (KadQueries *self, KadQueryObject *object, gboolean is_traced)
{
  KadNode *node = kad_service_get_node (self->service);
  Run *run;

  kad_queries_unwatch (self, object);
  if (node == NULL || (self->nodes[WAN] != NULL && self->nodes[WAN] != node))
    return;
  watch_node (self, WAN, node);
  watch_node (self, LAN, kad_service_get_companion_node (self->service));
  run = g_new0 (Run, 1);
  run->object = object;
  run->is_traced = is_traced;
  g_hash_table_insert (self->watched, object, run);
  self->n_traced += is_traced;
  update_watches (self);
}

void
kad_queries_set_run (KadQueries *self, KadQueryObject *object, guint64 number, gboolean is_lan)
{
  Run *run = g_hash_table_lookup (self->watched, object);
  guint which = is_lan ? LAN : WAN;

  if (run == NULL || number == 0 || number == run->numbers[which])
    return;
  if (run->numbers[which] != 0)
    g_hash_table_remove (self->runs[which], &run->numbers[which]);
  run->numbers[which] = number;
  g_hash_table_insert (self->runs[which], &run->numbers[which], run);
}

gboolean
kad_queries_is_busy (KadQueries *self)
{
  GHashTableIter iter;
  gpointer object;

  g_hash_table_iter_init (&iter, self->objects);
  while (g_hash_table_iter_next (&iter, NULL, &object))
    if (kad_query_object_get_state (object) == KAD_QUERY_RUNNING)
      return TRUE;
  return FALSE;
}

gboolean
kad_queries_is_watched (KadQueries *self, KadQueryObject *object)
{
  return g_hash_table_contains (self->watched, object);
}

void
kad_queries_unwatch (KadQueries *self, KadQueryObject *object)
{
  Run *run = g_hash_table_lookup (self->watched, object);

  if (run == NULL)
    return;
  self->n_traced -= run->is_traced;
  for (guint i = 0; i < G_N_ELEMENTS (run->numbers); i++)
    if (run->numbers[i] != 0)
      g_hash_table_remove (self->runs[i], &run->numbers[i]);
  g_hash_table_remove (self->watched, object);
  update_watches (self);
}

static void
forget_node (KadQueries *self)
{
  g_hash_table_remove_all (self->runs[WAN]);
  g_hash_table_remove_all (self->runs[LAN]);
  g_hash_table_remove_all (self->watched);
  self->n_traced = 0;
  update_watches (self);
}

static void
on_node_stopping (KadService *service, KadNode *node, gpointer user_data)
{
  forget_node (user_data);
}

/* ---- life ---- */

KadQueries *
kad_queries_new (KadService *service)
{
  KadQueries *self = g_new0 (KadQueries, 1);

  self->service = service;
  self->objects = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&self->finished);
  self->connection_added
      = g_signal_connect (service, "connected", G_CALLBACK (on_connection_added), self);
  self->connection_removed
      = g_signal_connect (service, "disconnected", G_CALLBACK (on_connection_removed), self);
  self->node_stopping
      = g_signal_connect (service, "node-stopping", G_CALLBACK (on_node_stopping), self);
  self->watched = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  for (guint i = 0; i < G_N_ELEMENTS (self->runs); i++)
    self->runs[i] = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_object_set_data (G_OBJECT (service), DATA_KEY, self);
  return self;
}

KadQueries *
kad_queries_get (KadService *service)
{
  return g_object_get_data (G_OBJECT (service), DATA_KEY);
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
dup_sorted (KadQueries *self)
{
  GPtrArray *paths = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer path;

  g_hash_table_iter_init (&iter, self->objects);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    g_ptr_array_add (paths, path);
  g_ptr_array_sort (paths, compare_paths);
  return paths;
}

void
kad_queries_free (KadQueries *self)
{
  GHashTableIter iter;
  gpointer object;

  g_signal_handler_disconnect (self->service, self->connection_added);
  g_signal_handler_disconnect (self->service, self->connection_removed);
  g_signal_handler_disconnect (self->service, self->node_stopping);
  forget_node (self);
  g_object_set_data (G_OBJECT (self->service), DATA_KEY, NULL);
  g_queue_clear (&self->finished);
  g_hash_table_iter_init (&iter, self->objects);
  while (g_hash_table_iter_next (&iter, NULL, &object))
    {
      g_hash_table_iter_remove (&iter);
      kad_query_object_free (object);
    }
  g_hash_table_unref (self->objects);
  g_hash_table_unref (self->runs[WAN]);
  g_hash_table_unref (self->runs[LAN]);
  g_hash_table_unref (self->watched);
  g_free (self);
}

/* ---- the objects ---- */

gboolean
kad_queries_check (KadQueries *self, KadQueryRequest *request, GError **error)
{
  GHashTableIter iter;
  gpointer object;
  guint n = 0;

  if (!request->is_detached)
    return TRUE;
  g_hash_table_iter_init (&iter, self->objects);
  while (g_hash_table_iter_next (&iter, NULL, &object))
    n += kad_query_object_is_detached (object);
  if (n < KAD_MAX_DETACHED_QUERIES)
    return TRUE;
  g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
               "There are at most %d detached queries at once; release one of them first",
               KAD_MAX_DETACHED_QUERIES);
  return FALSE;
}

void
kad_queries_add (KadQueries *self, KadQueryObject *object)
{
  g_hash_table_insert (self->objects, (gpointer) kad_query_object_get_path (object), object);
}

void
kad_queries_remove (KadQueries *self, KadQueryObject *object)
{
  g_queue_remove (&self->finished, object);
  g_hash_table_remove (self->objects, kad_query_object_get_path (object));
  kad_query_object_free (object);
}

void
kad_queries_note_finished (KadQueries *self, KadQueryObject *object)
{
  KadCaller *caller = kad_query_object_get_caller (object);
  KadQueryObject *oldest = NULL;
  guint n = 0;

  g_queue_push_tail (&self->finished, object);
  for (GList *l = self->finished.head; l != NULL; l = l->next)
    if (kad_query_object_get_caller (l->data) == caller)
      {
        if (oldest == NULL)
          oldest = l->data;
        n++;
      }
  if (n > KAD_MAX_FINISHED_QUERIES_PER_CALLER)
    kad_queries_remove (self, oldest);
}

gboolean
kad_queries_has_path (KadQueries *self, const char *path)
{
  return g_hash_table_contains (self->objects, path);
}

guint
kad_queries_next_number (KadQueries *self)
{
  return ++self->next_number;
}

/* A key that nobody wrote as text. */
static char *
dup_key_text (GVariant *row)
{
  g_autoptr (GVariant) key = g_variant_lookup_value (row, "key", G_VARIANT_TYPE_BYTESTRING);
  g_autoptr (GString) text = g_string_new (NULL);
  const guint8 *bytes;
  gsize len;

  if (key == NULL)
    return g_strdup ("");
  bytes = g_variant_get_fixed_array (key, &len, 1);
  g_string_append (text, "hex:");
  for (gsize i = 0; i < len; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static guint
lookup_count (GVariant *row, const char *name)
{
  guint count = 0;

  g_variant_lookup (row, name, "u", &count);
  return count;
}

static GVariant *
new_row_queries (GVariant *row)
{
  guint64 query = 0;

  g_variant_lookup (row, "query", "t", &query);
  return g_variant_new_fixed_array (G_VARIANT_TYPE_UINT64, &query, 1, sizeof query);
}

static GVariant *
new_row_details (GVariant *row)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *key = dup_key_text (row);
  const char *kind = "";
  const char *command = "";
  gint64 age_us = 0;
  guint64 run = 0;

  g_variant_lookup (row, "run", "t", &run);
  g_variant_lookup (row, "kind", "&s", &kind);
  g_variant_lookup (row, "command", "&s", &command);
  g_variant_lookup (row, "age_us", "x", &age_us);
  g_variant_dict_insert (&dict, "kind", "s", kind);
  g_variant_dict_insert (&dict, "key", "s", key);
  g_variant_dict_insert (&dict, "state", "s", "running");
  g_variant_dict_insert (&dict, "owner", "s", "");
  g_variant_dict_insert (&dict, "command", "s", command);
  g_variant_dict_insert (&dict, "started", "x", g_get_real_time () - age_us);
  g_variant_dict_insert (&dict, "counts", "(uuuu)", lookup_count (row, "heard"),
                         lookup_count (row, "waiting"), lookup_count (row, "queried"),
                         lookup_count (row, "unreachable"));
  g_variant_dict_insert (&dict, "run", "t", run);
  g_variant_dict_insert_value (&dict, "queries", new_row_queries (row));
  return g_variant_dict_end (&dict);
}

static void
add_rows (KadQueries *self, GVariant *rows, GVariantBuilder *builder)
{
  for (gsize i = 0; i < g_variant_n_children (rows); i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);
      guint64 run = 0;

      g_variant_lookup (row, "run", "t", &run);
      if (!g_hash_table_contains (self->runs[WAN], &run))
        g_variant_builder_add (builder, "(o@a{sv})", "/", new_row_details (row));
    }
}

GVariant *
kad_queries_list (KadQueries *self, KadCaller *caller, GVariant *rows)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(oa{sv})"));
  g_autoptr (GPtrArray) paths = dup_sorted (self);

  for (guint i = 0; i < paths->len; i++)
    {
      KadQueryObject *object = g_hash_table_lookup (self->objects, paths->pdata[i]);

      if (caller == NULL || kad_query_object_get_caller (object) == caller)
        g_variant_builder_add (&builder, "(o@a{sv})", paths->pdata[i],
                               kad_query_object_dup_details (object));
    }
  if (rows != NULL)
    add_rows (self, rows, &builder);
  return g_variant_builder_end (&builder);
}
