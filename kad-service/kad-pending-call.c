/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-pending-call.h"

struct _KadPendingCall
{
  GDBusMethodInvocation *invocation; /* (owned) */
  KadCaller *caller;                 /* (owned) */
};

KadPendingCall *
kad_pending_call_new (KadService *service, GDBusMethodInvocation *invocation)
{
  KadCaller *caller = kad_callers_get (kad_service_get_callers (service), invocation);
  KadPendingCall *self;
  GError *error = NULL;

  if (!kad_caller_take (caller, KAD_QUOTA_CALLS, &error))
    {
      g_dbus_method_invocation_take_error (invocation, error);
      return NULL;
    }
  self = g_new0 (KadPendingCall, 1);
  self->invocation = invocation;
  self->caller = kad_caller_ref (caller);
  return self;
}

KadCaller *
kad_pending_call_get_caller (KadPendingCall *self)
{
  return self->caller;
}

static void
pending_call_free (KadPendingCall *self)
{
  kad_caller_give_back (self->caller, KAD_QUOTA_CALLS);
  kad_caller_unref (self->caller);
  g_free (self);
}

void
kad_pending_call_return (KadPendingCall *self, GVariant *answer)
{
  g_autoptr (GVariant) sunk
      = g_variant_ref_sink (answer != NULL ? answer : g_variant_new ("()"));

  if (kad_caller_is_here (self->caller))
    g_dbus_method_invocation_return_value (self->invocation, sunk);
  else
    g_object_unref (self->invocation);
  pending_call_free (self);
}

void
kad_pending_call_fail (KadPendingCall *self, const GError *error)
{
  if (kad_caller_is_here (self->caller))
    g_dbus_method_invocation_return_gerror (self->invocation, error);
  else
    g_object_unref (self->invocation);
  pending_call_free (self);
}
