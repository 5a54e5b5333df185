/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-session.h"

#include <glib/gi18n.h>

#include "kad-error.h"
#include "kad-node-options.h"
#include "kad-node-stop.h"
#include "kad-node.h"
#include "kad-run-output.h"
#include "kad-signals.h"

/* One command on a node of its own: start, join, run, print, stop. All of it happens in the
 * default main context, in this order:
 *
 *   start --> wait to join --> run --> (stay) --> stop
 *
 * Each step may be the last one: an error, a signal or the deadline of --timeout goes straight to
 * the end, which always stops the node. One deadline covers joining and the command. */

/* Joining has ended when the lookups that fill the table have, which one peer that is silent can
 * delay by its whole deadline. Somebody to ask is enough for a command: after this time, it
 * does not wait for the others. */
#define JOIN_GRACE_MS 1000
/* Without --timeout. A peer that accepts and never speaks must not hold us for ever. */
#define JOIN_TIMEOUT_US (30 * G_USEC_PER_SEC)

typedef struct
{
  KadRunOutput output;
  KadTool *tool;
  const KadRunPlan *plan;
  KadNode *node;
  GMainLoop *loop;
  GCancellable *cancellable;
  GError *error; /* (owned) (nullable) what ended it */
  gint64 started_us;
  guint watch;
  guint join_source; /* while it waits to join */
  guint grace_source;
  gboolean has_started;
  gboolean is_running;
} Session;

/* ---- the end ---- */

/* The first error counts. */
static void
end_with (Session *self, GError *error)
{
  if (self->error == NULL)
    self->error = error;
  else
    g_clear_error (&error);
  g_main_loop_quit (self->loop);
}

/* ---- the command ---- */

static void
on_result (KadNode *node, GVariant *result, gpointer user_data)
{
  Session *self = user_data;

  if (!kad_run_output_result (&self->output, result))
    g_cancellable_cancel (self->cancellable);
}

static void
on_finished (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Session *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) summary = kad_node_run_finish (self->node, result, &error);

  self->is_running = FALSE;
  if (summary == NULL)
    {
      end_with (self, g_steal_pointer (&error));
      return;
    }
  g_clear_pointer (&self->output.progress, kad_progress_free);
  kad_run_output_done (&self->output, summary);
  if (self->plan->stays)
    kad_output_note (self->tool->output, _ ("Providing until interrupted"));
  else
    g_main_loop_quit (self->loop);
}

static gint64
remaining_us (Session *self)
{
  return self->started_us + self->output.timeout_us - g_get_monotonic_time ();
}

/* The options, with what is left of --timeout. */
static GVariant *
dup_options (Session *self)
{
  g_autoptr (GVariantDict) dict = g_variant_dict_new (self->plan->options);

  if (self->output.timeout_us > 0 && !g_variant_dict_contains (dict, "timeout-ms")
      && !g_variant_dict_contains (dict, "timeout_ms"))
    g_variant_dict_insert (dict, "timeout-ms", "u", (guint32) MAX (remaining_us (self) / 1000, 1));
  return g_variant_dict_end (dict);
}

static void
run_command (Session *self)
{
  self->is_running = TRUE;
  kad_node_run_async (self->node, self->plan->command, dup_options (self), on_result, self, NULL,
                      self->cancellable, on_finished, self);
}

/* ---- joining ---- */

static void
stop_waiting (Session *self)
{
  g_clear_handle_id (&self->join_source, g_source_remove);
  g_clear_handle_id (&self->grace_source, g_source_remove);
}

static char *
dup_join_text (Session *self)
{
  return g_strjoinv (", ", (char **) kad_arguments_get_texts (self->tool->arguments, "join"));
}

static gboolean
on_join_timeout (gpointer user_data)
{
  Session *self = user_data;
  g_autofree char *addresses = dup_join_text (self);
  KadError code = self->output.timeout_us > 0 ? KAD_ERROR_TIMEOUT : KAD_ERROR_NOT_BOOTSTRAPPED;

  self->join_source = 0;
  end_with (self, g_error_new (KAD_ERROR, code, _ ("No answer in time while joining through %s"),
                               addresses));
  return G_SOURCE_REMOVE;
}

static void
fail_join (Session *self, const KadEvent *event)
{
  g_autofree char *addresses = dup_join_text (self);
  const char *reason = event->error != NULL ? event->error->message : _ ("no peer answered");
  KadError code = g_error_matches (event->error, KAD_ERROR, KAD_ERROR_OFFLINE)
                      ? KAD_ERROR_OFFLINE
                      : KAD_ERROR_NOT_BOOTSTRAPPED;

  end_with (self,
            g_error_new (KAD_ERROR, code, _ ("Cannot join through %s: %s"), addresses, reason));
}

static gboolean
on_grace_over (gpointer user_data)
{
  Session *self = user_data;

  self->grace_source = 0;
  stop_waiting (self);
  kad_output_detail (self->tool->output, _ ("Not all peers have answered yet; going on"));
  run_command (self);
  return G_SOURCE_REMOVE;
}

static void
on_event (KadNode *node, KadEvent *event, gpointer user_data)
{
  Session *self = user_data;

  if (self->output.progress != NULL)
    kad_progress_see_event (self->output.progress, event);
  if (self->join_source == 0)
    return;
  if (event->type == KAD_EVENT_JOINED)
    {
      stop_waiting (self);
      kad_output_detail (self->tool->output, _ ("Joined; the routing table has %u peers"),
                         event->number);
      run_command (self);
    }
  else if (event->type == KAD_EVENT_JOIN_FAILED)
    {
      stop_waiting (self);
      fail_join (self, event);
    }
  else if (event->type == KAD_EVENT_TABLE_ADDED && self->grace_source == 0)
    self->grace_source = g_timeout_add (JOIN_GRACE_MS, on_grace_over, self);
}

static gboolean
has_join (Session *self)
{
  return kad_arguments_has (self->tool->arguments, "join");
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Session *self = user_data;
  g_autoptr (GError) error = NULL;

  self->has_started = kad_node_start_finish (self->node, result, &error);
  if (!self->has_started)
    end_with (self, g_steal_pointer (&error));
  else if (self->error == NULL && !has_join (self))
    run_command (self);
}

/* ---- signals ---- */

static gboolean
on_signal (gpointer user_data)
{
  Session *self = user_data;

  stop_waiting (self);
  g_cancellable_cancel (self->cancellable);
  if (!self->is_running)
    end_with (self, g_error_new_literal (KAD_ERROR, KAD_ERROR_CANCELLED, _ ("Interrupted")));
  return G_SOURCE_CONTINUE;
}

/* ---- all of it ---- */

static gboolean
prepare (Session *self, GError **error)
{
  const KadArguments *arguments = self->tool->arguments;
  g_autoptr (KadNodeConfig) config = NULL;

  if (!kad_run_output_init (&self->output, self->tool, self->plan, error))
    return FALSE;
  config = kad_node_options_new_config (arguments, self->plan->mode, self->plan->listen, error);
  if (config == NULL)
    return FALSE;
  self->node = kad_node_new (config, error);
  return self->node != NULL;
}

static void
run_loop (Session *self)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();

  self->output.progress = kad_progress_new (self->tool->output, self->plan->command);
  self->watch = kad_node_watch (self->node, on_event, self, NULL);
  kad_signals_watch (on_signal, self);
  if (has_join (self))
    self->join_source = g_timeout_add (
        (guint) ((self->output.timeout_us > 0 ? self->output.timeout_us : JOIN_TIMEOUT_US) / 1000),
        on_join_timeout, self);
  kad_node_start_async (self->node, self->cancellable, on_started, self);
  g_main_loop_run (self->loop);

  stop_waiting (self);
  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->output.progress, kad_progress_free);
  g_ptr_array_add (nodes, self->node);
  kad_node_stop_all (nodes);
  kad_node_unwatch (self->node, self->watch);
}

KadExit
kad_session_run (KadTool *tool, const KadRunPlan *plan)
{
  Session self = { .tool = tool, .plan = plan, .started_us = g_get_monotonic_time () };
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GError *error = NULL;
  KadExit code;

  self.loop = loop;
  self.cancellable = cancellable;
  if (!prepare (&self, &error))
    return kad_tool_fail (tool, error);
  run_loop (&self);
  code = kad_run_output_end (&self.output, g_steal_pointer (&self.error), self.has_started);
  g_clear_object (&self.node);
  kad_run_output_clear (&self.output);
  return code;
}
