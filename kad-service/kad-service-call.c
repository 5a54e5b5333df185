/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-service-call.h"

#include "kad-pending-call.h"

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

/* Ahead of the answer, which lets go of the caller. */
static void
call_end (KadServiceCall *self)
{
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
on_run (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KadServiceCall *self = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) summary = kad_node_run_finish (KAD_NODE (source), result, &error);

  g_autoptr (GPtrArray) results = g_steal_pointer (&self->results);

  self->func (self, results, summary, error, self->user_data);
}

static void
on_node (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KadServiceCall *self = user_data;
  GError *error = NULL;
  g_autoptr (KadNode) node = kad_service_need_node_finish (KAD_SERVICE (source), result, &error);

  if (node == NULL)
    self->func (self, NULL, NULL, error, self->user_data);
  else
    kad_node_run_async (node, self->command, self->options, on_result, self, NULL,
                        self->cancellable, on_run, self);
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
