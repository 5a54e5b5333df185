/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-service-call.h"

#include "kad-error.h"

struct _KadServiceCall
{
  KadService *service;               /* outlives us */
  GDBusMethodInvocation *invocation; /* answered once */
  KadCaller *caller;
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
  KadCaller *caller = kad_callers_get (kad_service_get_callers (service), invocation);
  KadServiceCall *self;
  GError *error = NULL;

  if (!kad_caller_take (caller, KAD_QUOTA_CALLS, &error))
    {
      g_dbus_method_invocation_take_error (invocation, error);
      return NULL;
    }
  self = g_new0 (KadServiceCall, 1);
  self->service = g_object_ref (service);
  self->invocation = invocation;
  self->caller = kad_caller_ref (caller);
  self->cancellable = g_cancellable_new ();
  self->gone = kad_caller_add_gone (caller, on_gone, self);
  kad_service_use (service);
  return self;
}

static void
call_end (KadServiceCall *self)
{
  if (self->gone != 0)
    kad_caller_remove_gone (self->caller, self->gone);
  kad_caller_give_back (self->caller, KAD_QUOTA_CALLS);
  kad_caller_unref (self->caller);
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
  g_dbus_method_invocation_take_error (self->invocation, error);
  call_end (self);
}

void
kad_service_call_return (KadServiceCall *self, GVariant *answer)
{
  g_dbus_method_invocation_return_value (self->invocation, answer);
  call_end (self);
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
