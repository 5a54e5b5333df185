/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person does with the node: see data/org.libkad.Kad1.Node.xml. */
#include "kad-node-methods.h"

#include <string.h>

#include "kad-call-options.h"
#include "kad-error.h"
#include "kad-query-object.h"
#include "kad-service-call.h"

#define MAX_ADDRESS_BYTES 1024
#define DIAL_TIMEOUT_MS 30000
#define MAX_TIMEOUT_MS 600000

static const char *const no_options[] = { NULL };

/* FALSE: answered. */
static gboolean
check_options (GDBusMethodInvocation *invocation, GVariant *options, const char *const *known)
{
  GError *error = NULL;

  if (kad_call_options_check (options, known, &error))
    return TRUE;
  g_dbus_method_invocation_take_error (invocation, error);
  return FALSE;
}

static gboolean
check_length (const char *what, const char *text, gsize max, GError **error)
{
  if (strlen (text) <= max)
    return TRUE;
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
               "The %s has %" G_GSIZE_FORMAT " bytes; at most %" G_GSIZE_FORMAT " are taken", what,
               strlen (text), max);
  return FALSE;
}

/* ---- start ---- */

static void
on_joined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  if (kad_node_join_finish (KAD_NODE (source), result, &error))
    kad_service_call_return (user_data, NULL);
  else
    kad_service_call_fail (user_data, error);
}

/* Whoever has tried to join before is not waited for: the next attempt may be minutes away. */
static void
on_tried_to_join (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KadServiceCall *call = user_data;
  GError *error = NULL;
  g_autoptr (KadNode) node = kad_service_need_node_finish (KAD_SERVICE (source), result, &error);

  if (node != NULL && kad_service_is_joined (KAD_SERVICE (source), &error))
    kad_service_call_return (call, NULL);
  else if (error != NULL)
    kad_service_call_fail (call, error);
  else
    kad_node_join_async (node, kad_service_call_get_cancellable (call), on_joined, call);
}

static void
on_started_to_wait (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  if (kad_service_start_finish (KAD_SERVICE (source), result, &error))
    kad_service_need_any_network_async (KAD_SERVICE (source), NULL, on_tried_to_join, user_data);
  else
    kad_service_call_fail (user_data, error);
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  if (kad_service_start_finish (KAD_SERVICE (source), result, &error))
    kad_service_call_return (user_data, NULL);
  else
    kad_service_call_fail (user_data, error);
}

static gboolean
handle_start (KadDbusNode *skeleton, GDBusMethodInvocation *invocation, GVariant *options,
              gpointer user_data)
{
  static const char *const known[] = { "wait", NULL };
  KadService *service = user_data;
  GError *error = NULL;
  gboolean shall_wait;
  KadServiceCall *call;

  if (!check_options (invocation, options, known))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  shall_wait = kad_call_options_boolean (options, "wait", FALSE, &error);
  if (error != NULL)
    {
      g_dbus_method_invocation_take_error (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  call = kad_service_call_begin (service, invocation);
  if (call != NULL)
    kad_service_start_async (service, shall_wait ? on_started_to_wait : on_started, call);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* ---- stop, pause, resume ---- */

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  if (kad_service_stop_finish (KAD_SERVICE (source), result, &error))
    kad_service_call_return (user_data, NULL);
  else
    kad_service_call_fail (user_data, error);
}

static gboolean
handle_stop (KadDbusNode *skeleton, GDBusMethodInvocation *invocation, GVariant *options,
             gpointer user_data)
{
  KadServiceCall *call;

  if (!check_options (invocation, options, no_options))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  call = kad_service_call_begin (user_data, invocation);
  if (call != NULL)
    kad_service_stop_async (user_data, on_stopped, call);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_pause (KadDbusNode *skeleton, GDBusMethodInvocation *invocation, const char *reason,
              GVariant *options, gpointer user_data)
{
  GError *error = NULL;
  KadServiceCall *call;

  if (!check_options (invocation, options, no_options))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  if (!check_length ("reason", reason, KAD_MAX_PAUSE_REASON_BYTES, &error))
    {
      g_dbus_method_invocation_take_error (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  call = kad_service_call_begin (user_data, invocation);
  if (call != NULL)
    kad_service_pause_async (user_data, reason, on_stopped, call);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_resume (KadDbusNode *skeleton, GDBusMethodInvocation *invocation, GVariant *options,
               gpointer user_data)
{
  GError *error = NULL;

  if (!check_options (invocation, options, no_options))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  if (kad_service_resume (user_data, &error))
    kad_dbus_node_complete_resume (skeleton, invocation);
  else
    g_dbus_method_invocation_take_error (invocation, error);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* ---- peers ---- */

/* The only result; or the call ends here. */
static GVariant *
get_result (KadServiceCall *call, GPtrArray *results, GError *error)
{
  if (error == NULL && results->len > 0)
    return results->pdata[0];
  if (error == NULL)
    error = g_error_new_literal (KAD_ERROR, KAD_ERROR_FAILED, "Nothing came of it");
  kad_service_call_fail (call, error);
  return NULL;
}

static void
on_dialled (KadServiceCall *call, GPtrArray *results, GVariant *summary, GError *error,
            gpointer user_data)
{
  GVariant *result = get_result (call, results, error);
  g_autofree const char **addresses = NULL;
  GVariantBuilder details;
  const char *peer = "";

  if (result == NULL)
    return;
  g_variant_lookup (result, "peer", "&s", &peer);
  g_variant_lookup (result, "addresses", "^a&s", &addresses);
  g_variant_builder_init (&details, G_VARIANT_TYPE_VARDICT);
  if (addresses != NULL && addresses[0] != NULL)
    g_variant_builder_add (&details, "{sv}", "address", g_variant_new_string (addresses[0]));
  kad_service_call_return (call, g_variant_new ("(sa{sv})", peer, &details));
}

static GVariant *
new_options (const char *name, const char *value, guint timeout_ms)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, name, "s", value);
  if (timeout_ms > 0)
    g_variant_dict_insert (&dict, "timeout-ms", "u", timeout_ms);
  return g_variant_dict_end (&dict);
}

static gboolean
handle_dial (KadDbusNode *skeleton, GDBusMethodInvocation *invocation, const char *address,
             GVariant *options, gpointer user_data)
{
  static const char *const known[] = { "timeout", "no-start", NULL };
  KadServiceCall *call;
  GError *error = NULL;
  guint timeout_ms;

  if (!check_options (invocation, options, known))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  timeout_ms
      = kad_call_options_uint (options, "timeout", DIAL_TIMEOUT_MS, 1, MAX_TIMEOUT_MS, &error);
  if (error != NULL || !check_length ("address", address, MAX_ADDRESS_BYTES, &error))
    {
      g_dbus_method_invocation_take_error (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  call = kad_service_call_begin (user_data, invocation);
  if (call != NULL)
    kad_service_call_run (call, options, "dial", new_options ("address", address, timeout_ms),
                          on_dialled, NULL);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
on_hung_up (KadServiceCall *call, GPtrArray *results, GVariant *summary, GError *error,
            gpointer user_data)
{
  if (error != NULL)
    kad_service_call_fail (call, error);
  else
    kad_service_call_return (call, NULL);
}

/* Nothing is started to close what is not there. */
static gboolean
handle_disconnect (KadDbusNode *skeleton, GDBusMethodInvocation *invocation, const char *peer,
                   gpointer user_data)
{
  g_autoptr (KadPeerId) parsed = NULL;
  KadServiceCall *call;
  GError *error = NULL;

  if (check_length ("peer", peer, MAX_ADDRESS_BYTES, &error))
    parsed = kad_peer_id_new_from_string (peer, &error);
  if (parsed != NULL && kad_service_get_node (user_data) == NULL)
    g_set_error_literal (&error, KAD_ERROR, KAD_ERROR_NOT_FOUND,
                         "The node does not run, and is connected with nobody");
  if (error != NULL)
    {
      g_dbus_method_invocation_take_error (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  call = kad_service_call_begin (user_data, invocation);
  if (call != NULL)
    kad_service_call_run (call, NULL, "hang-up", new_options ("peer", peer, 0), on_hung_up, NULL);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
on_pinged (KadServiceCall *call, GPtrArray *results, GVariant *summary, GError *error,
           gpointer user_data)
{
  GVariant *result = get_result (call, results, error);
  g_autoptr (GVariant) rtt = NULL;
  gint64 rtt_us = 0;

  if (result == NULL)
    return;
  rtt = g_variant_lookup_value (result, "rtt_us", G_VARIANT_TYPE_INT64);
  if (rtt != NULL)
    rtt_us = g_variant_get_int64 (rtt);
  kad_service_call_return (call, g_variant_new ("(u)", (guint) CLAMP (rtt_us, 0, G_MAXUINT32)));
}

static gboolean
handle_ping (KadDbusNode *skeleton, GDBusMethodInvocation *invocation, const char *peer,
             gpointer user_data)
{
  KadServiceCall *call;
  GError *error = NULL;

  if (!check_length ("peer", peer, MAX_ADDRESS_BYTES, &error))
    {
      g_dbus_method_invocation_take_error (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  call = kad_service_call_begin (user_data, invocation);
  if (call != NULL)
    kad_service_call_run (call, NULL, "ping-peer", new_options ("peer", peer, 0), on_pinged, NULL);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* A query like those of Routing, and begun. */
static gboolean
handle_bootstrap (KadDbusNode *skeleton, GDBusMethodInvocation *invocation, GVariant *options,
                  gpointer user_data)
{
  KadService *service = user_data;
  KadCaller *caller = kad_callers_get (kad_service_get_callers (service), invocation);
  GError *error = NULL;
  KadQueryRequest *request = kad_query_request_new ("refresh", "", options, &error);
  KadQueryObject *query = NULL;

  if (request != NULL)
    query = kad_query_object_new (service, caller, request, &error);
  if (query != NULL && kad_query_object_start (query, &error))
    kad_dbus_node_complete_bootstrap (skeleton, invocation, kad_query_object_get_path (query));
  else
    g_dbus_method_invocation_take_error (invocation, error);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

void
kad_node_methods_connect (KadDbusNode *skeleton, KadService *service)
{
  g_signal_connect (skeleton, "handle-start", G_CALLBACK (handle_start), service);
  g_signal_connect (skeleton, "handle-stop", G_CALLBACK (handle_stop), service);
  g_signal_connect (skeleton, "handle-pause", G_CALLBACK (handle_pause), service);
  g_signal_connect (skeleton, "handle-resume", G_CALLBACK (handle_resume), service);
  g_signal_connect (skeleton, "handle-bootstrap", G_CALLBACK (handle_bootstrap), service);
  g_signal_connect (skeleton, "handle-dial", G_CALLBACK (handle_dial), service);
  g_signal_connect (skeleton, "handle-disconnect", G_CALLBACK (handle_disconnect), service);
  g_signal_connect (skeleton, "handle-ping", G_CALLBACK (handle_ping), service);
  g_signal_connect (skeleton, "handle-health", G_CALLBACK (kad_node_health_handle), service);
}
