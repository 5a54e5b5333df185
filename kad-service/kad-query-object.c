/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-query-object.h"

#include "kad-dbus.h"
#include "kad-error.h"
#include "kad-key.h"
#include "kad-monitor-hub.h"
#include "kad-queries.h"
#include "kad-query-progress.h"
#include "kad-query-spec.h"
#include "kad-service-names.h"

/*
 * The object is registered by hand, not by the generated skeleton: that one tells changes of
 * properties to everybody on the bus, and a query is its owner's alone.
 *
 * Signals are batched: what comes is told at once if nothing was told for a while, and by a timer
 * otherwise, which runs only while something waits.
 */

#define QUERY_INTERFACE "org.libkad.Kad1.Query"
#define PROPERTIES_INTERFACE "org.freedesktop.DBus.Properties"

typedef struct
{
  GDBusConnection *connection; /* (owned) */
  guint id;
} Export;

struct _KadQueryObject
{
  KadService *service; /* outlives us */
  KadQueries *queries; /* likewise */
  KadCaller *caller;   /* (owned) */
  guint gone;
  KadQueryRequest *request;
  KadCommandRun *run;
  KadQueryProgress *progress;
  char *path;
  GArray *exports; /* (element-type Export) */
  KadQueryState state;
  gint64 started_us;  /* by the calendar */
  gint64 finished_us; /* likewise */
  gboolean counts;    /* against the quota of its caller */
  guint n_told;       /* results */
  guint n_steps_told; /* or that cannot be told any more */
  gint64 last_told_us;
  guint batch_timer;
  guint settle_timer; /* it is done, and nobody was told yet */
  gint64 far_told_us; /* how far it is */
  guint far_timer;
  guint life_timer;
};

static const char *const state_names[] = { "prepared", "running", "finished" };

const char *
kad_query_object_get_path (KadQueryObject *self)
{
  return self->path;
}

KadCaller *
kad_query_object_get_caller (KadQueryObject *self)
{
  return self->caller;
}

KadQueryState
kad_query_object_get_state (KadQueryObject *self)
{
  return self->state;
}

gboolean
kad_query_object_is_detached (KadQueryObject *self)
{
  return self->request->is_detached;
}

/* ---- properties ---- */

static const char *
get_reason (KadQueryObject *self)
{
  return self->state == KAD_QUERY_FINISHED ? kad_command_run_get_reason (self->run) : "";
}

static GVariant *
new_kad_id (KadQueryObject *self)
{
  KadKey id;
  gsize len;
  const guint8 *data;

  if (self->request->key_bytes == NULL)
    return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, NULL, 0, 1);
  data = g_bytes_get_data (self->request->key_bytes, &len);
  kad_key_init (&id, data, len);
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, id.bytes, sizeof id.bytes, 1);
}

/* (transfer floating) (nullable) */
static GVariant *
new_property (KadQueryObject *self, const char *name)
{
  if (g_str_equal (name, "Kind"))
    return g_variant_new_string (self->request->kind);
  if (g_str_equal (name, "Key"))
    return g_variant_new_string (self->request->key);
  if (g_str_equal (name, "KadId"))
    return new_kad_id (self);
  if (g_str_equal (name, "State"))
    return g_variant_new_string (state_names[self->state]);
  if (g_str_equal (name, "Owner"))
    return g_variant_new_string (kad_caller_get_name (self->caller));
  if (g_str_equal (name, "Started"))
    return g_variant_new_int64 (self->started_us);
  if (g_str_equal (name, "Finished"))
    return g_variant_new_int64 (self->finished_us);
  if (g_str_equal (name, "Reason"))
    return g_variant_new_string (get_reason (self));
  if (g_str_equal (name, "Counts"))
    return kad_query_progress_dup_counts (self->progress);
  if (g_str_equal (name, "Progress"))
    return kad_query_progress_dup_far (self->progress);
  if (g_str_equal (name, "Paths"))
    return g_variant_new_uint32 (KAD_QUERY_ALPHA);
  if (g_str_equal (name, "Run"))
    return g_variant_new_uint64 (kad_command_run_get_number (self->run));
  if (g_str_equal (name, "Queries"))
    return kad_query_progress_dup_queries (self->progress);
  return NULL;
}

GVariant *
kad_query_object_dup_details (KadQueryObject *self)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "kind", new_property (self, "Kind"));
  g_variant_builder_add (&builder, "{sv}", "key", new_property (self, "Key"));
  g_variant_builder_add (&builder, "{sv}", "state", new_property (self, "State"));
  g_variant_builder_add (&builder, "{sv}", "owner", new_property (self, "Owner"));
  g_variant_builder_add (&builder, "{sv}", "started", new_property (self, "Started"));
  g_variant_builder_add (&builder, "{sv}", "finished", new_property (self, "Finished"));
  g_variant_builder_add (&builder, "{sv}", "reason", new_property (self, "Reason"));
  g_variant_builder_add (&builder, "{sv}", "counts", new_property (self, "Counts"));
  g_variant_builder_add (&builder, "{sv}", "progress", new_property (self, "Progress"));
  g_variant_builder_add (&builder, "{sv}", "detached",
                         g_variant_new_boolean (self->request->is_detached));
  g_variant_builder_add (&builder, "{sv}", "results",
                         g_variant_new_uint32 (kad_command_run_get_n_results (self->run)));
  g_variant_builder_add (&builder, "{sv}", "run", new_property (self, "Run"));
  g_variant_builder_add (&builder, "{sv}", "queries", new_property (self, "Queries"));
  return g_variant_builder_end (&builder);
}

/* To the owner alone. */
static void
tell_changes (KadQueryObject *self, const char *const *names)
{
  g_auto (GVariantBuilder) changed = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  for (guint i = 0; names[i] != NULL; i++)
    g_variant_builder_add (&changed, "{sv}", names[i], new_property (self, names[i]));
  kad_caller_signal (
      self->caller, self->path, PROPERTIES_INTERFACE, "PropertiesChanged",
      g_variant_new ("(s@a{sv}as)", QUERY_INTERFACE, g_variant_builder_end (&changed), NULL));
}

/* ---- signals ---- */

static void
tell_results (KadQueryObject *self)
{
  guint n;

  for (; self->n_told < kad_command_run_get_n_results (self->run); self->n_told += n)
    {
      GVariant *results
          = kad_command_run_dup_results (self->run, self->n_told, KAD_MAX_QUERY_PAGE, &n);

      kad_caller_signal (self->caller, self->path, QUERY_INTERFACE, "Results",
                         g_variant_new ("(u@aa{sv})", self->n_told, results));
    }
}

static void
tell_steps (KadQueryObject *self)
{
  while (self->n_steps_told < kad_query_progress_get_end (self->progress))
    {
      guint first;
      guint n;
      GVariant *steps = kad_query_progress_dup_steps (self->progress, self->n_steps_told,
                                                      KAD_MAX_QUERY_PAGE, &first, &n);

      kad_caller_signal (self->caller, self->path, QUERY_INTERFACE, "Steps",
                         g_variant_new ("(u@a(xuusss))", first, steps));
      self->n_steps_told = first + n;
    }
}

static void
tell_all (KadQueryObject *self)
{
  g_clear_handle_id (&self->batch_timer, g_source_remove);
  tell_results (self);
  tell_steps (self);
  self->last_told_us = g_get_monotonic_time ();
}

static gboolean
on_batch (gpointer user_data)
{
  KadQueryObject *self = user_data;

  self->batch_timer = 0;
  tell_all (self);
  return G_SOURCE_REMOVE;
}

/* Something is there to be told. */
static void
tell_soon (KadQueryObject *self)
{
  gint64 wait_us;

  if (self->batch_timer != 0)
    return;
  wait_us = self->last_told_us + KAD_QUERY_BATCH_MS * 1000 - g_get_monotonic_time ();
  if (self->last_told_us == 0 || wait_us <= 0)
    tell_all (self);
  else
    self->batch_timer = g_timeout_add ((guint) (wait_us / 1000 + 1), on_batch, self);
}

static void
tell_finished (KadQueryObject *self)
{
  GVariant *summary = kad_command_run_get_summary (self->run);
  const GError *error = kad_command_run_get_error (self->run);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (summary);

  if (error != NULL)
    {
      g_variant_dict_insert (&dict, "error", "s", kad_error_get_name (error));
      g_variant_dict_insert (&dict, "message", "s", error->message);
    }
  kad_caller_signal (self->caller, self->path, QUERY_INTERFACE, "Finished",
                     g_variant_new ("(s@a{sv})", get_reason (self), g_variant_dict_end (&dict)));
}

/* ---- its life ---- */

static gboolean
on_life_over (gpointer user_data)
{
  KadQueryObject *self = user_data;

  self->life_timer = 0;
  kad_queries_remove (self->queries, self);
  return G_SOURCE_REMOVE;
}

static void
stop_counting (KadQueryObject *self)
{
  if (self->counts)
    kad_caller_give_back (self->caller, KAD_QUOTA_QUERIES);
  self->counts = FALSE;
}

static void
on_result (KadCommandRun *run, gpointer user_data)
{
  tell_soon (user_data);
}

static void
on_ready (KadCommandRun *run, gpointer user_data)
{
  KadQueryObject *self = user_data;

  kad_query_progress_begin (self->progress);
  kad_queries_watch (self->queries, self, self->request->is_traced);
}

/* Those who watch queries hear that it began or ended. */
static void
tell_watches (KadQueryObject *self)
{
  kad_monitor_hub_note_query (self->service, self->caller, self->path,
                              kad_query_object_dup_details (self));
}

/* ---- how far it is ---- */

static gboolean
tell_far (gpointer user_data)
{
  static const char *const changed[] = { "Progress", NULL };
  KadQueryObject *self = user_data;

  self->far_timer = 0;
  self->far_told_us = g_get_monotonic_time ();
  tell_changes (self, changed);
  tell_watches (self);
  return G_SOURCE_REMOVE;
}

/* Four times a second at most. */
static void
tell_far_soon (KadQueryObject *self)
{
  gint64 wait_us = self->far_told_us + KAD_QUERY_PROGRESS_MS * 1000 - g_get_monotonic_time ();

  if (self->far_timer != 0)
    return;
  if (self->far_told_us == 0 || wait_us <= 0)
    tell_far (self);
  else
    self->far_timer = g_timeout_add ((guint) (wait_us / 1000 + 1), tell_far, self);
}

/* Of what is no command of a node. */
static void
on_progress (KadCommandRun *run, gpointer user_data)
{
  KadQueryObject *self = user_data;
  guint done;
  guint total;

  kad_command_run_get_progress (run, &done, &total);
  if (kad_query_progress_set_far (self->progress, FALSE, done, total))
    tell_far_soon (self);
}

static void
on_begun (KadCommandRun *run, gpointer user_data)
{
  static const char *const changed[] = { "Run", NULL };
  KadQueryObject *self = user_data;

  kad_queries_set_run (self->queries, self, kad_command_run_get_number (run), FALSE);
  kad_queries_set_run (self->queries, self, kad_command_run_get_lan_number (run), TRUE);
  tell_changes (self, changed);
  tell_watches (self);
}

static void
finish (KadQueryObject *self)
{
  static const char *const changed[] = { "State", "Finished", "Reason", "Progress", NULL };

  kad_queries_unwatch (self->queries, self);
  g_clear_handle_id (&self->far_timer, g_source_remove);
  kad_query_progress_finish (self->progress, kad_command_run_get_error (self->run) == NULL);
  self->state = KAD_QUERY_FINISHED;
  self->finished_us = g_get_real_time ();
  stop_counting (self);
  tell_all (self);
  tell_changes (self, changed);
  tell_finished (self);
  tell_watches (self);
  self->life_timer = g_timeout_add_seconds (KAD_QUERY_STAYS_S, on_life_over, self);
  kad_queries_note_finished (self->queries, self);
}

static gboolean
on_settled (gpointer user_data)
{
  KadQueryObject *self = user_data;

  self->settle_timer = 0;
  finish (self);
  return G_SOURCE_REMOVE;
}

/* The last events of its queries are on their way: they are waited for, but not for long. Of a node
 * that stops none come. */
static void
on_done (KadCommandRun *run, gpointer user_data)
{
  KadQueryObject *self = user_data;

  gboolean is_open = kad_query_progress_is_open (self->progress) || self->request->is_traced;

  if (is_open && kad_queries_is_watched (self->queries, self))
    self->settle_timer = g_timeout_add (KAD_QUERY_BATCH_MS, on_settled, self);
  else
    finish (self);
}

void
kad_query_object_see_event (KadQueryObject *self, const KadEvent *event, gboolean is_lan)
{
  guint done;
  guint total;

  if (kad_event_get_event_type (event) == KAD_EVENT_RUN_PROGRESS)
    {
      kad_event_get_progress (event, &done, &total);
      if (kad_query_progress_set_far (self->progress, is_lan, done, total))
        tell_far_soon (self);
      return;
    }
  if (kad_query_progress_see_event (self->progress, event, is_lan))
    tell_soon (self);
  if (self->settle_timer == 0 || self->request->is_traced
      || kad_query_progress_is_open (self->progress))
    return;
  g_clear_handle_id (&self->settle_timer, g_source_remove);
  finish (self);
}

static void
on_caller_gone (KadCaller *caller, gpointer user_data)
{
  KadQueryObject *self = user_data;

  self->gone = 0;
  if (!self->request->is_detached || self->state == KAD_QUERY_PREPARED)
    kad_queries_remove (self->queries, self);
}

void
kad_query_object_set_source (KadQueryObject *self, const KadCommandRunSource *source,
                             gpointer user_data)
{
  kad_command_run_set_source (self->run, source, user_data);
}

gboolean
kad_query_object_start (KadQueryObject *self, GError **error)
{
  static const char *const changed[] = { "State", "Started", NULL };

  if (self->state != KAD_QUERY_PREPARED)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                           "The query was started already; prepare another one");
      return FALSE;
    }
  g_clear_handle_id (&self->life_timer, g_source_remove);
  self->state = KAD_QUERY_RUNNING;
  self->started_us = g_get_real_time ();
  kad_command_run_start (self->run, self->request->no_start, self->request->asks_network);
  tell_changes (self, changed);
  tell_watches (self);
  return TRUE;
}

/* ---- methods ---- */

static void
start (KadQueryObject *self, GDBusMethodInvocation *invocation)
{
  GError *error = NULL;

  if (!kad_query_object_start (self, &error))
    g_dbus_method_invocation_take_error (invocation, error);
  else
    g_dbus_method_invocation_return_value (invocation, NULL);
}

/* What was not begun ends with it. */
static void
cancel (KadQueryObject *self, GDBusMethodInvocation *invocation)
{
  gboolean was_prepared = self->state == KAD_QUERY_PREPARED;

  kad_command_run_cancel (self->run);
  g_dbus_method_invocation_return_value (invocation, NULL);
  if (was_prepared)
    kad_query_object_start (self, NULL);
}

static void
get_results (KadQueryObject *self, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  guint from;

  g_variant_get (parameters, "(u)", &from);
  g_dbus_method_invocation_return_value (
      invocation,
      g_variant_new ("(b@aa{sv})", self->state == KAD_QUERY_FINISHED,
                     kad_command_run_dup_results (self->run, from, KAD_MAX_QUERY_PAGE, NULL)));
}

static void
get_steps (KadQueryObject *self, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  guint from;

  g_variant_get (parameters, "(u)", &from);
  g_dbus_method_invocation_return_value (
      invocation, g_variant_new ("(b@a(xuusss))", self->state == KAD_QUERY_FINISHED,
                                 kad_query_progress_dup_steps (self->progress, from,
                                                               KAD_MAX_QUERY_PAGE, NULL, NULL)));
}

/* On the bus all objects are on one connection: whose it is has to be looked at. */
static gboolean
may_use (KadQueryObject *self, const char *sender)
{
  const char *owner = kad_caller_get_destination (self->caller);

  return self->request->is_detached || sender == NULL || g_strcmp0 (sender, owner) == 0;
}

static void
on_method_call (GDBusConnection *connection, const char *sender, const char *path,
                const char *interface, const char *method, GVariant *parameters,
                GDBusMethodInvocation *invocation, gpointer user_data)
{
  KadQueryObject *self = user_data;

  if (!may_use (self, sender))
    g_dbus_method_invocation_return_error_literal (invocation, KAD_ERROR, KAD_ERROR_NOT_AUTHORIZED,
                                                   "The query belongs to another caller");
  else if (g_str_equal (method, "Start"))
    start (self, invocation);
  else if (g_str_equal (method, "Cancel"))
    cancel (self, invocation);
  else if (g_str_equal (method, "GetResults"))
    get_results (self, parameters, invocation);
  else if (g_str_equal (method, "GetSteps"))
    get_steps (self, parameters, invocation);
  else
    {
      g_dbus_method_invocation_return_value (invocation, NULL);
      kad_queries_remove (self->queries, self);
    }
}

static GVariant *
on_get_property (GDBusConnection *connection, const char *sender, const char *path,
                 const char *interface, const char *name, GError **error, gpointer user_data)
{
  KadQueryObject *self = user_data;
  GVariant *value = may_use (self, sender) ? new_property (self, name) : NULL;

  if (value == NULL)
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_NOT_AUTHORIZED,
                         "The query belongs to another caller");
  return value;
}

/* ---- the object ---- */

void
kad_query_object_export (KadQueryObject *self, GDBusConnection *connection)
{
  static const GDBusInterfaceVTable vtable = { on_method_call, on_get_property, NULL, { NULL } };
  g_autoptr (GError) error = NULL;
  Export export = { g_object_ref (connection), 0 };

  export.id = g_dbus_connection_register_object (
      connection, self->path, kad_dbus_query_interface_info (), &vtable, self, NULL, &error);
  if (export.id == 0)
    {
      g_debug ("No %s: %s", self->path, error->message);
      g_object_unref (connection);
      return;
    }
  g_array_append_val (self->exports, export);
}

void
kad_query_object_unexport (KadQueryObject *self, GDBusConnection *connection)
{
  for (guint i = 0; i < self->exports->len; i++)
    {
      Export *export = &g_array_index (self->exports, Export, i);

      if (export->connection != connection)
        continue;
      g_dbus_connection_unregister_object (connection, export->id);
      g_object_unref (connection);
      g_array_remove_index_fast (self->exports, i);
      return;
    }
}

static void
export_all (KadQueryObject *self)
{
  GPtrArray *connections = kad_service_get_connections (self->service);

  if (!self->request->is_detached)
    {
      kad_query_object_export (self, kad_caller_get_connection (self->caller));
      return;
    }
  for (guint i = 0; i < connections->len; i++)
    kad_query_object_export (self, connections->pdata[i]);
}

/* NULL: the token is taken. */
static char *
find_path (KadQueries *queries, KadCaller *caller, const KadQueryRequest *request)
{
  g_autofree char *folder
      = request->is_detached
            ? g_strdup (KAD_DETACHED_PATH)
            : g_strconcat (KAD_QUERY_PATH, "/", kad_caller_get_token (caller), NULL);
  g_autofree char *path = NULL;

  if (request->token != NULL)
    {
      path = g_strconcat (folder, "/", request->token, NULL);
      return kad_queries_has_path (queries, path) ? NULL : g_steal_pointer (&path);
    }
  do
    {
      g_free (path);
      path = g_strdup_printf ("%s/q%u", folder, kad_queries_next_number (queries));
    }
  while (kad_queries_has_path (queries, path));
  return g_steal_pointer (&path);
}

KadQueryObject *
kad_query_object_new (KadService *service, KadCaller *caller, KadQueryRequest *request,
                      GError **error)
{
  g_autoptr (KadQueryRequest) taken = request;
  KadQueries *queries = kad_queries_get (service);
  g_autofree char *path = find_path (queries, caller, request);
  KadQueryObject *self;

  if (path == NULL)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   "There is a query with the handle-token \"%s\"; take another one",
                   request->token);
      return NULL;
    }
  if (!kad_queries_check (queries, request, error)
      || !kad_caller_take (caller, KAD_QUOTA_QUERIES, error))
    return NULL;

  self = g_new0 (KadQueryObject, 1);
  self->service = service;
  self->queries = queries;
  self->caller = kad_caller_ref (caller);
  self->request = g_steal_pointer (&taken);
  self->path = g_steal_pointer (&path);
  self->counts = TRUE;
  self->gone = kad_caller_add_gone (caller, on_caller_gone, self);
  self->run = kad_command_run_new (service, caller, request->command, request->options, on_result,
                                   on_done, self);
  kad_command_run_set_nets (self->run, request->nets);
  kad_command_run_set_begin_funcs (self->run, on_ready, on_begun);
  kad_command_run_set_progress_func (self->run, on_progress);
  self->progress = kad_query_progress_new (caller);
  self->exports = g_array_new (FALSE, FALSE, sizeof (Export));
  self->life_timer = g_timeout_add_seconds (KAD_QUERY_STAYS_S, on_life_over, self);
  kad_service_use (service);
  kad_queries_add (queries, self);
  export_all (self);
  return self;
}

void
kad_query_object_free (KadQueryObject *self)
{
  for (guint i = 0; i < self->exports->len; i++)
    {
      Export *export = &g_array_index (self->exports, Export, i);

      g_dbus_connection_unregister_object (export->connection, export->id);
      g_object_unref (export->connection);
    }
  g_array_unref (self->exports);
  g_clear_handle_id (&self->batch_timer, g_source_remove);
  g_clear_handle_id (&self->settle_timer, g_source_remove);
  g_clear_handle_id (&self->life_timer, g_source_remove);
  g_clear_handle_id (&self->far_timer, g_source_remove);
  kad_queries_unwatch (self->queries, self);
  kad_command_run_release (self->run);
  kad_query_progress_free (self->progress);
  stop_counting (self);
  if (self->gone != 0)
    kad_caller_remove_gone (self->caller, self->gone);
  kad_caller_unref (self->caller);
  kad_service_unuse (self->service);
  kad_query_request_free (self->request);
  g_free (self->path);
  g_free (self);
}
