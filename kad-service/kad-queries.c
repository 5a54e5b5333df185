/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-queries.h"

#include "kad-error.h"

#define DATA_KEY "kad-queries"

struct _KadQueries
{
  KadService *service; /* outlives us */
  GHashTable *objects; /* path -> KadQueryObject (owned) */
  GQueue finished;     /* (element-type KadQueryObject) the oldest first */
  guint next_number;
  gulong connection_added;
};

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

KadQueries *
kad_queries_new (KadService *service)
{
  KadQueries *self = g_new0 (KadQueries, 1);

  self->service = service;
  self->objects = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&self->finished);
  self->connection_added
      = g_signal_connect (service, "connected", G_CALLBACK (on_connection_added), self);
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
  g_object_set_data (G_OBJECT (self->service), DATA_KEY, NULL);
  g_queue_clear (&self->finished);
  g_hash_table_iter_init (&iter, self->objects);
  while (g_hash_table_iter_next (&iter, NULL, &object))
    {
      g_hash_table_iter_remove (&iter);
      kad_query_object_free (object);
    }
  g_hash_table_unref (self->objects);
  g_free (self);
}

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

GVariant *
kad_queries_list (KadQueries *self, KadCaller *caller)
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
  return g_variant_builder_end (&builder);
}
