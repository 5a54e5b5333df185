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
#include <glib/gi18n.h>
#include <string.h>

#include "kad-error.h"
#include "kad-gui-argument.h"
#include "kad-gui-command.h"
#include "kad-gui-dbus-private.h"
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
  guint next_result;
  guint n_reading;    /* results, steps */
  gboolean must_read; /* results: some are missing */
  gboolean is_cancelled;
  gboolean is_finished;
} Own;

struct _KadGuiDbusOwn
{
  KadGuiDbusSource *source; /* owns us */
  GPtrArray *queries;       /* (element-type Own) */
};

static void read_results (Own *self);
static void read_steps (Own *self, guint from);

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
  g_free (self->path);
  g_free (self);
}

/* The object is not needed any more; a query that runs is cancelled by it. */
static void
own_release (Own *self)
{
  g_autoptr (GPtrArray) queries = NULL;

  if (self->owner == NULL)
    return;
  kad_gui_dbus_unsubscribe (self->source, &self->signals);
  kad_gui_dbus_unsubscribe (self->source, &self->properties);
  if (self->path != NULL)
    kad_gui_dbus_tell (self->source, self->path, "Query", "Release");
  if (self->query != NULL)
    kad_gui_item_set_string (self->query, KAD_GUI_QUERY_FIELD_PATH, NULL);
  queries = g_ptr_array_ref (self->owner->queries);
  self->owner = NULL;
  g_ptr_array_remove_fast (queries, self);
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
  if (self->is_finished && self->n_reading == 0)
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

static gboolean
remember_step (Own *self, gint64 at_us, const char *step, const char *peer, const char *detail)
{
  if (g_hash_table_size (self->steps) >= 2 * KAD_GUI_MAX_STEPS)
    return FALSE;
  return g_hash_table_add (
      self->steps, g_strdup_printf ("%" G_GINT64_FORMAT " %s %s %s", at_us, step, peer, detail));
}

/* As the line that the stream would have. */
static GVariant *
new_line (Own *self, gint64 at_us, guint distance_bits, guint rtt_us, const char *step,
          const char *peer, const char *detail)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  gboolean is_end = g_str_equal (step, "path-ended");
  gboolean has_reason = is_end || g_str_equal (step, "fail");

  g_variant_dict_insert (&dict, "t", "x", self->query->started_us + at_us);
  g_variant_dict_insert (&dict, "event", "s", "query-step");
  g_variant_dict_insert (&dict, "query", "x", self->query->query);
  g_variant_dict_insert (&dict, "kind", "s", self->query->kind);
  g_variant_dict_insert (&dict, "run", "x", self->query->run);
  if (*peer != '\0')
    g_variant_dict_insert (&dict, "peer", "s", peer);
  if (*detail != '\0')
    g_variant_dict_insert (&dict, has_reason ? "reason" : "from", "s", detail);
  g_variant_dict_insert (&dict, "step", "s", step);
  if (!is_end)
    g_variant_dict_insert (&dict, "distance_bits", "x", (gint64) distance_bits);
  g_variant_dict_insert (&dict, "duration_us", "x", at_us);
  if (g_str_equal (step, "reply"))
    g_variant_dict_insert (&dict, "rtt_us", "x", (gint64) rtt_us);
  g_variant_dict_insert (&dict, "heard", "x", (gint64) self->query->heard);
  g_variant_dict_insert (&dict, "waiting", "x", (gint64) self->query->waiting);
  g_variant_dict_insert (&dict, "queried", "x", (gint64) self->query->queried);
  g_variant_dict_insert (&dict, "unreachable", "x", (gint64) self->query->unreachable);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static void
take_steps (Own *self, GVariant *steps)
{
  GVariantIter iter;
  gint64 at_us;
  guint distance_bits, rtt_us;
  const char *step, *peer, *detail;

  /* Without a number nobody knows whose they are. */
  if (self->query == NULL || self->query->run == 0)
    return;
  g_variant_iter_init (&iter, steps);
  while (g_variant_iter_next (&iter, "(xuu&s&s&s)", &at_us, &distance_bits, &rtt_us, &step, &peer,
                              &detail))
    if (remember_step (self, at_us, step, peer, detail))
      {
        g_autoptr (GVariant) line
            = new_line (self, at_us, distance_bits, rtt_us, step, peer, detail);

        kad_gui_dbus_stream_take (self->source, line);
      }
}

static void
on_steps (Own *self, GVariant *reply, const GError *error)
{
  g_autoptr (GVariant) steps = NULL;

  self->n_reading--;
  if (self->owner == NULL)
    return;
  if (reply != NULL)
    {
      steps = g_variant_get_child_value (reply, 1);
      take_steps (self, steps);
    }
  release_if_done (self);
}

/* Page by page, all of them asked for at once: a page has 1,000, and 10,000 are kept. */
static void
read_steps (Own *self, guint from)
{
  self->n_reading++;
  own_call (self, self->path, "Query", "GetSteps", g_variant_new ("(u)", from), "(b" STEPS_TYPE ")",
            on_steps);
}

gboolean
kad_gui_dbus_own_take_step (KadGuiDbusOwn *self, GVariant *fields)
{
  gint64 run = 0;
  gint64 at_us = 0;
  const char *step = "";
  const char *peer = "";
  const char *detail = "";

  if (self->queries->len == 0 || !g_variant_lookup (fields, "run", "x", &run) || run == 0)
    return TRUE;
  for (guint i = 0; i < self->queries->len; i++)
    {
      Own *own = self->queries->pdata[i];

      if (own->query == NULL || own->query->run != run)
        continue;
      g_variant_lookup (fields, "duration_us", "x", &at_us);
      g_variant_lookup (fields, "step", "&s", &step);
      g_variant_lookup (fields, "peer", "&s", &peer);
      if (!g_variant_lookup (fields, "reason", "&s", &detail))
        g_variant_lookup (fields, "from", "&s", &detail);
      return remember_step (own, at_us, step, peer, detail);
    }
  return TRUE;
}

void
kad_gui_dbus_own_catch_up (KadGuiDbusOwn *self)
{
  for (guint i = 0; i < self->queries->len; i++)
    {
      Own *own = self->queries->pdata[i];

      if (own->path != NULL && own->query != NULL && own->query->run != 0)
        read_steps (own, 0);
    }
}

/* ---- what the object tells ---- */

static void
set_run (Own *self, GVariant *properties)
{
  guint64 run = 0;

  if (self->query != NULL && g_variant_lookup (properties, "Run", "t", &run) && run > 0
      && run <= G_MAXINT64)
    kad_gui_store_set_run (kad_gui_source_get_store (KAD_GUI_SOURCE (self->source)), self->query,
                           (gint64) run);
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
set_summary (Own *self, const char *reason, GVariant *summary)
{
  static const struct
  {
    const char *name;
    guint field;
  } numbers[] = {
    { "requests", KAD_GUI_QUERY_FIELD_REQUESTS },
    { "successes", KAD_GUI_QUERY_FIELD_SUCCESSES },
    { "failures", KAD_GUI_QUERY_FIELD_FAILURES },
  };
  g_autoptr (GString) json = g_string_new (NULL);
  const char *code = "";
  const char *message = "";
  gint64 duration_us;
  guint number;

  g_object_freeze_notify (G_OBJECT (self->query));
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (g_variant_lookup (summary, numbers[i].name, "u", &number))
      kad_gui_item_set_uint (self->query, numbers[i].field, number);
  set_end (self, reason, NULL);
  if (g_variant_lookup (summary, "duration_us", "x", &duration_us))
    kad_gui_item_set_int64 (self->query, KAD_GUI_QUERY_FIELD_DURATION_US, duration_us);
  if (g_variant_lookup (summary, "error", "&s", &code))
    {
      if (g_str_has_prefix (code, KAD_DBUS_ERROR_PREFIX))
        code += strlen (KAD_DBUS_ERROR_PREFIX);
      g_variant_lookup (summary, "message", "&s", &message);
      kad_gui_item_set_string (self->query, KAD_GUI_QUERY_FIELD_ERROR_CODE, code);
      kad_gui_item_set_string (self->query, KAD_GUI_QUERY_FIELD_ERROR_MESSAGE, message);
    }
  kad_json_append_variant (json, summary);
  kad_gui_item_set_string (self->query, KAD_GUI_QUERY_FIELD_SUMMARY, json->str);
  g_object_thaw_notify (G_OBJECT (self->query));
}

static void
finish (Own *self, GVariant *parameters)
{
  g_autoptr (GVariant) summary = NULL;
  const char *reason;

  if (self->is_finished || self->query == NULL)
    return;
  g_variant_get (parameters, "(&s@a{sv})", &reason, &summary);
  set_summary (self, reason, summary);
  read_results (self);
  for (guint from = 0; from < KAD_GUI_MAX_STEPS && from <= g_hash_table_size (self->steps);
       from += 1000)
    read_steps (self, from);
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
      rows = g_variant_get_child_value (parameters, 1);
      if (!kad_gui_dbus_stream_has_steps (self->source))
        take_steps (self, rows);
    }
  else if (g_str_equal (signal, "Finished")
           && g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sa{sv})")))
    finish (self, parameters);
  own_unref (self);
}

/* ---- the beginning ---- */

static void
set_target (Own *self, GVariant *properties)
{
  g_autoptr (GVariant) id = g_variant_lookup_value (properties, "KadId", G_VARIANT_TYPE_BYTESTRING);
  gsize len;
  const guint8 *bytes;

  if (id == NULL || self->query == NULL)
    return;
  bytes = g_variant_get_fixed_array (id, &len, 1);
  self->query->has_target = len == sizeof self->query->target.bytes;
  if (self->query->has_target)
    memcpy (self->query->target.bytes, bytes, len);
}

static void
on_properties (Own *self, GVariant *reply, const GError *error)
{
  g_autoptr (GVariant) properties = NULL;

  if (reply == NULL || self->owner == NULL)
    return;
  properties = g_variant_get_child_value (reply, 0);
  set_target (self, properties);
  set_run (self, properties);
}

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
  own_call (self, self->path, KAD_GUI_PROPERTIES, "GetAll", g_variant_new ("(s)", QUERY), "(a{sv})",
            on_properties);
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

/* (nullable) The argument that a query is about: the first that the command needs. */
static char *
dup_key_name (KadGuiStore *store, const char *command)
{
  GListModel *commands = kad_gui_store_get_commands (store);
  guint n = g_list_model_get_n_items (commands);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiCommand) item = g_list_model_get_item (commands, i);
      g_autoptr (KadGuiArgument) argument = NULL;

      if (!g_str_equal (item->name, command))
        continue;
      argument = g_list_model_get_item (item->arguments, 0);
      return argument != NULL && argument->required ? g_strdup (argument->name) : NULL;
    }
  return NULL;
}

/* @key: (out) (transfer full): what the query is about, taken out of the options */
static GVariant *
new_options (KadGuiStore *store, const char *command, GVariant *options, char **key)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (options);
  g_autofree char *name = dup_key_name (store, command);

  *key = NULL;
  if (name != NULL && g_variant_dict_lookup (&dict, name, "s", key))
    g_variant_dict_remove (&dict, name);
  if (*key == NULL)
    *key = g_strdup ("");
  g_variant_dict_insert (&dict, "trace", "b", TRUE);
  return g_variant_dict_end (&dict);
}

/* What it is about if the command list is not known yet. */
static const char *
find_key_text (GVariant *options)
{
  static const char *const names[] = { "key", "peer", "target", "address", "namespace" };
  const char *text = "";

  for (guint i = 0; options != NULL && i < G_N_ELEMENTS (names) && *text == '\0'; i++)
    g_variant_lookup (options, names[i], "&s", &text);
  return text;
}

KadGuiQuery *
kad_gui_dbus_own_start (KadGuiDbusOwn *self, const char *command, GVariant *options)
{
  KadGuiStore *store = kad_gui_source_get_store (KAD_GUI_SOURCE (self->source));
  g_autoptr (KadGuiQuery) query = kad_gui_query_new ();
  g_autofree char *key = NULL;
  GVariant *given = new_options (store, command, options, &key);
  Own *own = g_new0 (Own, 1);

  kad_gui_item_set_boolean (query, KAD_GUI_QUERY_FIELD_OWN, TRUE);
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_KIND, command);
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_COMMAND, command);
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_KEY,
                           *key != '\0' ? key : find_key_text (options));
  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_STARTED_US, kad_gui_store_get_now_us (store));
  g_ref_count_init (&own->refs);
  own->owner = self;
  own->source = self->source;
  own->query = query;
  own->steps = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
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
  return self;
}

void
kad_gui_dbus_own_free (KadGuiDbusOwn *self)
{
  while (self->queries->len > 0)
    own_release (self->queries->pdata[0]);
  g_ptr_array_unref (self->queries);
  g_free (self);
}
