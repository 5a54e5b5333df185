/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-command-run.h"

#include "kad-call-options.h"
#include "kad-error.h"

/* What one message of results has at most; a single larger one goes alone. */
#define MAX_PAGE_BYTES (4 * 1024 * 1024)

struct _KadCommandRun
{
  grefcount refs;
  KadService *service; /* not owned; NULL once it was released */
  KadCaller *caller;   /* (owned) */
  char *command;
  GVariant *options;
  KadCommandRunFunc on_ready;    /* (nullable) */
  KadCommandRunFunc on_begun;    /* (nullable) */
  KadCommandRunFunc on_progress; /* (nullable) */
  KadCommandRunFunc on_result;
  KadCommandRunFunc on_done;
  gpointer user_data;
  const KadCommandRunSource *source; /* (nullable) in place of the command */
  gpointer source_data;
  gboolean is_begun; /* by the source */
  KadNets nets;
  guint64 number;
  guint64 lan_number;
  gboolean asks_network;
  GCancellable *cancellable;
  gboolean is_waiting; /* for the node */
  gboolean has_waited; /* for the network: once */
  GPtrArray *results;  /* (element-type GVariant) serialized */
  gsize bytes;
  guint done, total; /* steps */
  GVariant *summary; /* (nullable) */
  GError *error;     /* (nullable) */
  char *outcome;     /* (nullable) */
  gboolean is_running;
  gboolean is_done;
};

KadCommandRun *
kad_command_run_new (KadService *service, KadCaller *caller, const char *command, GVariant *options,
                     KadCommandRunFunc on_result, KadCommandRunFunc on_done, gpointer user_data)
{
  KadCommandRun *self = g_new0 (KadCommandRun, 1);

  g_ref_count_init (&self->refs);
  self->service = service;
  self->caller = kad_caller_ref (caller);
  self->command = g_strdup (command);
  self->options = g_variant_ref_sink (options);
  self->nets = KAD_NETS_WAN;
  self->on_result = on_result;
  self->on_done = on_done;
  self->user_data = user_data;
  self->cancellable = g_cancellable_new ();
  self->results = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  return self;
}

static KadCommandRun *
run_ref (KadCommandRun *self)
{
  g_ref_count_inc (&self->refs);
  return self;
}

static void
run_unref (KadCommandRun *self)
{
  if (!g_ref_count_dec (&self->refs))
    return;
  if (self->source != NULL && self->source->free != NULL)
    self->source->free (self->source_data);
  kad_caller_give_back_bytes (self->caller, self->bytes);
  kad_caller_unref (self->caller);
  g_free (self->command);
  g_variant_unref (self->options);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->results);
  g_clear_pointer (&self->summary, g_variant_unref);
  g_clear_error (&self->error);
  g_free (self->outcome);
  g_free (self);
}

static void
leave_service (KadCommandRun *self)
{
  if (self->service != NULL && self->is_running)
    kad_service_unuse (self->service);
  self->is_running = FALSE;
}

void
kad_command_run_release (KadCommandRun *self)
{
  leave_service (self);
  self->service = NULL;
  self->on_ready = NULL;
  self->on_begun = NULL;
  self->on_progress = NULL;
  self->on_result = NULL;
  self->on_done = NULL;
  kad_command_run_cancel (self);
  run_unref (self);
}

/* What runs shall end. */
static void
stop (KadCommandRun *self)
{
  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  g_cancellable_cancel (self->cancellable);
  if (self->is_begun && !self->is_done && self->source->cancel != NULL)
    self->source->cancel (self, self->source_data);
}

/* ---- results ---- */

static gboolean
check_bounds (KadCommandRun *self, gsize bytes, GError **error)
{
  if (self->results->len >= KAD_MAX_RUN_RESULTS)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "A query holds at most %d results; what came is kept, the rest is not asked for",
                   KAD_MAX_RUN_RESULTS);
      return FALSE;
    }
  if (self->bytes + bytes > KAD_MAX_RUN_BYTES)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "A query holds at most %d bytes of results; what came is kept, the rest is not "
                   "asked for",
                   KAD_MAX_RUN_BYTES);
      return FALSE;
    }
  return kad_caller_take_bytes (self->caller, bytes, error);
}

void
kad_command_run_take_result (KadCommandRun *self, GVariant *result)
{
  g_autoptr (GVariant) taken = g_variant_take_ref (result);
  gsize bytes;

  if (self->service == NULL || self->error != NULL)
    return;
  /* Serializes it, which lets go of its parts. */
  g_variant_get_data (taken);
  bytes = g_variant_get_size (taken);
  if (!check_bounds (self, bytes, &self->error))
    {
      stop (self);
      return;
    }
  self->bytes += bytes;
  g_ptr_array_add (self->results, g_steal_pointer (&taken));
  if (self->on_result != NULL)
    self->on_result (self, self->user_data);
}

static void
on_result (KadNode *node, GVariant *result, gpointer user_data)
{
  kad_command_run_take_result (user_data, kad_call_result (result));
}

GVariant *
kad_command_run_dup_results (KadCommandRun *self, guint from, guint max, guint *n)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  gsize bytes = 0;
  guint i;

  for (i = from; i < self->results->len && i - from < max; i++)
    {
      GVariant *result = self->results->pdata[i];

      bytes += g_variant_get_size (result);
      if (bytes > MAX_PAGE_BYTES && i > from && max < KAD_MAX_RUN_RESULTS)
        break;
      g_variant_builder_add_value (&builder, result);
    }
  if (n != NULL)
    *n = i > from ? i - from : 0;
  return g_variant_builder_end (&builder);
}

/* ---- the run ---- */

static void
end (KadCommandRun *self)
{
  if (self->service == NULL)
    return;
  self->is_done = TRUE;
  leave_service (self);
  if (self->on_done != NULL)
    self->on_done (self, self->user_data);
}

static void
set_cancelled (KadCommandRun *self)
{
  g_set_error_literal (&self->error, KAD_ERROR, KAD_ERROR_CANCELLED, "The caller cancelled");
}

static void wait_for_network (KadCommandRun *self);

/* A node that has just been started knows nobody yet: the command is tried again when it has
 * joined. If that comes to nothing, the command says why. */
static gboolean
should_wait (KadCommandRun *self, const GError *error)
{
  return g_error_matches (error, KAD_ERROR, KAD_ERROR_NOT_BOOTSTRAPPED) && self->service != NULL
         && !self->has_waited && self->results->len == 0
         && !g_cancellable_is_cancelled (self->cancellable);
}

/* Takes over the reference of what ran. */
void
kad_command_run_end (KadCommandRun *self, GVariant *summary, GError *error)
{
  g_autoptr (GError) taken = error;

  /* Ours is why it was cancelled. */
  if (self->error == NULL && g_error_matches (taken, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    set_cancelled (self);
  else if (self->error == NULL && taken != NULL)
    self->error = g_steal_pointer (&taken);
  if (self->error == NULL)
    {
      self->summary = kad_call_result (summary);
      g_variant_lookup (self->summary, "outcome", "s", &self->outcome);
    }
  end (self);
  run_unref (self);
}

static void
on_run (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KadCommandRun *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) summary = kad_node_run_finish (KAD_NODE (source), result, &error);

  if (should_wait (self, error))
    {
      wait_for_network (self);
      return;
    }
  kad_command_run_end (self, summary, g_steal_pointer (&error));
}

static void
tell_ready (KadCommandRun *self)
{
  if (self->on_ready != NULL)
    self->on_ready (self, self->user_data);
}

/* Takes over the reference. */
static void
begin_source (KadCommandRun *self, KadNode *node)
{
  self->is_begun = TRUE;
  tell_ready (self);
  self->source->begin (self, node, self->source_data);
}

static void
begin (KadCommandRun *self, KadNode *node)
{
  tell_ready (self);
  self->number = kad_node_run_full (node, self->command, self->options, on_result, self, NULL,
                                    self->cancellable, on_run, self);
  if (self->on_begun != NULL)
    self->on_begun (self, self->user_data);
}

/* ---- in two networks ---- */

static void
on_dual_begun (gboolean is_lan, guint64 number, gpointer user_data)
{
  KadCommandRun *self = user_data;

  if (is_lan)
    self->lan_number = number;
  else
    self->number = number;
  if (self->on_begun != NULL)
    self->on_begun (self, self->user_data);
}

static void
on_dual_result (GVariant *result, gpointer user_data)
{
  kad_command_run_take_result (user_data, g_variant_ref (result));
}

static void
on_dual_done (GVariant *summary, GError *error, gpointer user_data)
{
  kad_command_run_end (user_data, summary, error);
}

/* It goes by the cancellable. */
static void
begin_dual (KadCommandRun *self, KadNode *node, gpointer user_data)
{
  static const KadDualRunFuncs funcs = { on_dual_begun, on_dual_result, on_dual_done };

  kad_dual_run_start (self->service, self->command, self->options, self->nets, self->asks_network,
                      &funcs, self, self->cancellable);
}

static const KadCommandRunSource dual_source = { begin_dual, NULL, NULL };

/* FALSE with an error: it shall run where nothing is. */
static gboolean
find_nets (KadCommandRun *self)
{
  g_autofree char *network = kad_service_dup_network (self->service);

  if (kad_service_get_companion_node (self->service) != NULL)
    return TRUE;
  if (self->nets == KAD_NETS_LAN && !g_str_equal (network, "lan"))
    {
      g_set_error (&self->error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED,
                   "There is no local network beside the network “%s”", network);
      return FALSE;
    }
  self->nets = KAD_NETS_WAN;
  return TRUE;
}

/* Which networks there are is known when the node is there. Takes over the reference. */
static void
begin_where (KadCommandRun *self, KadNode *node)
{
  gboolean has_lan = kad_service_get_companion_node (self->service) != NULL;

  if (!find_nets (self))
    {
      end (self);
      run_unref (self);
    }
  else if (has_lan)
    {
      kad_command_run_set_source (self, &dual_source, NULL);
      begin_source (self, node);
    }
  else if (self->asks_network && !self->has_waited)
    wait_for_network (self);
  else
    begin (self, node);
}

static void
on_node (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KadCommandRun *self = user_data;
  GError *error = NULL;
  g_autoptr (KadNode) node = kad_service_need_node_finish (KAD_SERVICE (source), result, &error);

  self->is_waiting = FALSE;
  if (self->service == NULL || self->is_done)
    {
      g_clear_error (&error);
      run_unref (self);
    }
  else if (node == NULL)
    {
      self->error = error;
      end (self);
      run_unref (self);
    }
  else if (self->source != NULL)
    begin_source (self, node);
  else if (self->nets != KAD_NETS_WAN)
    begin_where (self, node);
  else
    begin (self, node);
}

/* Takes over the reference of the run. */
static void
wait_for_network (KadCommandRun *self)
{
  self->is_waiting = self->has_waited = TRUE;
  kad_service_need_network_async (self->service, NULL, on_node, self);
}

static gboolean
on_cancelled_early (gpointer user_data)
{
  KadCommandRun *self = user_data;

  if (!self->is_done)
    {
      set_cancelled (self);
      end (self);
    }
  run_unref (self);
  return G_SOURCE_REMOVE;
}

void
kad_command_run_start (KadCommandRun *self, gboolean no_start, gboolean asks_network)
{
  g_autoptr (GVariant) call = NULL;

  g_return_if_fail (self->service != NULL && !self->is_running && !self->is_done);

  self->is_running = TRUE;
  kad_service_use (self->service);
  if (g_cancellable_is_cancelled (self->cancellable))
    {
      g_idle_add (on_cancelled_early, run_ref (self));
      return;
    }
  self->is_waiting = TRUE;
  call = g_variant_ref_sink (g_variant_new_parsed ("{'no-start': <%b>}", no_start));
  self->asks_network = asks_network;
  self->has_waited = asks_network && self->nets == KAD_NETS_WAN;
  if (self->source != NULL)
    kad_service_need_any_network_async (self->service, call, on_node, run_ref (self));
  else if (self->has_waited)
    kad_service_need_network_async (self->service, call, on_node, run_ref (self));
  else
    kad_service_need_node_async (self->service, call, on_node, run_ref (self));
}

void
kad_command_run_cancel (KadCommandRun *self)
{
  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  stop (self);
  /* The node comes later, to nobody. */
  if (self->is_waiting)
    g_idle_add (on_cancelled_early, run_ref (self));
}

void
kad_command_run_set_begin_funcs (KadCommandRun *self, KadCommandRunFunc on_ready,
                                 KadCommandRunFunc on_begun)
{
  self->on_ready = on_ready;
  self->on_begun = on_begun;
}

void
kad_command_run_set_progress_func (KadCommandRun *self, KadCommandRunFunc on_progress)
{
  self->on_progress = on_progress;
}

void
kad_command_run_set_progress (KadCommandRun *self, guint done, guint total)
{
  if (self->done == done && self->total == total)
    return;
  self->done = done;
  self->total = total;
  if (self->on_progress != NULL)
    self->on_progress (self, self->user_data);
}

void
kad_command_run_get_progress (KadCommandRun *self, guint *done, guint *total)
{
  *done = self->done;
  *total = self->total;
}

void
kad_command_run_set_source (KadCommandRun *self, const KadCommandRunSource *source,
                            gpointer user_data)
{
  g_return_if_fail (self->source == NULL);

  self->source = source;
  self->source_data = user_data;
}

void
kad_command_run_set_nets (KadCommandRun *self, KadNets nets)
{
  self->nets = nets;
}

guint64
kad_command_run_get_lan_number (KadCommandRun *self)
{
  return self->lan_number;
}

guint64
kad_command_run_get_number (KadCommandRun *self)
{
  return self->number;
}

gboolean
kad_command_run_is_done (KadCommandRun *self)
{
  return self->is_done;
}

guint
kad_command_run_get_n_results (KadCommandRun *self)
{
  return self->results->len;
}

GVariant *
kad_command_run_get_summary (KadCommandRun *self)
{
  return self->summary;
}

const GError *
kad_command_run_get_error (KadCommandRun *self)
{
  return self->error;
}

const char *
kad_command_run_get_reason (KadCommandRun *self)
{
  if (self->outcome != NULL)
    return self->outcome;
  if (self->error == NULL)
    return "completed";
  if (g_error_matches (self->error, KAD_ERROR, KAD_ERROR_CANCELLED))
    return "cancelled";
  return g_error_matches (self->error, KAD_ERROR, KAD_ERROR_TIMEOUT) ? "timed-out" : "failed";
}
