/* SPDX-License-Identifier: GPL-3.0-or-later */
/* org.libkad.Kad1.Node: see data/org.libkad.Kad1.Node.xml. */
#include "kad-call-options.h"
#include "kad-dbus.h"
#include "kad-error.h"
#include "kad-interfaces.h"
#include "kad-node-methods.h"
#include "kad-node-skeleton.h"
#include "kad-pending-call.h"

#define MAX_WHY_BYTES 256

/* A lease of a caller. */
typedef struct
{
  guint cookie;
  char *why;
  KadService *service;
  KadCaller *caller; /* (owned) */
  guint gone;
} Lease;

typedef struct
{
  KadService *service;
  KadDbusNode *skeleton;
  GHashTable *leases; /* cookie -> Lease */
  guint next_cookie;
} NodeInterface;

static void
lease_free (gpointer data)
{
  Lease *self = data;

  kad_caller_remove_gone (self->caller, self->gone);
  kad_caller_give_back (self->caller, KAD_QUOTA_LEASES);
  kad_caller_unref (self->caller);
  kad_service_unuse (self->service);
  g_free (self->why);
  g_free (self);
}

/* ---- leases ---- */

typedef struct
{
  NodeInterface *interface;
  KadPendingCall *call; /* until it is answered */
  char *why;
} HoldCall;

static void
hold_call_free (HoldCall *self)
{
  g_free (self->why);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoldCall, hold_call_free)

static void
on_holder_gone (KadCaller *caller, gpointer user_data)
{
  Lease *lease = user_data;
  NodeInterface *self = g_object_get_data (G_OBJECT (lease->service), "kad-node-interface");

  lease->gone = 0;
  g_hash_table_remove (self->leases, GUINT_TO_POINTER (lease->cookie));
}

static guint
add_lease (NodeInterface *self, KadCaller *caller, const char *why)
{
  Lease *lease = g_new0 (Lease, 1);

  do
    lease->cookie = ++self->next_cookie;
  while (lease->cookie == 0
         || g_hash_table_contains (self->leases, GUINT_TO_POINTER (lease->cookie)));
  lease->why = g_strdup (why);
  lease->service = self->service;
  lease->caller = kad_caller_ref (caller);
  lease->gone = kad_caller_add_gone (caller, on_holder_gone, lease);
  kad_service_use (self->service);
  g_hash_table_insert (self->leases, GUINT_TO_POINTER (lease->cookie), lease);
  return lease->cookie;
}

static void
on_held (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoldCall) call = user_data;
  KadCaller *caller = kad_pending_call_get_caller (call->call);
  g_autoptr (GError) error = NULL;
  g_autoptr (KadNode) node = kad_service_need_node_finish (KAD_SERVICE (source), result, &error);

  if (node == NULL || !kad_caller_take (caller, KAD_QUOTA_LEASES, &error))
    kad_pending_call_fail (call->call, error);
  else
    kad_pending_call_return (call->call,
                             g_variant_new ("(u)", add_lease (call->interface, caller, call->why)));
}

static gboolean
handle_hold (KadDbusNode *skeleton, GDBusMethodInvocation *invocation, const char *why,
             GVariant *options, gpointer user_data)
{
  static const char *const known[] = { "no-start", NULL };
  NodeInterface *self = user_data;
  KadPendingCall *pending;
  HoldCall *call;
  GError *error = NULL;

  if (kad_call_options_check (options, known, &error) && strlen (why) > MAX_WHY_BYTES)
    g_set_error (&error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                 "The reason has %" G_GSIZE_FORMAT " bytes; at most %d are taken", strlen (why),
                 MAX_WHY_BYTES);
  if (error == NULL)
    kad_call_options_boolean (options, "no-start", FALSE, &error);
  if (error != NULL)
    {
      g_dbus_method_invocation_take_error (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  pending = kad_pending_call_new (self->service, invocation);
  if (pending == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  call = g_new0 (HoldCall, 1);
  call->interface = self;
  call->call = pending;
  call->why = g_strdup (why);
  kad_service_need_node_async (self->service, options, on_held, call);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_release (KadDbusNode *skeleton, GDBusMethodInvocation *invocation, guint cookie,
                gpointer user_data)
{
  NodeInterface *self = user_data;
  KadCaller *caller = kad_callers_get (kad_service_get_callers (self->service), invocation);
  Lease *lease = g_hash_table_lookup (self->leases, GUINT_TO_POINTER (cookie));

  if (lease == NULL || lease->caller != caller)
    {
      g_dbus_method_invocation_return_error (invocation, KAD_ERROR, KAD_ERROR_NOT_FOUND,
                                             "This caller has no lease %u", cookie);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  g_hash_table_remove (self->leases, GUINT_TO_POINTER (cookie));
  kad_dbus_node_complete_release (skeleton, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* ---- life ---- */

static void
node_interface_free (gpointer data)
{
  NodeInterface *self = data;

  g_hash_table_unref (self->leases);
  g_free (self);
}

GDBusInterfaceSkeleton *
kad_node_interface_new (KadService *service)
{
  KadDbusNode *skeleton = kad_node_skeleton_new (service);
  NodeInterface *self = g_new0 (NodeInterface, 1);

  self->service = service;
  self->skeleton = skeleton;
  self->leases = g_hash_table_new_full (NULL, NULL, NULL, lease_free);
  g_object_set_data_full (G_OBJECT (skeleton), "kad-interface", self, node_interface_free);
  g_object_set_data (G_OBJECT (service), "kad-node-interface", self);
  g_signal_connect (skeleton, "handle-hold", G_CALLBACK (handle_hold), self);
  g_signal_connect (skeleton, "handle-release", G_CALLBACK (handle_release), self);
  kad_node_methods_connect (skeleton, service);
  return G_DBUS_INTERFACE_SKELETON (skeleton);
}
