/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <unistd.h>

#include "kad-control.h"
#include "kad-error.h"
#include "kad-node-events.h"
#include "kad-signals.h"
#include "kad-testnet.h"
#include "kad-tool.h"

#define MAX_PORT 65535

typedef struct
{
  KadTool *tool;
  GMainLoop *loop;
  KadTestnet *net;
  KadControl *control; /* (nullable) */
  GError *error;       /* (owned) (nullable) why it ended */
  guint n_nodes;
} Command;

/* ---- what the net tells ---- */

static void
on_listening (KadNode *node, guint number, gpointer user_data)
{
  Command *self = user_data;

  if (kad_output_is_json (self->tool->output) || kad_output_is_verbose (self->tool->output))
    kad_node_events_print_listening (self->tool->output, node, &number);
}

static void
print_ready (Command *self)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  KadNode *first = kad_testnet_get_node (self->net, 0, NULL);
  g_auto (GStrv) addresses = first != NULL ? kad_node_dup_addresses (first) : NULL;
  g_autofree char *line = NULL;

  if (kad_output_is_json (self->tool->output))
    {
      g_variant_builder_add (&builder, "{sv}", "event", g_variant_new_string ("ready"));
      g_variant_builder_add (&builder, "{sv}", "nodes", g_variant_new_uint32 (self->n_nodes));
      kad_output_json (self->tool->output, NULL, g_variant_builder_end (&builder));
      return;
    }
  line = g_strdup_printf (_ ("%u nodes are ready; to join:\n  kad node --join %s"), self->n_nodes,
                          addresses != NULL && addresses[0] != NULL ? addresses[0] : "ADDR");
  kad_output_line (self->tool->output, line);
}

static void
on_ready (gpointer user_data)
{
  print_ready (user_data);
}

static void
on_failed (const GError *error, gpointer user_data)
{
  Command *self = user_data;

  self->error = g_error_copy (error);
  g_main_loop_quit (self->loop);
}

static const KadTestnetHost net_host = { on_listening, on_ready, on_failed };

/* ---- requests ---- */

static KadNode *
find_node (GVariant *request, gpointer user_data, GError **error)
{
  Command *self = user_data;
  gint64 number;

  if (!g_variant_lookup (request, "node", "x", &number) || number < 0)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   "A command of a testnet needs “node”, a number from 0 to %u", self->n_nodes - 1);
      return NULL;
    }
  return kad_testnet_get_node (self->net, (guint64) number, error);
}

/* All of them, each alive and named once; NULL with the error. */
static GArray *
read_numbers (Command *self, GVariant *list, GError **error)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint));

  for (gsize i = 0; i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (list, i);
      g_autoptr (GVariant) value = g_variant_get_variant (boxed);
      gint64 wide
          = g_variant_is_of_type (value, G_VARIANT_TYPE_INT64) ? g_variant_get_int64 (value) : -1;
      guint number = (guint) CLAMP (wide, 0, G_MAXUINT);

      if (wide < 0)
        {
          g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                               "“kill” must be a list of node numbers");
          return NULL;
        }
      if (kad_testnet_get_node (self->net, number, error) == NULL)
        return NULL;
      for (guint k = 0; k < numbers->len; k++)
        if (g_array_index (numbers, guint, k) == number)
          {
            g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, "“kill” names node %u twice",
                         number);
            return NULL;
          }
      g_array_append_val (numbers, number);
    }
  return g_steal_pointer (&numbers);
}

typedef struct
{
  Command *command;
  char *id;
  GArray *numbers;
} Kill;

static void
kill_free (Kill *self)
{
  g_free (self->id);
  g_array_unref (self->numbers);
  g_free (self);
}

static void
on_killed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Kill *self = user_data;
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) numbers = NULL;

  numbers = g_variant_ref_sink (g_variant_new_fixed_array (
      G_VARIANT_TYPE_UINT32, self->numbers->data, self->numbers->len, sizeof (guint)));
  g_variant_builder_add (&builder, "{sv}", "killed", numbers);
  if (self->command->control != NULL)
    kad_control_done (self->command->control, self->id, g_variant_builder_end (&builder));
  kill_free (self);
}

static gboolean
handle (KadControl *control, const char *id, GVariant *request, gpointer user_data, GError **error)
{
  Command *self = user_data;
  g_autoptr (GVariant) list = g_variant_lookup_value (request, "kill", G_VARIANT_TYPE ("av"));
  g_autoptr (GArray) numbers = NULL;
  g_autoptr (GTask) task = NULL;
  Kill *request_kill;

  if (list == NULL)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                           "A request has “command” and “node”, “cancel”, or “kill”, a list of "
                           "node numbers");
      return FALSE;
    }
  numbers = read_numbers (self, list, error);
  if (numbers == NULL)
    return FALSE;
  request_kill = g_new0 (Kill, 1);
  request_kill->command = self;
  request_kill->id = g_strdup (id);
  request_kill->numbers = g_array_ref (numbers);
  task = g_task_new (NULL, NULL, on_killed, request_kill);
  kad_testnet_kill (self->net, (const guint *) numbers->data, numbers->len, task);
  return TRUE;
}

static void
on_control_end (gpointer user_data)
{
  Command *self = user_data;

  g_main_loop_quit (self->loop);
}

static const char *const members[] = { "node", "kill", NULL };
static const KadControlHost control_host = { find_node, handle, on_control_end, members };

/* ---- start and stop ---- */

static gboolean
on_signal (gpointer user_data)
{
  Command *self = user_data;

  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
read_plan (KadTool *tool, KadTestnetPlan *plan, GError **error)
{
  const char *count = kad_arguments_get_word (tool->arguments, 0);
  guint64 n_nodes;
  guint64 port = 0;

  if (!g_ascii_string_to_unsigned (count, 10, 1, KAD_MAX_TESTNET_NODES, &n_nodes, NULL))
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   _ ("N must be a number of nodes from 1 to %d"), KAD_MAX_TESTNET_NODES);
      return FALSE;
    }
  plan->n_nodes = (guint) n_nodes;
  plan->protocol = kad_arguments_get_text (tool->arguments, "protocol");
  plan->has_seed = kad_arguments_has (tool->arguments, "seed");
  if (!kad_arguments_get_number (tool->arguments, "seed", 0, G_MAXUINT64, &plan->seed, error)
      || !kad_arguments_get_number (tool->arguments, "listen-base", 1, MAX_PORT + 1 - n_nodes,
                                    &port, error))
    return FALSE;
  plan->port = (guint) port;
  return TRUE;
}

static void
run (Command *self)
{
  kad_signals_watch (on_signal, self);
  kad_testnet_start (self->net);
  if (kad_arguments_has (self->tool->arguments, "commands"))
    self->control = kad_control_new (STDIN_FILENO, self->tool->output, &control_host, self);
  g_main_loop_run (self->loop);

  if (self->control != NULL)
    kad_control_close (self->control);
  kad_testnet_stop (self->net);
  while (self->control != NULL && kad_control_get_n_running (self->control) > 0
         && g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_pointer (&self->control, kad_control_free);
}

KadExit
kad_cmd_testnet (KadTool *tool)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Command self = { .tool = tool, .loop = loop };
  KadTestnetPlan plan = { 0 };
  GError *error = NULL;

  if (read_plan (tool, &plan, &error))
    self.net = kad_testnet_new (&plan, &net_host, &self, &error);
  if (self.net == NULL)
    return kad_tool_fail (tool, error);
  self.n_nodes = plan.n_nodes;
  run (&self);
  kad_testnet_free (self.net);
  return self.error != NULL ? kad_tool_fail_start (tool, self.error) : KAD_EXIT_OK;
}
