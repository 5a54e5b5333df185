/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-test-source.h"

#include "kad-error.h"
#include "kad-gui-test-scene.h"

struct _KadGuiTestSource
{
  KadGuiSource parent_instance;

  KadGuiTestScene scene;
  gint64 now_us;
  GString *calls;
  char *failure;    /* of the next call */
  GVariant *answer; /* of the next run */
  gint64 last_run;
};

G_DEFINE_FINAL_TYPE (KadGuiTestSource, kad_gui_test_source, KAD_GUI_TYPE_SOURCE)

static void note (KadGuiSource *source, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
note (KadGuiSource *source, const char *format, ...)
{
  GString *calls = KAD_GUI_TEST_SOURCE (source)->calls;
  va_list arguments;

  if (calls->len > 0)
    g_string_append_c (calls, '\n');
  va_start (arguments, format);
  g_string_append_vprintf (calls, format, arguments);
  va_end (arguments);
}

/* Whether the call shall fail; the error is the caller's then. */
static gboolean
take_failure (KadGuiSource *source, GError **error)
{
  KadGuiTestSource *self = KAD_GUI_TEST_SOURCE (source);

  if (self->failure == NULL)
    return FALSE;
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_FAILED, self->failure);
  g_clear_pointer (&self->failure, g_free);
  return TRUE;
}

static void
return_done (KadGuiSource *source, GTask *task)
{
  GError *error = NULL;

  if (take_failure (source, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
test_open (KadGuiSource *source)
{
  if (KAD_GUI_TEST_SOURCE (source)->scene == KAD_GUI_TEST_FAILED)
    kad_gui_source_set_state (source, KAD_GUI_SOURCE_FAILED, "NoService",
                              "The service org.libkad.Kad1 is not on the bus");
  else
    kad_gui_source_set_state (source, KAD_GUI_SOURCE_OPEN, NULL, NULL);
}

static void
test_close (KadGuiSource *source)
{
  note (source, "close");
}

static void
test_follow (KadGuiSource *source, KadGuiTopics topics)
{
  note (source, "follow %u", topics);
}

static void
test_refresh (KadGuiSource *source)
{
  note (source, "refresh");
}

static void
test_run (KadGuiSource *source, const char *command, GVariant *options, GTask *task)
{
  KadGuiTestSource *self = KAD_GUI_TEST_SOURCE (source);
  g_autofree char *text = options != NULL ? g_variant_print (options, FALSE) : g_strdup ("");
  GError *error = NULL;

  note (source, "run %s %s", command, text);
  if (take_failure (source, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (self->answer == NULL)
    self->answer = g_variant_ref_sink (
        g_variant_new_parsed ("([{'rtt_us': <int64 42000>, 'peer': <'12D3KooWTest'>}], "
                              "{'outcome': <'completed'>, 'duration_us': <int64 43000>})"));
  g_task_return_pointer (task, g_steal_pointer (&self->answer), (GDestroyNotify) g_variant_unref);
}

static KadGuiQuery *
test_start_query (KadGuiSource *source, const char *command, GVariant *options, GError **error)
{
  KadGuiTestSource *self = KAD_GUI_TEST_SOURCE (source);
  g_autoptr (KadGuiQuery) query = NULL;
  g_autofree char *text = options != NULL ? g_variant_print (options, FALSE) : g_strdup ("");
  const char *key = "";

  note (source, "start %s %s", command, text);
  if (take_failure (source, error))
    return NULL;
  if (options != NULL)
    g_variant_lookup (options, "key", "&s", &key);
  query = kad_gui_query_new ();
  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_ID, ++self->last_run);
  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_RUN, self->last_run);
  kad_gui_item_set_boolean (query, KAD_GUI_QUERY_FIELD_OWN, TRUE);
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_KIND, command);
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_COMMAND, command);
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_KEY, key);
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_STATE, KAD_GUI_QUERY_RUNNING);
  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_STARTED_US, self->now_us);
  kad_gui_store_add_query (kad_gui_source_get_store (source), query);
  return kad_gui_store_find_query (kad_gui_source_get_store (source), self->last_run);
}

static void
test_cancel_query (KadGuiSource *source, KadGuiQuery *query)
{
  note (source, "cancel %" G_GINT64_FORMAT, query->id);
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_STATE, KAD_GUI_QUERY_FINISHED);
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_OUTCOME, "cancelled");
}

static void
test_control (KadGuiSource *source, KadGuiControl what, GTask *task)
{
  note (source, "control %u", what);
  return_done (source, task);
}

static void
test_change_publication (KadGuiSource *source, KadGuiPublication *publication, gboolean remove,
                         GTask *task)
{
  note (source, "publication %s %d", publication->path, remove);
  return_done (source, task);
}

static void
test_check_health (KadGuiSource *source, GTask *task)
{
  note (source, "check");
  if (KAD_GUI_TEST_SOURCE (source)->failure == NULL)
    kad_gui_test_fill_checks (kad_gui_source_get_store (source));
  return_done (source, task);
}

static gint64
get_now (gpointer user_data)
{
  return KAD_GUI_TEST_SOURCE (user_data)->now_us;
}

static void
kad_gui_test_source_finalize (GObject *object)
{
  KadGuiTestSource *self = KAD_GUI_TEST_SOURCE (object);

  kad_gui_store_set_clock (kad_gui_source_get_store (KAD_GUI_SOURCE (self)), NULL, NULL);
  g_string_free (self->calls, TRUE);
  g_free (self->failure);
  g_clear_pointer (&self->answer, g_variant_unref);
  G_OBJECT_CLASS (kad_gui_test_source_parent_class)->finalize (object);
}

static void
kad_gui_test_source_class_init (KadGuiTestSourceClass *klass)
{
  KadGuiSourceClass *source_class = KAD_GUI_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = kad_gui_test_source_finalize;
  source_class->abilities = KAD_GUI_CAN_RUN | KAD_GUI_CAN_CONTROL | KAD_GUI_CAN_PUBLISH
                            | KAD_GUI_CAN_CHECK | KAD_GUI_IS_LIVE;
  source_class->open = test_open;
  source_class->close = test_close;
  source_class->follow = test_follow;
  source_class->refresh = test_refresh;
  source_class->run = test_run;
  source_class->start_query = test_start_query;
  source_class->cancel_query = test_cancel_query;
  source_class->control = test_control;
  source_class->change_publication = test_change_publication;
  source_class->check_health = test_check_health;
}

static void
kad_gui_test_source_init (KadGuiTestSource *self)
{
  self->now_us = KAD_GUI_TEST_NOW_US;
  self->calls = g_string_new (NULL);
  self->last_run = 1000;
  kad_gui_store_set_clock (kad_gui_source_get_store (KAD_GUI_SOURCE (self)), get_now, self);
}

KadGuiSource *
kad_gui_test_source_new (KadGuiTestScene scene)
{
  KadGuiSource *source = g_object_new (KAD_GUI_TYPE_TEST_SOURCE, NULL);
  KadGuiStore *store = kad_gui_source_get_store (source);

  KAD_GUI_TEST_SOURCE (source)->scene = scene;
  kad_gui_source_set_title (source, "Test");
  if (scene != KAD_GUI_TEST_FAILED)
    {
      kad_gui_test_fill_status (store, scene);
      kad_gui_test_fill_commands (store);
    }
  if (scene == KAD_GUI_TEST_FULL)
    {
      kad_gui_test_fill_peers (store, 131);
      kad_gui_test_fill_stats (store);
      kad_gui_test_fill_queries (store);
      kad_gui_test_fill_events (store, 200);
      kad_gui_test_fill_lists (store);
    }
  kad_gui_source_open (source);
  return source;
}

char *
kad_gui_test_source_take_calls (KadGuiTestSource *self)
{
  char *calls = g_string_free (self->calls, FALSE);

  self->calls = g_string_new (NULL);
  return calls;
}

void
kad_gui_test_source_fail_next (KadGuiTestSource *self, const char *message)
{
  g_free (self->failure);
  self->failure = g_strdup (message);
}

void
kad_gui_test_source_answer_next (KadGuiTestSource *self, GVariant *answer)
{
  g_clear_pointer (&self->answer, g_variant_unref);
  self->answer = g_variant_ref_sink (answer);
}

void
kad_gui_test_source_advance (KadGuiTestSource *self, gint64 by_us)
{
  self->now_us += by_us;
}
