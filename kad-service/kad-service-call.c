/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-service-call.h"

#include "kad-pending-call.h"
#include "kad-service-names.h"

struct _KadServiceCall
{
  KadService *service;               /* (owned) */
  GDBusMethodInvocation *invocation; /* of `pending` */
  KadPendingCall *pending;           /* answered once */
  guint gone;
  GCancellable *cancellable;

  /* of a command */
  char *command;
  GVariant *options;
  GPtrArray *results; /* (element-type GVariant) */
  KadServiceCallFunc func;
  gpointer user_data;

  /* how far that is */
  const char *signal; /* (nullable) */
  KadNode *node;      /* (owned) (nullable) that is watched for it */
  guint watch;
  guint64 run;
};

static void
on_gone (KadCaller *caller, gpointer user_data)
{
  KadServiceCall *self = user_data;

  self->gone = 0;
  g_cancellable_cancel (self->cancellable);
}

KadServiceCall *
kad_service_call_begin (KadService *service, GDBusMethodInvocation *invocation)
{
  KadPendingCall *pending = kad_pending_call_new (service, invocation);
  KadServiceCall *self;

  if (pending == NULL)
    return NULL;
  self = g_new0 (KadServiceCall, 1);
  self->service = g_object_ref (service);
  self->invocation = invocation;
  self->pending = pending;
  self->cancellable = g_cancellable_new ();
  self->gone = kad_caller_add_gone (kad_pending_call_get_caller (pending), on_gone, self);
  kad_service_use (service);
  return self;
}

static void
unwatch (KadServiceCall *self)
{
  if (self->watch != 0)
    kad_node_unwatch (self->node, self->watch);
  self->watch = 0;
  g_clear_object (&self->node);
}

/* Ahead of the answer, which lets go of the caller. */
static void
call_end (KadServiceCall *self)
{
  unwatch (self);
  if (self->gone != 0)
    kad_caller_remove_gone (kad_pending_call_get_caller (self->pending), self->gone);
  kad_service_unuse (self->service);
  g_object_unref (self->service);
  g_object_unref (self->cancellable);
  g_free (self->command);
  g_clear_pointer (&self->options, g_variant_unref);
  g_clear_pointer (&self->results, g_ptr_array_unref);
  g_free (self);
}

GCancellable *
kad_service_call_get_cancellable (KadServiceCall *self)
{
  return self->cancellable;
}

GDBusMethodInvocation *
kad_service_call_get_invocation (KadServiceCall *self)
{
  return self->invocation;
}

KadService *
kad_service_call_get_service (KadServiceCall *self)
{
  return self->service;
}

void
kad_service_call_fail (KadServiceCall *self, GError *error)
{
  KadPendingCall *pending = self->pending;
  g_autoptr (GError) owned = error;

  call_end (self);
  kad_pending_call_fail (pending, owned);
}

void
kad_service_call_return (KadServiceCall *self, GVariant *answer)
{
  KadPendingCall *pending = self->pending;

  call_end (self);
  kad_pending_call_return (pending, answer);
}

/* ---- commands ---- */

static void
on_result (KadNode *node, GVariant *result, gpointer user_data)
{
  KadServiceCall *self = user_data;

  if (self->results->len < KAD_MAX_CALL_RESULTS)
    g_ptr_array_add (self->results, g_variant_ref (result));
}

static void
on_event (KadNode *node, KadEvent *event, gpointer user_data)
{
  KadServiceCall *self = user_data;
  guint done;
  guint total;

  if (kad_event_get_event_type (event) != KAD_EVENT_RUN_PROGRESS || self->run == 0
      || kad_event_get_run (event) != self->run)
    return;
  kad_event_get_progress (event, &done, &total);
  kad_caller_signal (kad_pending_call_get_caller (self->pending), KAD_ROOT_PATH,
                     KAD_BUS_NAME ".Node", self->signal, g_variant_new ("(uu)", done, total));
}

static void
on_run (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KadServiceCall *self = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) summary = kad_node_run_finish (KAD_NODE (source), result, &error);

  g_autoptr (GPtrArray) results = g_steal_pointer (&self->results);

  unwatch (self);
  self->func (self, results, summary, error, self->user_data);
}

static void
on_node (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KadServiceCall *self = user_data;
  GError *error = NULL;
  g_autoptr (KadNode) node = kad_service_need_node_finish (KAD_SERVICE (source), result, &error);

  if (node == NULL)
    {
      self->func (self, NULL, NULL, error, self->user_data);
      return;
    }
  if (self->signal != NULL)
    {
      unwatch (self);
      self->node = g_object_ref (node);
      self->watch = kad_node_watch (node, on_event, self, NULL);
    }
  self->run = kad_node_run_full (node, self->command, self->options, on_result, self, NULL,
                                 self->cancellable, on_run, self);
}

void
kad_service_call_tell_progress (KadServiceCall *self, const char *signal)
{
  self->signal = signal;
}

void
kad_service_call_run (KadServiceCall *self, GVariant *call_options, const char *command,
                      GVariant *command_options, KadServiceCallFunc func, gpointer user_data)
{
  g_free (self->command);
  g_clear_pointer (&self->options, g_variant_unref);
  g_clear_pointer (&self->results, g_ptr_array_unref);
  self->command = g_strdup (command);
  self->options = g_variant_ref_sink (command_options);
  self->results = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  self->func = func;
  self->user_data = user_data;
  kad_service_need_node_async (self->service, call_options, on_node, self);
}
