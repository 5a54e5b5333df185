/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-source.h"

#include "kad-error.h"

/* A source that writes down what it is told. */
typedef struct
{
  KadGuiSource parent_instance;

  GString *log;
} TestSource;

typedef KadGuiSourceClass TestSourceClass;

GType test_source_get_type (void);

G_DEFINE_FINAL_TYPE (TestSource, test_source, KAD_GUI_TYPE_SOURCE)

static void
test_source_open (KadGuiSource *source)
{
  g_string_append (((TestSource *) source)->log, "open ");
}

static void
test_source_close (KadGuiSource *source)
{
  g_string_append (((TestSource *) source)->log, "close ");
}

static void
test_source_follow (KadGuiSource *source, KadGuiTopics topics)
{
  g_string_append_printf (((TestSource *) source)->log, "%u ", topics);
}

static void
test_source_control (KadGuiSource *source, KadGuiControl what, GTask *task)
{
  g_task_return_boolean (task, TRUE);
}

static void
test_source_finalize (GObject *object)
{
  g_string_free (((TestSource *) object)->log, TRUE);
  G_OBJECT_CLASS (test_source_parent_class)->finalize (object);
}

static void
test_source_class_init (TestSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_source_finalize;
  klass->abilities = KAD_GUI_CAN_CONTROL;
  klass->open = test_source_open;
  klass->close = test_source_close;
  klass->follow = test_source_follow;
  klass->control = test_source_control;
}

static void
test_source_init (TestSource *self)
{
  self->log = g_string_new (NULL);
}

static void
test_follows_what_is_looked_at (void)
{
  g_autoptr (KadGuiSource) source = g_object_new (test_source_get_type (), NULL);
  GString *log = ((TestSource *) source)->log;

  g_test_summary (
      "Topics are followed once it is open, not while paused, and again after a failure");
  kad_gui_source_set_topics (source, KAD_GUI_TOPIC_TABLE);
  kad_gui_source_open (source);
  g_assert_cmpstr (log->str, ==, "open ");
  kad_gui_source_set_state (source, KAD_GUI_SOURCE_OPEN, NULL, NULL);
  kad_gui_source_set_topics (source, KAD_GUI_TOPIC_TABLE);
  kad_gui_source_set_topics (source, KAD_GUI_TOPIC_TABLE | KAD_GUI_TOPIC_STATS);
  kad_gui_source_set_paused (source, TRUE);
  kad_gui_source_set_topics (source, KAD_GUI_TOPIC_STATS);
  kad_gui_source_set_paused (source, FALSE);
  g_assert_cmpstr (log->str, ==, "open 1 9 0 8 ");
  kad_gui_source_set_state (source, KAD_GUI_SOURCE_FAILED, "NoService", "It ended");
  g_assert_cmpuint (kad_gui_source_get_topics (source), ==, 0);
  g_assert_cmpstr (kad_gui_source_get_error_code (source), ==, "NoService");
  kad_gui_source_open (source);
  kad_gui_source_set_state (source, KAD_GUI_SOURCE_OPEN, NULL, NULL);
  g_assert_cmpstr (log->str, ==, "open 1 9 0 8 open 8 ");
  g_assert_cmpstr (kad_gui_source_get_error_code (source), ==, "");
  kad_gui_source_close (source);
  kad_gui_source_close (source);
  g_assert_cmpstr (log->str, ==, "open 1 9 0 8 open 8 close ");
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
test_says_what_it_cannot (void)
{
  g_autoptr (KadGuiSource) source = g_object_new (test_source_get_type (), NULL);
  g_autoptr (GAsyncResult) control = NULL;
  g_autoptr (GAsyncResult) run = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("What a source cannot do is the error NotSupported, and never reaches it");
  kad_gui_source_open (source);
  kad_gui_source_set_state (source, KAD_GUI_SOURCE_OPEN, NULL, NULL);
  kad_gui_source_control_async (source, KAD_GUI_CONTROL_START, NULL, on_done, &control);
  kad_gui_source_run_async (source, "dial", NULL, NULL, on_done, &run);
  while (run == NULL || control == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (kad_gui_source_finish (source, control, NULL));
  g_assert_null (kad_gui_source_run_finish (source, run, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  g_assert_null (kad_gui_source_start_query (source, "get-record", NULL, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/source/follows-what-is-looked-at", test_follows_what_is_looked_at);
  g_test_add_func ("/gui/source/says-what-it-cannot", test_says_what_it_cannot);
  return g_test_run ();
}
