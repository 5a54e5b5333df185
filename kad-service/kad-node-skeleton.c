/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-node-skeleton.h"

#include <string.h>

#include "kad-caller-gate.h"
#include "kad-caller-inquiry.h"
#include "kad-dbus-errors.h"
#include "kad-error.h"

/*
 * What is told when it changes is kept in the generated skeleton, which tells it. How many peers
 * there are is read from the node as it is asked for. What only the node's thread knows (how large
 * the network is, whether others reach us) is asked of it by command: when somebody reads it, the
 * reading waits, and so nothing is done while nobody reads.
 */

struct _KadNodeSkeleton
{
  KadDbusNodeSkeleton parent_instance;

  KadService *service; /* outlives us */
  GVariant *size;      /* (nullable) "(tdux)" */
  GPtrArray *readings; /* (nullable) (element-type GDBusMethodInvocation) while the node is asked */
  gboolean is_asking;  /* after reachability */
  gboolean shall_ask;  /* again, since something changed meanwhile */
};

G_DEFINE_FINAL_TYPE (KadNodeSkeleton, kad_node_skeleton, KAD_DBUS_TYPE_NODE_SKELETON)

static GDBusInterfaceVTable vtable;
static const GDBusInterfaceVTable *generated;

/* ---- what changes ---- */

static void
set_network (KadNodeSkeleton *self)
{
  g_autofree char *network = kad_service_dup_network (self->service);
  GSettings *general = kad_settings_get_general (kad_service_get_settings (self->service));
  g_autofree char *mode = g_settings_get_string (general, "mode");
  g_autofree char *reason = kad_service_dup_pause_reason (self->service);
  KadDbusNode *node = KAD_DBUS_NODE (self);

  kad_dbus_node_set_network (node, network);
  kad_dbus_node_set_mode (node, mode);
  kad_dbus_node_set_pause_reason (node, reason);
  kad_dbus_node_set_quiet_reasons (node, kad_service_get_quiet_reasons (self->service));
}

static void
on_state_changed (KadService *service, gpointer user_data)
{
  KadNodeSkeleton *self = user_data;

  set_network (self);
  kad_dbus_node_set_state (KAD_DBUS_NODE (self),
                           kad_service_state_get_name (kad_service_get_state (service)));
}

static void
on_settings_changed (KadSettings *settings, const char *const *names, gpointer user_data)
{
  set_network (user_data);
}

static void
set_reachability (KadNodeSkeleton *self, GVariant *facts)
{
  g_auto (GStrv) observed = g_new0 (char *, 2);
  const char *state = "unknown";
  const char *why = "";

  if (facts != NULL)
    {
      g_variant_lookup (facts, "state", "&s", &state);
      g_variant_lookup (facts, "why", "&s", &why);
      g_variant_lookup (facts, "observed_address", "s", &observed[0]);
    }
  else if (kad_service_get_node (self->service) == NULL)
    why = "not-running";
  kad_dbus_node_set_reachability (KAD_DBUS_NODE (self), g_variant_new ("(ss)", state, why));
  kad_dbus_node_set_observed_addresses (KAD_DBUS_NODE (self), (const char *const *) observed);
}

static void ask_reachability (KadNodeSkeleton *self);

static void
take_reachability (KadNode *node, GVariant *result, gpointer user_data)
{
  KadNodeSkeleton *self = user_data;

  if (kad_service_get_node (self->service) == node)
    set_reachability (self, result);
}

static void
on_reachability (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadNodeSkeleton) self = user_data;
  g_autoptr (GVariant) summary G_GNUC_UNUSED
      = kad_node_run_finish (KAD_NODE (source), result, NULL);

  self->is_asking = FALSE;
  if (self->shall_ask)
    ask_reachability (self);
}

static void
ask_reachability (KadNodeSkeleton *self)
{
  KadNode *node = kad_service_get_node (self->service);

  self->shall_ask = self->is_asking;
  if (self->is_asking || node == NULL)
    return;
  self->is_asking = TRUE;
  kad_node_run_async (node, "show-reachability", NULL, take_reachability, g_object_ref (self),
                      g_object_unref, NULL, on_reachability, g_object_ref (self));
}

/* @companion: (nullable) */
static void
set_companion (KadNodeSkeleton *self, KadCompanion *companion)
{
  KadNode *node = companion != NULL ? kad_companion_get_node (companion) : NULL;
  g_auto (GStrv) addresses = node != NULL ? kad_node_dup_addresses (node) : g_new0 (char *, 1);

  kad_dbus_node_set_local_network (KAD_DBUS_NODE (self),
                                   node != NULL ? kad_companion_get_network (companion) : "");
  kad_dbus_node_set_lan_listen_addresses (KAD_DBUS_NODE (self), (const char *const *) addresses);
}

static void
on_node_changed (KadService *service, gpointer user_data)
{
  KadNodeSkeleton *self = user_data;
  KadNode *node = kad_service_get_node (service);
  g_auto (GStrv) addresses = NULL;

  if (node == NULL)
    return;
  addresses = kad_node_dup_addresses (node);
  kad_dbus_node_set_listen_addresses (KAD_DBUS_NODE (self), (const char *const *) addresses);
  kad_dbus_node_set_serving (KAD_DBUS_NODE (self), kad_node_is_server (node));
  set_companion (self, kad_service_get_companion (service));
  ask_reachability (self);
}

static void
on_node_started (KadService *service, KadNode *node, gpointer user_data)
{
  g_autofree char *peer = kad_peer_id_to_string (kad_node_get_peer_id (node));

  kad_dbus_node_set_peer_id (user_data, peer);
}

static void
on_node_stopping (KadService *service, KadNode *node, gpointer user_data)
{
  static const char *const none[] = { NULL };
  KadNodeSkeleton *self = user_data;

  kad_dbus_node_set_listen_addresses (KAD_DBUS_NODE (self), none);
  kad_dbus_node_set_serving (KAD_DBUS_NODE (self), FALSE);
  set_companion (self, NULL);
  set_reachability (self, NULL);
  g_clear_pointer (&self->size, g_variant_unref);
}

/* ---- reading ---- */

static GVariant *
get_value (KadNodeSkeleton *self, const char *name, GError **error)
{
  KadNode *node = kad_service_get_node (self->service);
  KadNode *lan = kad_service_get_companion_node (self->service);

  if (g_str_equal (name, "LanPeerCount"))
    return g_variant_new_uint32 (lan != NULL ? kad_node_get_n_connections (lan) : 0);
  if (g_str_equal (name, "LanRoutingTableSize"))
    return g_variant_new_uint32 (lan != NULL ? kad_node_get_table_size (lan) : 0);
  if (g_str_equal (name, "PeerCount"))
    return g_variant_new_uint32 (node != NULL ? kad_node_get_n_connections (node) : 0);
  if (g_str_equal (name, "RoutingTableSize"))
    return g_variant_new_uint32 (node != NULL ? kad_node_get_table_size (node) : 0);
  if (g_str_equal (name, "NetworkSize"))
    return self->size != NULL
               ? g_variant_ref (self->size)
               : g_variant_new ("(tdux)", G_GUINT64_CONSTANT (0), 0.0, 0, G_GINT64_CONSTANT (0));
  return generated->get_property (NULL, NULL, NULL, kad_dbus_node_interface_info ()->name, name,
                                  error, self);
}

static void
take_stats (KadNode *node, GVariant *result, gpointer user_data)
{
  KadNodeSkeleton *self = user_data;
  g_autoptr (GVariant) size
      = g_variant_lookup_value (result, "network_size", G_VARIANT_TYPE_VARDICT);
  double estimate = 0, std_error = 0;
  guint32 samples = 0;
  gint64 when_us = 0;

  if (size == NULL || kad_service_get_node (self->service) != node)
    return;
  g_variant_lookup (size, "estimate", "d", &estimate);
  g_variant_lookup (size, "std_error", "d", &std_error);
  g_variant_lookup (size, "samples", "u", &samples);
  g_variant_lookup (size, "when_us", "x", &when_us);
  g_clear_pointer (&self->size, g_variant_unref);
  self->size = g_variant_ref_sink (
      g_variant_new ("(tdux)", (guint64) MAX (estimate, 0), std_error, samples, when_us));
}

static void
answer_get (KadNodeSkeleton *self, GDBusMethodInvocation *invocation)
{
  g_autoptr (GVariant) value = NULL;
  GError *error = NULL;
  const char *name;

  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(&s&s)", NULL, &name);
  value = get_value (self, name, &error);
  if (value == NULL)
    {
      g_dbus_method_invocation_take_error (invocation, error);
      return;
    }
  g_variant_take_ref (value);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(v)", value));
}

static void
answer_get_all (KadNodeSkeleton *self, GDBusMethodInvocation *invocation)
{
  GDBusMessage *message = g_dbus_method_invocation_get_message (invocation);
  GDBusPropertyInfo **properties = kad_dbus_node_interface_info ()->properties;
  KadCallerIdentity *identity = kad_caller_inquiry_get_identity (message);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; properties[i] != NULL; i++)
    {
      const char *name = properties[i]->name;
      g_autoptr (GVariant) value = NULL;

      if (identity != NULL && kad_caller_gate_may_read (identity, "Node", name))
        value = get_value (self, name, NULL);
      if (value == NULL)
        continue;
      g_variant_take_ref (value);
      g_variant_builder_add (&builder, "{sv}", name, value);
    }
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(a{sv})", &builder));
}

static void
answer (KadNodeSkeleton *self, GDBusMethodInvocation *invocation)
{
  if (g_str_equal (g_dbus_method_invocation_get_method_name (invocation), "GetAll"))
    answer_get_all (self, invocation);
  else
    answer_get (self, invocation);
}

static void
on_stats (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadNodeSkeleton) self = user_data;
  g_autoptr (GVariant) summary G_GNUC_UNUSED
      = kad_node_run_finish (KAD_NODE (source), result, NULL);
  g_autoptr (GPtrArray) readings = g_steal_pointer (&self->readings);

  for (guint i = 0; i < readings->len; i++)
    answer (self, readings->pdata[i]);
}

/* Those who read at the same time share one look. */
static void
read_stats (KadNodeSkeleton *self, KadNode *node, GDBusMethodInvocation *invocation)
{
  gboolean is_first = self->readings == NULL;

  if (is_first)
    self->readings = g_ptr_array_new ();
  g_ptr_array_add (self->readings, invocation);
  if (is_first)
    kad_node_run_async (node, "show-stats", NULL, take_stats, g_object_ref (self), g_object_unref,
                        NULL, on_stats, g_object_ref (self));
}

/* ---- writing ---- */

static void
answer_set (KadNodeSkeleton *self, GDBusMethodInvocation *invocation)
{
  KadSettings *settings = kad_service_get_settings (self->service);
  g_autoptr (GVariant) value = NULL;
  GError *error = NULL;

  /* GDBus has checked that the property can be written, and its type: it is Mode. */
  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(&s&sv)", NULL, NULL,
                 &value);
  if (!kad_settings_set_value (settings, "mode", value, &error))
    {
      g_dbus_method_invocation_take_error (invocation, error);
      return;
    }
  kad_settings_flush (settings);
  set_network (self);
  g_dbus_method_invocation_return_value (invocation, NULL);
}

/* ---- the object ---- */

/* Of this interface, and of org.freedesktop.DBus.Properties for it. */
static void
call (GDBusConnection *connection, const char *sender, const char *path, const char *interface,
      const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
      gpointer user_data)
{
  KadNodeSkeleton *self = KAD_NODE_SKELETON (user_data);
  KadNode *node = kad_service_get_node (self->service);
  const char *name = "";

  if (!g_str_equal (interface, "org.freedesktop.DBus.Properties"))
    generated->method_call (connection, sender, path, interface, method, parameters, invocation,
                            user_data);
  else if (g_str_equal (method, "Set"))
    answer_set (self, invocation);
  else
    {
      if (g_str_equal (method, "Get"))
        g_variant_get (parameters, "(&s&s)", NULL, &name);
      if (node != NULL && (*name == '\0' || g_str_equal (name, "NetworkSize")))
        read_stats (self, node, invocation);
      else
        answer (self, invocation);
    }
}

static GDBusInterfaceVTable *
get_vtable (GDBusInterfaceSkeleton *skeleton)
{
  return &vtable;
}

static void
kad_node_skeleton_finalize (GObject *object)
{
  KadNodeSkeleton *self = KAD_NODE_SKELETON (object);

  g_clear_pointer (&self->size, g_variant_unref);
  G_OBJECT_CLASS (kad_node_skeleton_parent_class)->finalize (object);
}

static void
kad_node_skeleton_class_init (KadNodeSkeletonClass *klass)
{
  GDBusInterfaceSkeletonClass *skeleton_class = G_DBUS_INTERFACE_SKELETON_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = kad_node_skeleton_finalize;
  generated = skeleton_class->get_vtable (NULL);
  vtable = (GDBusInterfaceVTable){ .method_call = call };
  skeleton_class->get_vtable = get_vtable;
}

static void
kad_node_skeleton_init (KadNodeSkeleton *self)
{
}

KadDbusNode *
kad_node_skeleton_new (KadService *service)
{
  static const char *const none[] = { NULL };
  KadNodeSkeleton *self = g_object_new (KAD_TYPE_NODE_SKELETON, NULL);
  KadDbusNode *node = KAD_DBUS_NODE (self);

  self->service = service;
  kad_dbus_node_set_version (node, KAD_VERSION);
  kad_dbus_node_set_features (node, none);
  kad_dbus_node_set_peer_id (node, "");
  kad_dbus_node_set_listen_addresses (node, none);
  set_companion (self, NULL);
  set_reachability (self, NULL);
  on_state_changed (service, self);
  g_signal_connect_object (service, "state-changed", G_CALLBACK (on_state_changed), self, 0);
  g_signal_connect_object (service, "node-changed", G_CALLBACK (on_node_changed), self, 0);
  g_signal_connect_object (service, "node-started", G_CALLBACK (on_node_started), self, 0);
  g_signal_connect_object (service, "node-stopping", G_CALLBACK (on_node_stopping), self, 0);
  g_signal_connect_object (kad_service_get_settings (service), "changed",
                           G_CALLBACK (on_settings_changed), self, 0);
  return node;
}
