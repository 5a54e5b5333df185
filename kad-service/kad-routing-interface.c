/* SPDX-License-Identifier: GPL-3.0-or-later */
/* org.libkad.Kad1.Routing: see data/org.libkad.Kad1.Routing.xml. */
#include "kad-call-options.h"
#include "kad-caller-gate.h"
#include "kad-command-describe.h"
#include "kad-command-registry.h"
#include "kad-command-run.h"
#include "kad-dbus.h"
#include "kad-error.h"
#include "kad-interfaces.h"
#include "kad-key-text.h"
#include "kad-module.h"
#include "kad-publications-interface.h"
#include "kad-queries.h"
#include "kad-result.h"

#define KAD_MAX_NAMESPACE_BYTES 1024

typedef struct
{
  KadService *service;
  KadDbusRouting *skeleton;
  KadQueries *queries;
  GVariant *commands; /* (nullable) what GetCommands() answers: it never changes */
  GPtrArray *calls;   /* (element-type Call) that were not answered yet */
} RoutingInterface;

typedef struct _Call Call;

typedef void (*AnswerFunc) (Call *call, GDBusMethodInvocation *invocation, GVariant *results);

/* A call that answers when a command is done. */
struct _Call
{
  RoutingInterface *interface;
  GDBusMethodInvocation *invocation; /* (owned) until it is answered */
  KadCaller *caller;                 /* (owned) */
  guint gone;
  KadCommandRun *run;
  AnswerFunc answer;
};

/* ---- calls that answer when all is known ---- */

static void
call_free (gpointer data)
{
  Call *self = data;

  kad_caller_give_back (self->caller, KAD_QUOTA_CALLS);
  if (self->gone != 0)
    kad_caller_remove_gone (self->caller, self->gone);
  kad_caller_unref (self->caller);
  kad_command_run_release (self->run);
  g_clear_object (&self->invocation);
  g_free (self);
}

static void
answer_results (Call *self, GDBusMethodInvocation *invocation, GVariant *results)
{
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(@aa{sv})", results));
}

static void
answer_results_and_summary (Call *self, GDBusMethodInvocation *invocation, GVariant *results)
{
  g_dbus_method_invocation_return_value (
      invocation,
      g_variant_new ("(@aa{sv}@a{sv})", results, kad_command_run_get_summary (self->run)));
}

static void
on_call_done (KadCommandRun *run, gpointer user_data)
{
  Call *self = user_data;
  GDBusMethodInvocation *invocation = g_steal_pointer (&self->invocation);
  const GError *error = kad_command_run_get_error (run);
  g_autoptr (GVariant) results = NULL;

  if (error != NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    {
      results
          = g_variant_ref_sink (kad_command_run_dup_results (run, 0, KAD_MAX_RUN_RESULTS, NULL));
      self->answer (self, invocation, results);
    }
  g_ptr_array_remove_fast (self->interface->calls, self);
}

static void
on_call_gone (KadCaller *caller, gpointer user_data)
{
  Call *self = user_data;

  self->gone = 0;
  g_ptr_array_remove_fast (self->interface->calls, self);
}

/* Takes @request, which is NULL with @error. */
static gboolean
answer_with_run (RoutingInterface *self, GDBusMethodInvocation *invocation,
                 KadQueryRequest *request, GError *error, AnswerFunc answer)
{
  g_autoptr (KadQueryRequest) taken G_GNUC_UNUSED = request;
  KadCaller *caller = kad_callers_get (kad_service_get_callers (self->service), invocation);
  Call *call;

  if (request == NULL || !kad_caller_take (caller, KAD_QUOTA_CALLS, &error))
    {
      g_dbus_method_invocation_take_error (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  call = g_new0 (Call, 1);
  call->interface = self;
  call->invocation = invocation;
  call->caller = kad_caller_ref (caller);
  call->gone = kad_caller_add_gone (caller, on_call_gone, call);
  call->run = kad_command_run_new (self->service, caller, request->command, request->options, NULL,
                                   on_call_done, call);
  kad_command_run_set_nets (call->run, request->nets);
  call->answer = answer;
  g_ptr_array_add (self->calls, call);
  kad_command_run_start (call->run, request->no_start, request->asks_network);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* With what its caller may have of @options. */
static KadQueryRequest *
new_request (KadCaller *caller, const char *kind, const char *key, GVariant *options,
             GError **error)
{
  g_autoptr (GVariant) own
      = kad_caller_gate_filter_query (kad_caller_get_identity (caller), kind, options, error);

  return own != NULL ? kad_query_request_new (kind, key, own, error) : NULL;
}

static gboolean
ask (RoutingInterface *self, GDBusMethodInvocation *invocation, const char *kind, const char *key,
     GVariant *options)
{
  KadCaller *caller = kad_callers_get (kad_service_get_callers (self->service), invocation);
  GError *error = NULL;
  KadQueryRequest *request = new_request (caller, kind, key, options, &error);

  return answer_with_run (self, invocation, request, error, answer_results);
}

static gboolean
handle_find_providers (KadDbusRouting *skeleton, GDBusMethodInvocation *invocation, const char *key,
                       GVariant *options, gpointer user_data)
{
  return ask (user_data, invocation, "find-providers", key, options);
}

static gboolean
handle_find_peer (KadDbusRouting *skeleton, GDBusMethodInvocation *invocation, const char *peer,
                  GVariant *options, gpointer user_data)
{
  return ask (user_data, invocation, "find-peer", peer, options);
}

static gboolean
handle_get_record (KadDbusRouting *skeleton, GDBusMethodInvocation *invocation, const char *key,
                   GVariant *options, gpointer user_data)
{
  return ask (user_data, invocation, "get-record", key, options);
}

static gboolean
handle_closest_peers (KadDbusRouting *skeleton, GDBusMethodInvocation *invocation, const char *key,
                      GVariant *options, gpointer user_data)
{
  return ask (user_data, invocation, "closest-peers", key, options);
}

static gboolean
handle_run (KadDbusRouting *skeleton, GDBusMethodInvocation *invocation, const char *command,
            GVariant *options, gpointer user_data)
{
  GError *error = NULL;
  KadQueryRequest *request = kad_query_request_new_run (command, options, &error);

  return answer_with_run (user_data, invocation, request, error, answer_results_and_summary);
}

/* ---- queries ---- */

/* The path of a new query, or NULL and the error is answered. */
static const char *
prepare (RoutingInterface *self, GDBusMethodInvocation *invocation, const char *kind,
         const char *key, GVariant *options)
{
  KadCaller *caller = kad_callers_get (kad_service_get_callers (self->service), invocation);
  GError *error = NULL;
  KadQueryRequest *request = new_request (caller, kind, key, options, &error);
  KadQueryObject *object = NULL;

  if (request != NULL)
    object = kad_query_object_new (self->service, caller, request, &error);
  if (object != NULL)
    return kad_query_object_get_path (object);
  g_dbus_method_invocation_take_error (invocation, error);
  return NULL;
}

static gboolean
handle_prepare_query (KadDbusRouting *skeleton, GDBusMethodInvocation *invocation, const char *kind,
                      const char *key, GVariant *options, gpointer user_data)
{
  const char *path = prepare (user_data, invocation, kind, key, options);

  if (path != NULL)
    kad_dbus_routing_complete_prepare_query (skeleton, invocation, path);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* As go-libp2p has it: the provider key is the sha2-256 multihash of the namespace's bytes, which
 * is what "text:" means for providers. Returns: (transfer full) (nullable): that text; without it
 * the call has been answered. */
static char *
namespace_key_text (GDBusMethodInvocation *invocation, const char *namespace)
{
  gsize len = strlen (namespace);

  if (len > 0 && len <= KAD_MAX_NAMESPACE_BYTES)
    return g_strconcat ("text:", namespace, NULL);
  g_dbus_method_invocation_return_error (
      invocation, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
      "The namespace has %" G_GSIZE_FORMAT " bytes; it has 1 to %d", len, KAD_MAX_NAMESPACE_BYTES);
  return NULL;
}

static gboolean
handle_advertise (KadDbusRouting *skeleton, GDBusMethodInvocation *invocation,
                  const char *namespace, GVariant *options, gpointer user_data)
{
  RoutingInterface *self = user_data;
  g_autofree char *text = namespace_key_text (invocation, namespace);
  GError *error = NULL;
  GBytes *key;

  if (text == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  key = kad_key_text_parse (text, KAD_KEY_USE_PROVIDER, FALSE, &error);
  if (key == NULL)
    g_dbus_method_invocation_take_error (invocation, error);
  else
    kad_publications_provide (self->service, invocation, key, options);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_discover (KadDbusRouting *skeleton, GDBusMethodInvocation *invocation, const char *namespace,
                 GVariant *options, gpointer user_data)
{
  g_autofree char *key = namespace_key_text (invocation, namespace);
  const char *path
      = key == NULL ? NULL : prepare (user_data, invocation, "find-providers", key, options);

  if (path != NULL)
    kad_dbus_routing_complete_discover (skeleton, invocation, path);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
answer_list (Call *self, GDBusMethodInvocation *invocation, GVariant *rows)
{
  RoutingInterface *interface = self->interface;

  kad_dbus_routing_complete_list_queries (interface->skeleton, invocation,
                                          kad_queries_list (interface->queries, NULL, rows));
}

/* Those of the node itself, too, if there is one. */
static void
list_all (RoutingInterface *self, GDBusMethodInvocation *invocation)
{
  GError *error = NULL;
  KadQueryRequest *request;

  if (kad_service_get_node (self->service) == NULL)
    {
      kad_dbus_routing_complete_list_queries (self->skeleton, invocation,
                                              kad_queries_list (self->queries, NULL, NULL));
      return;
    }
  request = kad_query_request_new_run ("show-queries", NULL, &error);
  answer_with_run (self, invocation, request, error, answer_list);
}

static gboolean
handle_list_queries (KadDbusRouting *skeleton, GDBusMethodInvocation *invocation, GVariant *options,
                     gpointer user_data)
{
  static const char *const known[] = { "all", NULL };
  RoutingInterface *self = user_data;
  KadCaller *caller = kad_callers_get (kad_service_get_callers (self->service), invocation);
  GError *error = NULL;
  gboolean all;

  kad_call_options_check (options, known, &error);
  all = kad_call_options_boolean (options, "all", FALSE, &error);
  if (error != NULL)
    g_dbus_method_invocation_take_error (invocation, error);
  else if (all && kad_caller_is_sandboxed (caller))
    g_dbus_method_invocation_return_error_literal (
        invocation, KAD_ERROR, KAD_ERROR_NOT_AUTHORIZED,
        "Programs in a sandbox have their own queries only");
  else if (all)
    list_all (self, invocation);
  else
    kad_dbus_routing_complete_list_queries (skeleton, invocation,
                                            kad_queries_list (self->queries, caller, NULL));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* ---- what there is ---- */

static gboolean
check_no_options (GDBusMethodInvocation *invocation, GVariant *options)
{
  static const char *const known[] = { NULL };
  GError *error = NULL;

  if (kad_call_options_check (options, known, &error))
    return TRUE;
  g_dbus_method_invocation_take_error (invocation, error);
  return FALSE;
}

static GVariant *
describe_commands (void)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  g_auto (GStrv) names = NULL;

  kad_modules_load ();
  names = kad_command_registry_list ();
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GVariant) command = kad_call_result (kad_command_describe (names[i]));

      g_variant_builder_add_value (&builder, command);
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static gboolean
handle_get_commands (KadDbusRouting *skeleton, GDBusMethodInvocation *invocation, GVariant *options,
                     gpointer user_data)
{
  RoutingInterface *self = user_data;

  if (!check_no_options (invocation, options))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  if (self->commands == NULL)
    self->commands = describe_commands ();
  kad_dbus_routing_complete_get_commands (skeleton, invocation, self->commands);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_get_modules (KadDbusRouting *skeleton, GDBusMethodInvocation *invocation, GVariant *options,
                    gpointer user_data)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  g_autoptr (GPtrArray) modules = NULL;

  if (!check_no_options (invocation, options))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  kad_modules_load ();
  modules = kad_modules_list ();
  for (guint i = 0; i < modules->len; i++)
    {
      g_autoptr (GVariant) module = kad_call_result (kad_result_new_module (modules->pdata[i]));

      g_variant_builder_add_value (&builder, module);
    }
  kad_dbus_routing_complete_get_modules (skeleton, invocation, g_variant_builder_end (&builder));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* ---- life ---- */

static void
routing_interface_free (gpointer data)
{
  RoutingInterface *self = data;

  g_ptr_array_unref (self->calls);
  g_clear_pointer (&self->commands, g_variant_unref);
  kad_queries_free (self->queries);
  g_free (self);
}

GDBusInterfaceSkeleton *
kad_routing_interface_new (KadService *service)
{
  static const struct
  {
    const char *signal;
    GCallback handler;
  } handlers[] = {
    { "handle-prepare-query", G_CALLBACK (handle_prepare_query) },
    { "handle-find-providers", G_CALLBACK (handle_find_providers) },
    { "handle-find-peer", G_CALLBACK (handle_find_peer) },
    { "handle-get-record", G_CALLBACK (handle_get_record) },
    { "handle-closest-peers", G_CALLBACK (handle_closest_peers) },
    { "handle-advertise", G_CALLBACK (handle_advertise) },
    { "handle-discover", G_CALLBACK (handle_discover) },
    { "handle-run", G_CALLBACK (handle_run) },
    { "handle-get-commands", G_CALLBACK (handle_get_commands) },
    { "handle-get-modules", G_CALLBACK (handle_get_modules) },
    { "handle-list-queries", G_CALLBACK (handle_list_queries) },
  };
  KadDbusRouting *skeleton = kad_dbus_routing_skeleton_new ();
  RoutingInterface *self = g_new0 (RoutingInterface, 1);

  self->service = service;
  self->skeleton = skeleton;
  self->queries = kad_queries_new (service);
  self->calls = g_ptr_array_new_with_free_func (call_free);
  g_object_set_data_full (G_OBJECT (skeleton), "kad-interface", self, routing_interface_free);
  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect (skeleton, handlers[i].signal, handlers[i].handler, self);
  return G_DBUS_INTERFACE_SKELETON (skeleton);
}
