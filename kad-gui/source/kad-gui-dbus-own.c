/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Queries that were begun here, each an object of the service:
 *
 *   prepare --> subscribe --> start --> results, steps --> finished --> what is missing --> release
 *
 * Its steps come by the stream if that is open, which has more in each of them, and by the signals
 * of the object if it is not; what came is remembered, so that no step is taken twice. What neither
 * told is read at the end.
 */
#include <string.h>

#include "kad-error.h"
#include "kad-gui-dbus-private.h"
#include "kad-gui-dbus-query.h"
#include "kad-gui-result.h"
#include "kad-json-writer.h"

#define QUERY KAD_GUI_BUS_NAME ".Query"
#define STEPS_TYPE "a(xuusss)"
#define START_MS (30 * 1000)

typedef struct
{
  KadGuiDbusOwn *owner; /* NULL: nobody follows it any more */
  KadGuiDbusSource *source;
  grefcount refs;
  KadGuiQuery *query; /* (nullable) weak: it was dropped */
  char *path;         /* (nullable) */
  guint signals;
  guint properties;
  GHashTable *steps; /* (element-type utf8) those that were taken */
  GVariant *summary; /* (nullable) */
  guint next_result;
  guint next_step;
  gboolean reads_steps;
  gboolean steps_again; /* what is being read may be old already */
  guint n_reading;      /* calls */
  gboolean must_read;   /* results: some are missing */
  gboolean is_cancelled;
  gboolean is_finished;
} Own;

struct _KadGuiDbusOwn
{
  KadGuiDbusSource *source; /* owns us */
  GPtrArray *queries;       /* (element-type Own) */
  /* Lines may come before their run is known to be ours: run -> steps of it, while some query of
   * ours has no run yet. */
  GHashTable *early;
};

static void read_results (Own *self);
static void read_steps (Own *self);
static void read_properties (Own *self);
static void forget_early (KadGuiDbusOwn *self);

/* ---- life ---- */

static Own *
own_ref (Own *self)
{
  g_ref_count_inc (&self->refs);
  return self;
}

static void on_dropped (gpointer data, GObject *where_it_was);

static void
own_unref (Own *self)
{
  if (!g_ref_count_dec (&self->refs))
    return;
  if (self->query != NULL)
    g_object_weak_unref (G_OBJECT (self->query), on_dropped, self);
  g_hash_table_unref (self->steps);
  g_clear_pointer (&self->summary, g_variant_unref);
  g_free (self->path);
  g_free (self);
}

/* The object is not needed any more; a query that runs is cancelled by it. */
static void
own_release (Own *self)
{
  KadGuiDbusOwn *owner = self->owner;

  if (owner == NULL)
    return;
  kad_gui_dbus_unsubscribe (self->source, &self->signals);
  kad_gui_dbus_unsubscribe (self->source, &self->properties);
  if (self->path != NULL)
    kad_gui_dbus_tell (self->source, self->path, "Query", "Release");
  if (self->query != NULL)
    kad_gui_item_set_string (self->query, KAD_GUI_QUERY_FIELD_PATH, NULL);
  self->owner = NULL;
  g_ptr_array_remove_fast (owner->queries, self);
  forget_early (owner);
}

static void
on_dropped (gpointer data, GObject *where_it_was)
{
  Own *self = data;

  self->query = NULL;
  own_release (self);
}

static void
set_end (Own *self, const char *outcome, const GError *error)
{
  KadGuiStore *store = kad_gui_source_get_store (KAD_GUI_SOURCE (self->source));
  KadGuiQuery *query = self->query;

  self->is_finished = TRUE;
  if (query == NULL)
    return;
  g_object_freeze_notify (G_OBJECT (query));
  if (query->state != KAD_GUI_QUERY_FINISHED && query->started_us > 0)
    kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_DURATION_US,
                            MAX (kad_gui_store_get_now_us (store) - query->started_us, 0));
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_OUTCOME, outcome);
  if (error != NULL)
    {
      kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_ERROR_CODE, kad_error_get_name (error));
      kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_ERROR_MESSAGE, error->message);
    }
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_STATE, KAD_GUI_QUERY_FINISHED);
  g_object_thaw_notify (G_OBJECT (query));
}

static void
fail (Own *self, const GError *error)
{
  set_end (self, self->is_cancelled ? "cancelled" : "failed", self->is_cancelled ? NULL : error);
  own_release (self);
}

/* ---- calls ---- */

typedef struct
{
  Own *own; /* (owned) */
  void (*func) (Own *self, GVariant *reply, const GError *error);
} OwnCall;

static void
on_own_reply (KadGuiDbusSource *source, GVariant *reply, const GError *error, gpointer user_data)
{
  g_autofree OwnCall *call = user_data;

  call->func (call->own, reply, error);
  own_unref (call->own);
}

static void
own_call (Own *self, const char *path, const char *interface, const char *method,
          GVariant *arguments, const char *type,
          void (*func) (Own *self, GVariant *reply, const GError *error))
{
  OwnCall *call = g_new0 (OwnCall, 1);

  call->own = own_ref (self);
  call->func = func;
  kad_gui_dbus_call (self->source, NULL, path, interface, method, arguments, type, START_MS,
                     on_own_reply, call);
}

/* Finished, and nothing is missing. */
static void
release_if_done (Own *self)
{
  if (!self->is_finished || self->n_reading > 0)
    return;
  /* Of what came by lines the sums may be others. */
  if (self->summary != NULL && self->query != NULL)
    kad_gui_dbus_query_set_numbers (self->query, self->summary);
  own_release (self);
}

/* ---- results ---- */

static void
take_results (Own *self, guint first, GVariant *rows)
{
  gsize n = g_variant_n_children (rows);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_before;

  if (self->query == NULL)
    return;
  if (first > self->next_result)
    {
      self->must_read = TRUE;
      return;
    }
  n_before = g_list_model_get_n_items (self->query->results);
  for (gsize i = self->next_result - first; i < n; i++, self->next_result++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);

      if (n_before + items->len < KAD_GUI_MAX_RESULTS)
        g_ptr_array_add (items, kad_gui_dbus_result_new (row, self->next_result));
    }
  g_list_store_splice (G_LIST_STORE (self->query->results), n_before, 0, items->pdata, items->len);
  kad_gui_item_set_uint (self->query, KAD_GUI_QUERY_FIELD_N_RESULTS, self->next_result);
}

static void
on_results (Own *self, GVariant *reply, const GError *error)
{
  g_autoptr (GVariant) rows = NULL;
  guint before = self->next_result;

  self->n_reading--;
  if (self->owner == NULL)
    return;
  if (reply != NULL)
    {
      rows = g_variant_get_child_value (reply, 1);
      take_results (self, self->next_result, rows);
    }
  if (self->owner != NULL && self->next_result > before && self->next_result < KAD_GUI_MAX_RESULTS)
    read_results (self);
  else if (self->owner != NULL)
    release_if_done (self);
}

static void
read_results (Own *self)
{
  self->must_read = FALSE;
  self->n_reading++;
  own_call (self, self->path, "Query", "GetResults", g_variant_new ("(u)", self->next_result),
            "(baa{sv})", on_results);
}

/* ---- steps ---- */

/* Lines and the object cut long reasons in different places. */
#define MAX_COMPARED_BYTES 200

/* A step comes by lines and by the object: how often each of them told it. */
typedef struct
{
  guint by_line;
  guint by_object;
} Told;

/* Whether it is new: the other way has not told it yet. */
static gboolean
remember_step (GHashTable *steps, gboolean is_line, gint64 at_us, const char *step,
               const char *peer, const char *detail)
{
  g_autofree char *key = g_strdup_printf ("%" G_GINT64_FORMAT " %s %s %.*s", at_us, step, peer,
                                          MAX_COMPARED_BYTES, detail);
  Told *told = g_hash_table_lookup (steps, key);

  if (told == NULL && g_hash_table_size (steps) >= 2 * KAD_GUI_MAX_STEPS)
    return FALSE;
  if (told == NULL)
    {
      told = g_new0 (Told, 1);
      g_hash_table_insert (steps, g_steal_pointer (&key), told);
    }
  if (is_line)
    return ++told->by_line > told->by_object;
  return ++told->by_object > told->by_line;
}

static GHashTable *
new_steps (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
take_steps (Own *self, guint first, GVariant *steps)
{
  gsize n = g_variant_n_children (steps);

  for (gsize i = self->next_step - first; i < n; i++, self->next_step++)
    {
      g_autoptr (GVariant) line = NULL;
      gint64 at_us;
      guint distance_bits, rtt_us;
      const char *step, *peer, *detail;

      g_variant_get_child (steps, i, "(xuu&s&s&s)", &at_us, &distance_bits, &rtt_us, &step, &peer,
                           &detail);
      if (!remember_step (self->steps, FALSE, at_us, step, peer, detail))
        continue;
      line = kad_gui_dbus_query_new_line (self->query, at_us, distance_bits, rtt_us, step, peer,
                                          detail);
      kad_gui_dbus_stream_take (self->source, line);
    }
}

/* Without numbers nobody knows whose they are. */
static gboolean
can_take_steps (Own *self)
{
  return self->query != NULL && self->query->run != 0 && self->query->query != 0;
}

static void
on_steps (Own *self, GVariant *reply, const GError *error)
{
  g_autoptr (GVariant) steps = NULL;

  self->n_reading--;
  self->reads_steps = FALSE;
  if (self->owner == NULL)
    return;
  steps = reply != NULL ? g_variant_get_child_value (reply, 1) : NULL;
  if (steps != NULL && g_variant_n_children (steps) > 0 && can_take_steps (self))
    {
      take_steps (self, self->next_step, steps);
      read_steps (self);
    }
  else if (self->steps_again)
    read_steps (self);
  else
    release_if_done (self);
}

/* From the next one on, page by page. */
static void
read_steps (Own *self)
{
  self->steps_again = self->reads_steps;
  if (self->reads_steps || self->next_step >= 2 * KAD_GUI_MAX_STEPS)
    return;
  self->reads_steps = TRUE;
  self->n_reading++;
  own_call (self, self->path, "Query", "GetSteps", g_variant_new ("(u)", self->next_step),
            "(b" STEPS_TYPE ")", on_steps);
}

static void
on_steps_told (Own *self, guint first, GVariant *steps)
{
  /* They come by the stream, which has more in each. */
  if (kad_gui_dbus_stream_has_steps (self->source) || self->query == NULL)
    return;
  if (can_take_steps (self) && first <= self->next_step && !self->reads_steps)
    {
      take_steps (self, first, steps);
      return;
    }
  if (self->query->query == 0)
    read_properties (self);
  read_steps (self);
}

/* (nullable) Where the steps of a run are remembered. */
static GHashTable *
find_steps (KadGuiDbusOwn *self, gint64 run)
{
  gboolean is_awaited = FALSE;
  GHashTable *steps;

  for (guint i = 0; i < self->queries->len; i++)
    {
      Own *own = self->queries->pdata[i];

      if (own->query != NULL && own->query->run == run)
        return own->steps;
      is_awaited |= own->query != NULL && own->query->run == 0;
    }
  if (!is_awaited)
    return NULL;
  steps = g_hash_table_lookup (self->early, &run);
  if (steps == NULL && g_hash_table_size (self->early) < KAD_GUI_MAX_QUERIES)
    {
      steps = new_steps ();
      g_hash_table_insert (self->early, g_memdup2 (&run, sizeof run), steps);
    }
  return steps;
}

gboolean
kad_gui_dbus_own_take_step (KadGuiDbusOwn *self, GVariant *fields)
{
  gint64 run = 0;
  gint64 at_us = 0;
  const char *step = "";
  const char *peer = "";
  const char *detail = "";
  GHashTable *steps = NULL;

  if (self->queries->len > 0 && g_variant_lookup (fields, "run", "x", &run) && run > 0)
    steps = find_steps (self, run);
  if (steps == NULL)
    return TRUE;
  g_variant_lookup (fields, "duration_us", "x", &at_us);
  g_variant_lookup (fields, "step", "&s", &step);
  g_variant_lookup (fields, "peer", "&s", &peer);
  if (!g_variant_lookup (fields, "reason", "&s", &detail))
    g_variant_lookup (fields, "from", "&s", &detail);
  return remember_step (steps, TRUE, at_us, step, peer, detail);
}

static void
forget_early (KadGuiDbusOwn *self)
{
  for (guint i = 0; i < self->queries->len; i++)
    {
      Own *own = self->queries->pdata[i];

      if (own->query != NULL && own->query->run == 0)
        return;
    }
  g_hash_table_remove_all (self->early);
}

void
kad_gui_dbus_own_catch_up (KadGuiDbusOwn *self)
{
  for (guint i = 0; i < self->queries->len; i++)
    {
      Own *own = self->queries->pdata[i];

      if (own->path != NULL && own->query != NULL && own->query->run != 0)
        read_steps (own);
    }
}

/* ---- what the object tells ---- */

static void
set_run (Own *self, GVariant *properties)
{
  KadGuiStore *store = kad_gui_source_get_store (KAD_GUI_SOURCE (self->source));
  GHashTable *early;
  guint64 number = 0;
  gint64 run;

  if (self->query == NULL || self->owner == NULL
      || !g_variant_lookup (properties, "Run", "t", &number) || number == 0 || number > G_MAXINT64)
    return;
  run = (gint64) number;
  if (run == self->query->run)
    return;
  /* What its lines have told goes with it. */
  kad_gui_dbus_stream_flush (self->source);
  early = g_hash_table_lookup (self->owner->early, &run);
  if (early != NULL)
    {
      g_hash_table_unref (self->steps);
      self->steps = g_hash_table_ref (early);
    }
  kad_gui_store_set_run (store, self->query, run);
  forget_early (self->owner);
}

static void
on_properties (Own *self, GVariant *reply, const GError *error)
{
  g_autoptr (GVariant) properties = NULL;

  self->n_reading--;
  if (self->owner == NULL)
    return;
  if (reply != NULL && self->query != NULL)
    {
      properties = g_variant_get_child_value (reply, 0);
      g_object_freeze_notify (G_OBJECT (self->query));
      set_run (self, properties);
      kad_gui_dbus_query_set_properties (self->query, properties);
      g_object_thaw_notify (G_OBJECT (self->query));
    }
  release_if_done (self);
}

static void
read_properties (Own *self)
{
  self->n_reading++;
  own_call (self, self->path, KAD_GUI_PROPERTIES, "GetAll", g_variant_new ("(s)", QUERY), "(a{sv})",
            on_properties);
}

static void
on_properties_changed (GDBusConnection *connection, const char *sender, const char *path,
                       const char *interface, const char *signal, GVariant *parameters,
                       gpointer user_data)
{
  g_autoptr (GVariant) changed = NULL;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sa{sv}as)")))
    return;
  changed = g_variant_get_child_value (parameters, 1);
  set_run (user_data, changed);
}

static void
set_summary (Own *self, const char *reason)
{
  g_autoptr (GString) json = g_string_new (NULL);
  gint64 duration_us;

  kad_json_append_variant (json, self->summary);
  g_object_freeze_notify (G_OBJECT (self->query));
  kad_gui_dbus_query_set_numbers (self->query, self->summary);
  set_end (self, reason, NULL);
  kad_gui_dbus_query_set_error (self->query, self->summary);
  if (g_variant_lookup (self->summary, "duration_us", "x", &duration_us))
    kad_gui_item_set_int64 (self->query, KAD_GUI_QUERY_FIELD_DURATION_US, duration_us);
  kad_gui_item_set_string (self->query, KAD_GUI_QUERY_FIELD_SUMMARY, json->str);
  g_object_thaw_notify (G_OBJECT (self->query));
}

static void
finish (Own *self, GVariant *parameters)
{
  const char *reason;

  if (self->is_finished || self->query == NULL)
    return;
  g_variant_get (parameters, "(&s@a{sv})", &reason, &self->summary);
  set_summary (self, reason);
  read_properties (self);
  read_results (self);
  read_steps (self);
}

static void
on_signal (GDBusConnection *connection, const char *sender, const char *path, const char *interface,
           const char *signal, GVariant *parameters, gpointer user_data)
{
  Own *self = own_ref (user_data);
  g_autoptr (GVariant) rows = NULL;
  guint first;

  if (g_str_equal (signal, "Results")
      && g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(uaa{sv})")))
    {
      g_variant_get (parameters, "(u@aa{sv})", &first, &rows);
      take_results (self, first, rows);
      if (self->must_read && self->n_reading == 0 && self->owner != NULL)
        read_results (self);
    }
  else if (g_str_equal (signal, "Steps")
           && g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(u" STEPS_TYPE ")")))
    {
      g_variant_get (parameters, "(u@" STEPS_TYPE ")", &first, &rows);
      on_steps_told (self, first, rows);
    }
  else if (g_str_equal (signal, "Finished")
           && g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sa{sv})")))
    finish (self, parameters);
  own_unref (self);
}

/* ---- the beginning ---- */

static void
on_started (Own *self, GVariant *reply, const GError *error)
{
  if (reply == NULL && self->owner != NULL)
    fail (self, error);
}

static void
start (Own *self)
{
  KadGuiStore *store = kad_gui_source_get_store (KAD_GUI_SOURCE (self->source));

  self->signals
      = kad_gui_dbus_subscribe (self->source, QUERY, NULL, self->path, NULL, on_signal, self);
  self->properties = kad_gui_dbus_subscribe (self->source, KAD_GUI_PROPERTIES, "PropertiesChanged",
                                             self->path, QUERY, on_properties_changed, self);
  kad_gui_item_set_string (self->query, KAD_GUI_QUERY_FIELD_PATH, self->path);
  kad_gui_item_set_int64 (self->query, KAD_GUI_QUERY_FIELD_STARTED_US,
                          kad_gui_store_get_now_us (store));
  kad_gui_item_set_uint (self->query, KAD_GUI_QUERY_FIELD_STATE, KAD_GUI_QUERY_RUNNING);
  read_properties (self);
  own_call (self, self->path, "Query", "Start", NULL, NULL, on_started);
}

static void
on_prepared (Own *self, GVariant *reply, const GError *error)
{
  if (reply != NULL)
    g_variant_get (reply, "(o)", &self->path);
  if (self->owner == NULL)
    {
      /* It was given up meanwhile. */
      if (self->path != NULL)
        kad_gui_dbus_tell (self->source, self->path, "Query", "Release");
    }
  else if (reply == NULL || self->is_cancelled)
    fail (self, error);
  else
    start (self);
}

KadGuiQuery *
kad_gui_dbus_own_start (KadGuiDbusOwn *self, const char *command, GVariant *options)
{
  KadGuiStore *store = kad_gui_source_get_store (KAD_GUI_SOURCE (self->source));
  g_autoptr (KadGuiQuery) query = kad_gui_query_new ();
  g_autofree char *key = NULL;
  GVariant *given = kad_gui_dbus_query_new_options (store, command, options, &key);
  Own *own = g_new0 (Own, 1);

  kad_gui_item_set_boolean (query, KAD_GUI_QUERY_FIELD_OWN, TRUE);
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_KIND, command);
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_COMMAND, command);
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_KEY,
                           *key != '\0' ? key : kad_gui_dbus_query_find_key (options));
  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_STARTED_US, kad_gui_store_get_now_us (store));
  g_ref_count_init (&own->refs);
  own->owner = self;
  own->source = self->source;
  own->query = query;
  own->steps = new_steps ();
  g_object_weak_ref (G_OBJECT (query), on_dropped, own);
  g_ptr_array_add (self->queries, own);
  kad_gui_store_add_query (store, query);
  own_call (own, KAD_GUI_ROOT_PATH, "Routing", "PrepareQuery",
            g_variant_new ("(ss@a{sv})", command, key, given), "(o)", on_prepared);
  return query;
}

/* ---- ends ---- */

static Own *
find_own (KadGuiDbusOwn *self, KadGuiQuery *query)
{
  for (guint i = 0; i < self->queries->len; i++)
    if (((Own *) self->queries->pdata[i])->query == query)
      return self->queries->pdata[i];
  return NULL;
}

void
kad_gui_dbus_own_cancel (KadGuiDbusOwn *self, KadGuiQuery *query)
{
  Own *own = find_own (self, query);

  if (own == NULL)
    return;
  own->is_cancelled = TRUE;
  if (own->path != NULL)
    kad_gui_dbus_tell (self->source, own->path, "Query", "Cancel");
}

void
kad_gui_dbus_own_end_all (KadGuiDbusOwn *self, const GError *error)
{
  while (self->queries->len > 0)
    {
      Own *own = self->queries->pdata[0];

      if (own->is_finished)
        own_release (own);
      else
        fail (own, error);
    }
}

gboolean
kad_gui_dbus_own_has_path (KadGuiDbusOwn *self, const char *path)
{
  for (guint i = 0; i < self->queries->len; i++)
    if (g_strcmp0 (((Own *) self->queries->pdata[i])->path, path) == 0)
      return TRUE;
  return FALSE;
}

KadGuiDbusOwn *
kad_gui_dbus_own_new (KadGuiDbusSource *source)
{
  KadGuiDbusOwn *self = g_new0 (KadGuiDbusOwn, 1);

  self->source = source;
  self->queries = g_ptr_array_new_with_free_func ((GDestroyNotify) own_unref);
  self->early = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                       (GDestroyNotify) g_hash_table_unref);
  return self;
}

void
kad_gui_dbus_own_free (KadGuiDbusOwn *self)
{
  while (self->queries->len > 0)
    own_release (self->queries->pdata[0]);
  g_ptr_array_unref (self->queries);
  g_hash_table_unref (self->early);
  g_free (self);
}
