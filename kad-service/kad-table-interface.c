/* SPDX-License-Identifier: GPL-3.0-or-later */
/* org.libkad.Kad1.Table: see data/org.libkad.Kad1.Table.xml. */
#include <string.h>

#include "kad-call-options.h"
#include "kad-dbus.h"
#include "kad-error.h"
#include "kad-interfaces.h"
#include "kad-key.h"
#include "kad-monitor-hub.h"
#include "kad-node-rows.h"
#include "kad-node-table.h"
#include "kad-pending-call.h"

/* Rows of one answer. */
#define KAD_MAX_TABLE_PAGE 5000

typedef struct
{
  KadService *service;
  KadMonitorHub *hub;
} TableInterface;

static gboolean
is_lan (const char *network)
{
  return g_str_equal (network, "lan");
}

static gboolean
check_network (const char *network, GDBusMethodInvocation *invocation)
{
  if (g_str_equal (network, "") || g_str_equal (network, "wan") || is_lan (network))
    return TRUE;
  g_dbus_method_invocation_return_error_literal (
      invocation, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
      "The network is \"wan\", or empty for that, or \"lan\"");
  return FALSE;
}

/* The node of a network that was checked, or the invocation has been answered. In the network "lan"
 * itself the service's node is that of the local network. */
static KadNode *
need_node (TableInterface *self, const char *network, GDBusMethodInvocation *invocation)
{
  KadNode *node = kad_service_get_node (self->service);
  g_autofree char *own = kad_service_dup_network (self->service);

  if (node == NULL)
    {
      g_dbus_method_invocation_return_error_literal (invocation, KAD_ERROR, KAD_ERROR_NOT_RUNNING,
                                                     "The node does not run");
      return NULL;
    }
  if (!is_lan (network) || g_str_equal (own, "lan"))
    return node;
  node = kad_service_get_companion_node (self->service);
  if (node == NULL)
    g_dbus_method_invocation_return_error (invocation, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED,
                                           "There is no local network beside the network “%s”",
                                           own);
  return node;
}

/* ---- buckets ---- */

static void
on_buckets (GPtrArray *rows, const GError *error, gpointer user_data)
{
  g_auto (GVariantBuilder) buckets = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(uuuuxx)"));

  if (rows == NULL)
    {
      kad_pending_call_fail (user_data, error);
      return;
    }
  for (guint i = 0; i < rows->len; i++)
    {
      GVariant *row = rows->pdata[i];
      guint32 bucket = 0, size = 0, replacements = 0, connected = 0;
      gint64 refreshed_us = 0, changed_us = 0;

      g_variant_lookup (row, "bucket", "u", &bucket);
      g_variant_lookup (row, "size", "u", &size);
      g_variant_lookup (row, "replacements", "u", &replacements);
      g_variant_lookup (row, "connected", "u", &connected);
      g_variant_lookup (row, "refreshed_us", "x", &refreshed_us);
      g_variant_lookup (row, "changed_us", "x", &changed_us);
      g_variant_builder_add (&buckets, "(uuuuxx)", bucket, size, replacements, connected,
                             refreshed_us, changed_us);
    }
  kad_pending_call_return (user_data, g_variant_new ("(a(uuuuxx))", &buckets));
}

static gboolean
handle_get_buckets (KadDbusTable *skeleton, GDBusMethodInvocation *invocation, const char *network,
                    gpointer user_data)
{
  TableInterface *self = user_data;
  KadPendingCall *call;
  KadNode *node;

  if (!check_network (network, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  node = need_node (self, network, invocation);
  call = node != NULL ? kad_pending_call_new (self->service, invocation) : NULL;
  if (call != NULL)
    kad_node_rows_read (node, "show-buckets", NULL, on_buckets, call);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* ---- peers ---- */

typedef struct
{
  KadMonitorHub *hub;
  KadPendingCall *call;
  guint from;
  guint max;
  guint bucket; /* G_MAXUINT: any */
  gboolean has_connected;
  gboolean connected;
} PeersCall;

static gboolean
is_wanted (const PeersCall *call, GVariant *row)
{
  guint32 bucket, flags;

  g_variant_get_child (row, 1, "u", &bucket);
  g_variant_get_child (row, 7, "u", &flags);
  if (call->bucket != G_MAXUINT && call->bucket != bucket)
    return FALSE;
  return !call->has_connected || call->connected == ((flags & KAD_TABLE_FLAG_CONNECTED) != 0);
}

/* @rows: (element-type GVariant) of KAD_TABLE_ROW_TYPE, in order */
static void
return_page (const PeersCall *call, guint64 serial, GPtrArray *rows)
{
  g_auto (GVariantBuilder) page = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(sutttsasu)"));
  guint total = 0, n = 0;

  for (guint i = 0; i < rows->len; i++)
    {
      if (!is_wanted (call, rows->pdata[i]))
        continue;
      if (total++ < call->from || n >= call->max)
        continue;
      g_variant_builder_add_value (&page, rows->pdata[i]);
      n++;
    }
  kad_pending_call_return (call->call, g_variant_new ("(ta(sutttsasu)u)", serial, &page, total));
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  guint32 bucket_a, bucket_b;
  const char *peer_a, *peer_b;

  g_variant_get_child (*(GVariant *const *) a, 0, "&s", &peer_a);
  g_variant_get_child (*(GVariant *const *) b, 0, "&s", &peer_b);
  g_variant_get_child (*(GVariant *const *) a, 1, "u", &bucket_a);
  g_variant_get_child (*(GVariant *const *) b, 1, "u", &bucket_b);
  if (bucket_a != bucket_b)
    return bucket_a < bucket_b ? -1 : 1;
  return strcmp (peer_a, peer_b);
}

/* The local network is small, and nobody watches its table: it is read as it is asked for. */
static void
on_lan_rows (GPtrArray *results, const GError *error, gpointer user_data)
{
  g_autofree PeersCall *call = user_data;
  g_autoptr (GPtrArray) rows = NULL;

  if (results == NULL)
    {
      kad_pending_call_fail (call->call, error);
      return;
    }
  rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  for (guint i = 0; i < results->len; i++)
    g_ptr_array_add (rows, kad_node_table_new_row (results->pdata[i]));
  g_ptr_array_sort (rows, compare_rows);
  return_page (call, 0, rows);
}

static void
on_table_ready (KadTableCache *cache, gboolean is_there, gpointer user_data)
{
  g_autofree PeersCall *call = user_data;
  guint64 serial;

  if (!is_there)
    {
      g_autoptr (GError) error
          = g_error_new_literal (KAD_ERROR, KAD_ERROR_NOT_RUNNING, "The node does not run");

      kad_pending_call_fail (call->call, error);
      return;
    }
  serial = kad_monitor_hub_settle_table (call->hub, kad_pending_call_get_caller (call->call));
  return_page (call, serial, kad_table_cache_get_rows (cache));
}

static gboolean
handle_get_peers (KadDbusTable *skeleton, GDBusMethodInvocation *invocation, const char *network,
                  guint from, guint max, GVariant *filter, gpointer user_data)
{
  static const char *const known[] = { "bucket", "connected", NULL };
  TableInterface *self = user_data;
  g_autofree PeersCall *call = g_new0 (PeersCall, 1);
  g_autoptr (GVariant) connected = kad_call_options_lookup (filter, "connected");
  GError *error = NULL;
  KadNode *node;

  call->hub = self->hub;
  call->from = from;
  call->max = max;
  call->has_connected = connected != NULL;
  call->connected = kad_call_options_boolean (filter, "connected", FALSE, &error);
  call->bucket = kad_call_options_uint (filter, "bucket", G_MAXUINT, 0, KAD_KEY_BITS - 1, &error);
  if (error == NULL && max > KAD_MAX_TABLE_PAGE)
    g_set_error (&error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                 "%u rows are more than the %d that are given at once", max, KAD_MAX_TABLE_PAGE);
  if (error != NULL || !kad_call_options_check (filter, known, &error))
    {
      g_dbus_method_invocation_take_error (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  node = check_network (network, invocation) ? need_node (self, network, invocation) : NULL;
  if (node == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  call->call = kad_pending_call_new (self->service, invocation);
  if (call->call != NULL && node != kad_service_get_node (self->service))
    kad_node_rows_read (node, "show-table", NULL, on_lan_rows, g_steal_pointer (&call));
  else if (call->call != NULL)
    kad_table_cache_ask (kad_monitor_hub_get_table (self->hub), on_table_ready,
                         g_steal_pointer (&call));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* ---- one peer ---- */

typedef struct
{
  KadService *service;
  KadPendingCall *call;
  KadPeerId peer;
  GVariantDict details;
  gboolean is_found;
  gboolean is_lan; /* it is looked for beside */
} PeerCall;

static void
peer_call_free (PeerCall *self)
{
  g_variant_dict_clear (&self->details);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PeerCall, peer_call_free)

static gboolean look_beside (PeerCall *self);

/* Takes it. */
static void
finish_peer (PeerCall *taken)
{
  g_autoptr (PeerCall) self = taken;
  g_autoptr (GError) error = NULL;
  g_autofree char *peer = kad_peer_id_to_string (&self->peer);
  KadKey key;

  if (!self->is_found && look_beside (self))
    {
      g_steal_pointer (&self);
      return;
    }
  if (!self->is_found)
    {
      g_set_error (&error, KAD_ERROR, KAD_ERROR_NOT_FOUND,
                   "The peer %s is neither in the table nor connected", peer);
      kad_pending_call_fail (self->call, error);
      return;
    }
  kad_key_init_from_peer (&key, &self->peer);
  g_variant_dict_insert (&self->details, "peer", "s", peer);
  if (kad_service_get_companion_node (self->service) != NULL)
    g_variant_dict_insert (&self->details, "network", "s", self->is_lan ? "lan" : "wan");
  g_variant_dict_insert_value (
      &self->details, "kad_id",
      g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, key.bytes, sizeof key.bytes, 1));
  kad_pending_call_return (self->call,
                           g_variant_new ("(@a{sv})", g_variant_dict_end (&self->details)));
}

static void
on_peer_connections (GPtrArray *rows, const GError *error, gpointer user_data)
{
  g_autoptr (PeerCall) self = user_data;
  g_autofree char *peer = kad_peer_id_to_string (&self->peer);
  g_auto (GVariantBuilder) connections = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  if (rows == NULL)
    {
      kad_pending_call_fail (self->call, error);
      return;
    }
  for (guint i = 0; i < rows->len; i++)
    {
      g_autoptr (GVariant) row = NULL;
      const char *whose = "";
      const char *agent = NULL;

      g_variant_lookup (rows->pdata[i], "peer", "&s", &whose);
      if (!g_str_equal (whose, peer))
        continue;
      row = kad_call_result (rows->pdata[i]);
      if (g_variant_lookup (row, "agent", "&s", &agent))
        g_variant_dict_insert (&self->details, "agent", "s", agent);
      g_variant_builder_add_value (&connections, row);
      self->is_found = TRUE;
    }
  g_variant_dict_insert_value (&self->details, "connections", g_variant_builder_end (&connections));
  finish_peer (g_steal_pointer (&self));
}

static void
on_peer_row (GPtrArray *rows, const GError *error, gpointer user_data)
{
  g_autoptr (PeerCall) self = user_data;
  KadNode *node = self->is_lan ? kad_service_get_companion_node (self->service)
                               : kad_service_get_node (self->service);

  if (rows == NULL || node == NULL)
    {
      g_autoptr (GError) stopped
          = g_error_new_literal (KAD_ERROR, KAD_ERROR_NOT_RUNNING, "The node does not run");

      kad_pending_call_fail (self->call, rows == NULL ? error : stopped);
      return;
    }
  if (rows->len > 0)
    {
      g_autoptr (GVariant) row = kad_call_result (rows->pdata[0]);

      g_variant_dict_clear (&self->details);
      g_variant_dict_init (&self->details, row);
      self->is_found = TRUE;
    }
  kad_node_rows_read (node, "show-connections", NULL, on_peer_connections, g_steal_pointer (&self));
}

/* @call: taken */
static void
read_peer (PeerCall *call, KadNode *node)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *text = kad_peer_id_to_string (&call->peer);

  g_variant_dict_insert (&options, "peers", "s", text);
  kad_node_rows_read (node, "show-table", g_variant_dict_end (&options), on_peer_row, call);
}

/* FALSE: it was, or there is nothing beside. */
static gboolean
look_beside (PeerCall *self)
{
  KadNode *node = kad_service_get_companion_node (self->service);

  if (node == NULL || self->is_lan)
    return FALSE;
  self->is_lan = TRUE;
  read_peer (self, node);
  return TRUE;
}

static gboolean
handle_get_peer (KadDbusTable *skeleton, GDBusMethodInvocation *invocation, const char *peer,
                 gpointer user_data)
{
  TableInterface *self = user_data;
  g_autoptr (PeerCall) call = g_new0 (PeerCall, 1);
  GError *error = NULL;
  KadNode *node;

  g_variant_dict_init (&call->details, NULL);
  if (!kad_peer_id_parse (&call->peer, peer, &error))
    {
      g_dbus_method_invocation_take_error (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  node = need_node (self, "", invocation);
  if (node == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  call->service = self->service;
  call->call = kad_pending_call_new (self->service, invocation);
  if (call->call == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  read_peer (g_steal_pointer (&call), node);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* ---- connections ---- */

static void
on_connections (GPtrArray *rows, const GError *error, gpointer user_data)
{
  g_auto (GVariantBuilder) connections = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  if (rows == NULL)
    {
      kad_pending_call_fail (user_data, error);
      return;
    }
  for (guint i = 0; i < rows->len; i++)
    {
      g_autoptr (GVariant) row = kad_call_result (rows->pdata[i]);

      g_variant_builder_add_value (&connections, row);
    }
  kad_pending_call_return (user_data, g_variant_new ("(aa{sv})", &connections));
}

static gboolean
handle_get_connections (KadDbusTable *skeleton, GDBusMethodInvocation *invocation,
                        GVariant *options, gpointer user_data)
{
  static const char *const known[] = { "network", NULL };
  static const char *const networks[] = { "", "wan", "lan", NULL };
  TableInterface *self = user_data;
  KadPendingCall *call;
  KadNode *node;
  GError *error = NULL;
  guint network = 0;

  if (kad_call_options_check (options, known, &error))
    network = kad_call_options_word (options, "network", 0, networks, &error);
  if (error != NULL)
    {
      g_dbus_method_invocation_take_error (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  node = need_node (self, networks[network], invocation);
  call = node != NULL ? kad_pending_call_new (self->service, invocation) : NULL;
  if (call != NULL)
    kad_node_rows_read (node, "show-connections", NULL, on_connections, call);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* ---- life ---- */

static void
table_interface_free (gpointer data)
{
  TableInterface *self = data;

  kad_monitor_hub_unuse (self->hub);
  g_free (self);
}

GDBusInterfaceSkeleton *
kad_table_interface_new (KadService *service)
{
  KadDbusTable *skeleton = kad_dbus_table_skeleton_new ();
  TableInterface *self = g_new0 (TableInterface, 1);

  self->service = service;
  self->hub = kad_monitor_hub_use (service);
  g_object_set_data_full (G_OBJECT (skeleton), "kad-interface", self, table_interface_free);
  g_signal_connect (skeleton, "handle-get-buckets", G_CALLBACK (handle_get_buckets), self);
  g_signal_connect (skeleton, "handle-get-peers", G_CALLBACK (handle_get_peers), self);
  g_signal_connect (skeleton, "handle-get-peer", G_CALLBACK (handle_get_peer), self);
  g_signal_connect (skeleton, "handle-get-connections", G_CALLBACK (handle_get_connections), self);
  return G_DBUS_INTERFACE_SKELETON (skeleton);
}
