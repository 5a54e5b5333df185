/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <unistd.h>

#include "kad-control.h"
#include "kad-error.h"
#include "kad-node-events.h"
#include "kad-node-options.h"
#include "kad-node-stop.h"
#include "kad-recorder.h"
#include "kad-signals.h"
#include "kad-tool.h"

#define DEFAULT_LISTEN "/ip4/127.0.0.1/tcp/0"
/* Events ahead of the first line, which is always "listening". */
#define MAX_EARLY_EVENTS 1024

typedef struct
{
  KadTool *tool;
  KadNode *node;
  GMainLoop *loop;
  GCancellable *cancellable;
  KadControl *control;   /* (nullable) */
  KadRecorder *recorder; /* (nullable) */
  GQueue early;          /* (element-type KadEvent) */
  GError *error;         /* why it did not start */
  gboolean is_listening;
} Foreground;

static void
on_event (KadNode *node, KadEvent *event, gpointer user_data)
{
  Foreground *self = user_data;

  if (!kad_node_events_is_told (event->type))
    return;
  if (self->is_listening)
    kad_node_events_print (self->tool->output, event);
  else if (self->early.length < MAX_EARLY_EVENTS)
    g_queue_push_tail (&self->early, kad_event_ref (event));
}

static gboolean
on_signal (gpointer user_data)
{
  Foreground *self = user_data;

  g_cancellable_cancel (self->cancellable);
  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

/* ---- recording ---- */

static void
on_record_failed (const GError *error, gpointer user_data)
{
  Foreground *self = user_data;

  kad_output_error (self->tool->output, error);
}

/* FALSE with an error; without --record there is nothing to do. */
static gboolean
begin_record (Foreground *self, GError **error)
{
  const KadArguments *arguments = self->tool->arguments;
  const char *path = kad_arguments_get_text (arguments, "record");
  KadStreamTopics topics;

  if (!kad_stream_topics_parse (kad_arguments_get_texts (arguments, "topic"), &topics, error))
    return FALSE;
  if (path == NULL && kad_arguments_has (arguments, "topic"))
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                           _ ("--topic says what is recorded: it goes with --record"));
      return FALSE;
    }
  if (path == NULL)
    return TRUE;
  self->recorder = kad_recorder_new (self->node, path, topics, on_record_failed, self, error);
  return self->recorder != NULL;
}

/* ---- commands ---- */

static KadNode *
find_node (GVariant *request, gpointer user_data, GError **error)
{
  Foreground *self = user_data;

  return self->node;
}

static void
on_control_end (gpointer user_data)
{
  Foreground *self = user_data;

  g_main_loop_quit (self->loop);
}

static const KadControlHost control_host = { .find_node = find_node, .on_end = on_control_end };

/* ---- start and stop ---- */

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Foreground *self = user_data;
  KadEvent *event;

  if (!kad_node_start_finish (self->node, result, &self->error))
    {
      g_main_loop_quit (self->loop);
      return;
    }
  kad_node_events_print_listening (self->tool->output, self->node, NULL);
  kad_node_events_print_modules (self->tool->output);
  self->is_listening = TRUE;
  while ((event = g_queue_pop_head (&self->early)) != NULL)
    {
      kad_node_events_print (self->tool->output, event);
      kad_event_unref (event);
    }
  if (kad_arguments_has (self->tool->arguments, "commands"))
    self->control = kad_control_new (STDIN_FILENO, self->tool->output, &control_host, self);
}

static void
stop (Foreground *self, guint watch)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();

  if (self->control != NULL)
    kad_control_close (self->control);
  g_ptr_array_add (nodes, self->node);
  kad_node_stop_all (nodes);
  /* What still ran has failed with NotRunning; its last lines are on their way. */
  while (self->control != NULL && kad_control_get_n_running (self->control) > 0
         && g_main_context_iteration (NULL, FALSE))
    ;
  /* The last events are on their way, too. */
  while (self->recorder != NULL && g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_pointer (&self->recorder, kad_recorder_free);
  kad_node_unwatch (self->node, watch);
  g_clear_pointer (&self->control, kad_control_free);
  g_queue_clear_full (&self->early, (GDestroyNotify) kad_event_unref);
}

static KadNode *
new_node (KadTool *tool, GError **error)
{
  g_autoptr (KadNodeConfig) config = NULL;

  config = kad_node_options_new_config (tool->arguments, KAD_MODE_AUTO, DEFAULT_LISTEN, error);
  return config != NULL ? kad_node_new (config, error) : NULL;
}

KadExit
kad_cmd_node (KadTool *tool)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GError *error = NULL;
  g_autoptr (KadNode) node = new_node (tool, &error);
  Foreground self = { .tool = tool, .node = node, .loop = loop, .cancellable = cancellable };
  guint watch;

  if (node == NULL || !begin_record (&self, &error))
    return kad_tool_fail (tool, error);
  watch = kad_node_watch (node, on_event, &self, NULL);
  kad_signals_watch (on_signal, &self);
  kad_node_start_async (node, cancellable, on_started, &self);
  g_main_loop_run (loop);
  stop (&self, watch);
  if (self.error == NULL || g_cancellable_is_cancelled (cancellable))
    {
      g_clear_error (&self.error);
      return KAD_EXIT_OK;
    }
  return kad_tool_fail_start (tool, self.error);
}
