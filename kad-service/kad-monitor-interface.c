/* SPDX-License-Identifier: GPL-3.0-or-later */
/* org.libkad.Kad1.Monitor: see data/org.libkad.Kad1.Monitor.xml. */
#include <gio/gunixfdlist.h>

#include "kad-call-options.h"
#include "kad-dbus.h"
#include "kad-error.h"
#include "kad-interfaces.h"
#include "kad-monitor-hub.h"
#include "kad-node-rows.h"
#include "kad-pending-call.h"

typedef struct
{
  KadService *service;
  KadMonitorHub *hub;
} MonitorInterface;

static gboolean
handle_watch (KadDbusMonitor *skeleton, GDBusMethodInvocation *invocation, const char *const *words,
              GVariant *options, gpointer user_data)
{
  static const char *const known[] = { "interval", NULL };
  MonitorInterface *self = user_data;
  KadCaller *caller = kad_callers_get (kad_service_get_callers (self->service), invocation);
  KadWatchTopics topics = 0;
  const char *path = NULL;
  GError *error = NULL;
  guint interval_ms;

  interval_ms
      = kad_call_options_uint (options, "interval", KAD_MIN_WATCH_INTERVAL_MS,
                               KAD_MIN_WATCH_INTERVAL_MS, KAD_MAX_WATCH_INTERVAL_MS, &error);
  if (error == NULL && kad_call_options_check (options, known, &error)
      && kad_watch_topics_parse (words, &topics, &error))
    path = kad_monitor_hub_add_watch (self->hub, caller, topics, interval_ms, &error);
  if (path != NULL)
    kad_dbus_monitor_complete_watch (skeleton, invocation, path);
  else
    g_dbus_method_invocation_take_error (invocation, error);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
can_pass_descriptors (GDBusMethodInvocation *invocation)
{
  GDBusConnection *connection = g_dbus_method_invocation_get_connection (invocation);

  return (g_dbus_connection_get_capabilities (connection) & G_DBUS_CAPABILITY_FLAGS_UNIX_FD_PASSING)
         != 0;
}

static void
answer_with_stream (KadDbusMonitor *skeleton, GDBusMethodInvocation *invocation, int reader)
{
  g_autoptr (GUnixFDList) list = g_unix_fd_list_new_from_array (&reader, 1);

  kad_dbus_monitor_complete_open_stream (skeleton, invocation, list, g_variant_new_handle (0));
}

static gboolean
handle_open_stream (KadDbusMonitor *skeleton, GDBusMethodInvocation *invocation,
                    GUnixFDList *descriptors, const char *const *words, GVariant *options,
                    gpointer user_data)
{
  static const char *const known[] = { NULL };
  MonitorInterface *self = user_data;
  KadCaller *caller = kad_callers_get (kad_service_get_callers (self->service), invocation);
  KadStreamTopics topics = 0;
  GError *error = NULL;
  int reader = -1;

  if (!can_pass_descriptors (invocation))
    g_set_error_literal (&error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED,
                         "This connection to the service cannot pass descriptors");
  else if (kad_call_options_check (options, known, &error)
           && kad_stream_topics_parse (words, &topics, &error))
    reader = kad_streams_open (kad_monitor_hub_get_streams (self->hub), caller, topics, &error);
  if (reader >= 0)
    answer_with_stream (skeleton, invocation, reader);
  else
    g_dbus_method_invocation_take_error (invocation, error);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
on_stats (GPtrArray *rows, const GError *error, gpointer user_data)
{
  g_autoptr (GVariant) stats = NULL;

  if (rows == NULL)
    {
      kad_pending_call_fail (user_data, error);
      return;
    }
  stats = rows->len > 0 ? kad_call_result (rows->pdata[0])
                        : g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
  kad_pending_call_return (user_data, g_variant_new ("(@a{sv})", stats));
}

static gboolean
handle_get_stats (KadDbusMonitor *skeleton, GDBusMethodInvocation *invocation, gpointer user_data)
{
  MonitorInterface *self = user_data;
  KadNode *node = kad_service_get_node (self->service);
  KadPendingCall *call;

  if (node == NULL)
    {
      g_dbus_method_invocation_return_error_literal (invocation, KAD_ERROR, KAD_ERROR_NOT_RUNNING,
                                                     "The node does not run");
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  call = kad_pending_call_new (self->service, invocation);
  if (call != NULL)
    kad_node_rows_read (node, "show-stats", NULL, on_stats, call);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_get_series (KadDbusMonitor *skeleton, GDBusMethodInvocation *invocation, const char *name,
                   guint seconds, guint step, gpointer user_data)
{
  MonitorInterface *self = user_data;
  KadFigure figure;

  if (!kad_figure_parse (name, &figure))
    g_dbus_method_invocation_return_error_literal (
        invocation, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
        "Series are peers, table, queries, bytes_in, bytes_out, requests_in, requests_out and "
        "network_size");
  else if (seconds < 1 || seconds > KAD_MAX_SERIES_SECONDS || step < 1 || step > seconds)
    g_dbus_method_invocation_return_error (
        invocation, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
        "A series goes back 1 to %d seconds, in steps of 1 second to all of them",
        KAD_MAX_SERIES_SECONDS);
  else
    kad_dbus_monitor_complete_get_series (skeleton, invocation,
                                          kad_series_get (kad_monitor_hub_get_series (self->hub),
                                                          figure, g_get_monotonic_time (),
                                                          g_get_real_time (), seconds, step));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
monitor_interface_free (gpointer data)
{
  MonitorInterface *self = data;

  kad_monitor_hub_unuse (self->hub);
  g_free (self);
}

GDBusInterfaceSkeleton *
kad_monitor_interface_new (KadService *service)
{
  KadDbusMonitor *skeleton = kad_dbus_monitor_skeleton_new ();
  MonitorInterface *self = g_new0 (MonitorInterface, 1);

  self->service = service;
  self->hub = kad_monitor_hub_use (service);
  g_object_set_data_full (G_OBJECT (skeleton), "kad-interface", self, monitor_interface_free);
  g_signal_connect (skeleton, "handle-watch", G_CALLBACK (handle_watch), self);
  g_signal_connect (skeleton, "handle-open-stream", G_CALLBACK (handle_open_stream), self);
  g_signal_connect (skeleton, "handle-get-stats", G_CALLBACK (handle_get_stats), self);
  g_signal_connect (skeleton, "handle-get-series", G_CALLBACK (handle_get_series), self);
  return G_DBUS_INTERFACE_SKELETON (skeleton);
}
