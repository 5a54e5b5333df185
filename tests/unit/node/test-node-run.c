/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "kad-node-testing.h"

/* One call and what was told of it. */
typedef struct
{
  Wait wait;
  guint results;
  guint results_at_end;
  guint destroyed;
  guint results_after_destroyed;
} Call;

static void
call_on_result (KadNode *node, GVariant *result, gpointer user_data)
{
  Call *call = user_data;

  g_assert_true (KAD_IS_NODE (node));
  g_assert_true (g_variant_is_of_type (result, G_VARIANT_TYPE_VARDICT));
  call->results++;
  call->results_after_destroyed += call->destroyed;
}

static void
call_on_destroyed (gpointer user_data)
{
  ((Call *) user_data)->destroyed++;
}

static void
call_on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;

  call->results_at_end = call->results;
  wait_on_ready (source, result, &call->wait);
}

static void
call_start (Call *call, KadNode *node, const char *command, const char *options,
            GCancellable *cancellable)
{
  *call = (Call){ 0 };
  kad_node_run_async (node, command, options == NULL ? NULL : g_variant_new_parsed (options),
                      call_on_result, call, call_on_destroyed, cancellable, call_on_ready, call);
  g_assert_cmpuint (call->wait.n_calls, ==, 0);
}

static GVariant *
call_finish (Call *call, KadNode *node, GError **error)
{
  GVariant *summary = kad_node_run_finish (node, wait_for (&call->wait), error);

  finish_turns ();
  g_assert_cmpuint (call->wait.n_calls, ==, 1);
  g_assert_cmpuint (call->destroyed, ==, 1);
  g_assert_cmpuint (call->results, ==, call->results_at_end);
  g_assert_cmpuint (call->results_after_destroyed, ==, 0);
  wait_clear (&call->wait);
  return summary;
}

static void
test_results_come_before_the_end (void)
{
  KadNode *node = make_node (KAD_MODE_SERVER, NULL);
  g_autoptr (GVariant) summary = NULL;
  g_autoptr (GError) error = NULL;
  const char *outcome = NULL;
  Call call;

  g_test_summary ("Results come first, then the end, once, with what the command adds");

  start_node (node);
  call_start (&call, node, "show-identity", NULL, NULL);
  summary = call_finish (&call, node, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (call.results, ==, 1);
  g_assert_true (g_variant_lookup (summary, "outcome", "&s", &outcome));
  stop_node (node);
  g_assert_finalize_object (node);
}

static void
test_wrong_calls (void)
{
  static const struct
  {
    const char *command;
    const char *options;
    int code;
  } wrong[] = {
    { "no-such-thing", NULL, KAD_ERROR_UNKNOWN_COMMAND },
    { "", NULL, KAD_ERROR_UNKNOWN_COMMAND },
    { "get-record", NULL, KAD_ERROR_INVALID_ARGUMENT },
    { "get-record", "{'key': <'text:x'>, 'nonsense': <1>}", KAD_ERROR_INVALID_ARGUMENT },
    { "ping-peer", "{'peer': <'what?'>}", -1 },
  };
  KadNode *node = make_node (KAD_MODE_SERVER, NULL);
  Call call;

  g_test_summary ("Wrong names and options end the call with an error, and free what it was given");

  start_node (node);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      call_start (&call, node, wrong[i].command, wrong[i].options, NULL);
      g_assert_null (call_finish (&call, node, &error));
      g_assert_nonnull (error);
      if (wrong[i].code >= 0)
        g_assert_error (error, KAD_ERROR, wrong[i].code);
      g_assert_cmpuint (call.results, ==, 0);
    }
  stop_node (node);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      call_start (&call, node, "show-identity", NULL, NULL);
      g_assert_null (call_finish (&call, node, &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_RUNNING);
    }
  g_assert_finalize_object (node);
}

/* What never answers: a listening socket on which nobody accepts. */
static char *
silent_address (GSocket **socket)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;

  *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_assert_true (g_socket_bind (*socket, any, FALSE, NULL));
  g_assert_true (g_socket_listen (*socket, NULL));
  bound = g_socket_get_local_address (*socket, NULL);
  return g_strdup_printf ("{'peer': <'/ip4/127.0.0.1/tcp/%u'>}",
                          g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
}

static gpointer
cancel_elsewhere (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return NULL;
}

static void
test_cancel (void)
{
  KadNode *node = make_node (KAD_MODE_SERVER, NULL);
  g_autoptr (GSocket) socket = NULL;
  g_autofree char *options = silent_address (&socket);

  g_test_summary ("Cancelled before it begins, at once, while it runs, from another thread, and "
                  "after its end: one end each");

  start_node (node);
  for (guint when = 0; when < 5; when++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      GThread *thread = NULL;
      Call call;

      if (when == 0)
        g_cancellable_cancel (cancellable);
      call_start (&call, node, when == 4 ? "show-identity" : "ping-peer",
                  when == 4 ? NULL : options, cancellable);
      if (when == 1)
        g_cancellable_cancel (cancellable);
      if (when == 2 || when == 3)
        for (guint i = 0; i < 50; i++)
          {
            g_main_context_iteration (NULL, FALSE);
            g_usleep (1000);
          }
      if (when == 2)
        g_cancellable_cancel (cancellable);
      if (when == 3)
        thread = g_thread_new ("canceller", cancel_elsewhere, cancellable);
      if (when < 4)
        {
          g_assert_null (call_finish (&call, node, &error));
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
        }
      else
        {
          g_autoptr (GVariant) summary G_GNUC_UNUSED = call_finish (&call, node, &error);

          g_assert_no_error (error);
          g_cancellable_cancel (cancellable);
          finish_turns ();
        }
      if (thread != NULL)
        g_thread_join (thread);
    }
  stop_node (node);
  g_assert_finalize_object (node);
}

static void
test_stopped_meanwhile (void)
{
  KadNode *node = make_node (KAD_MODE_SERVER, NULL);
  g_autoptr (GSocket) socket = NULL;
  g_autofree char *options = silent_address (&socket);
  Call calls[8];

  g_test_summary ("When the node stops, each running call ends with NotRunning, once");

  start_node (node);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    call_start (&calls[i], node, "ping-peer", options, NULL);
  stop_node (node);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (call_finish (&calls[i], node, &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_RUNNING);
    }
  g_assert_finalize_object (node);
}

static void
drop_node (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KadNode **node = user_data;
  g_autoptr (GVariant) summary = kad_node_run_finish (*node, result, NULL);

  g_assert_nonnull (summary);
  g_clear_object (node);
}

static void
test_dropped_in_its_callback (void)
{
  g_test_summary (
      "The last reference of a running node may go in a call's callback: the node stops, "
      "in the caller's thread and not in its own");

  for (guint i = 0; i < 60; i++)
    {
      KadNode *node = make_node (KAD_MODE_SERVER, NULL);
      gpointer weak = node;

      g_object_add_weak_pointer (G_OBJECT (weak), &weak);
      start_node (node);
      kad_node_run_async (node, "show-identity", NULL, NULL, NULL, NULL, NULL, drop_node, &node);
      run_until (node == NULL && weak == NULL);
    }
  finish_turns ();
}

typedef struct
{
  KadNode *node;
  guint n_calls;
} Caller;

static gpointer
call_elsewhere (gpointer user_data)
{
  Caller *caller = user_data;
  g_autoptr (GMainContext) context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  for (guint i = 0; i < caller->n_calls; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GVariant) summary = NULL;
      g_autoptr (GError) error = NULL;
      GThread *thread = NULL;
      Call call;

      call_start (&call, caller->node, "show-identity", NULL, cancellable);
      if (i % 3 == 0)
        thread = g_thread_new ("canceller", cancel_elsewhere, cancellable);
      summary = call_finish (&call, caller->node, &error);
      if (error != NULL)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      if (thread != NULL)
        g_thread_join (thread);
    }
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
test_many_threads (void)
{
  KadNode *node = make_node (KAD_MODE_SERVER, NULL);
  Caller caller = { node, 50 };
  GThread *threads[8];

  g_test_summary ("Calls from many threads at once, cancelled by others, end each in its own");

  start_node (node);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("caller", call_elsewhere, &caller);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  stop_node (node);
  g_assert_finalize_object (node);
}

static void
test_failed_start (void)
{
  KadNode *first = make_node (KAD_MODE_SERVER, NULL);
  g_auto (GStrv) addresses = NULL;
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  KadNode *second;
  g_autoptr (GError) error = NULL;

  g_test_summary ("A start that fails leaves nothing that listens, and may be tried again");

  start_node (first);
  addresses = kad_node_dup_addresses (first);
  *strstr (addresses[0], "/p2p/") = '\0';
  g_assert_true (kad_node_config_add_listen (config, "/ip4/127.0.0.1/tcp/0", NULL));
  g_assert_true (kad_node_config_add_listen (config, addresses[0], NULL));
  second = kad_node_new (config, NULL);
  for (guint i = 0; i < 2; i++)
    {
      g_auto (GStrv) none = NULL;
      Wait wait = { 0 };

      kad_node_start_async (second, NULL, wait_on_ready, &wait);
      g_assert_false (kad_node_start_finish (second, wait_for (&wait), &error));
      g_assert_nonnull (strstr (error->message, addresses[0]));
      g_clear_error (&error);
      wait_clear (&wait);
      none = kad_node_dup_addresses (second);
      g_assert_cmpuint (g_strv_length (none), ==, 0);
    }
  stop_node (first);
  start_node (second);
  g_assert_true (kad_node_is_running (second));
  stop_node (second);
  g_assert_finalize_object (first);
  g_assert_finalize_object (second);
}

static void
test_transport_options (void)
{
  static const struct
  {
    const char *transport, *option, *value;
    const char *reason; /* (nullable) of the start's failure */
  } options[] = {
    { "websocket", "upgrade-timeout-ms", "500", NULL },
    { "websocket", "upgrade-timeout-ms", "99", "from 100 to 60000" },
    { "websocket", "upgrade-timeout-ms", "soon", "upgrade-timeout-ms" },
    { "websocket", "colour", "blue", "no option \"colour\"; it has certificate" },
    { "websocket", "certificate", "/nowhere/cert.pem", "/nowhere/cert.pem" },
    { "tcp", "colour", "blue", "it has none" },
    { "pigeon", "colour", "blue", "no transport \"pigeon\"" },
  };
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  g_autoptr (GError) error = NULL;

  g_test_summary (
      "Options of transports are set at the start, and what is wrong with one is its error");

  g_assert_false (kad_node_config_set_transport_option (config, "", "colour", "blue", &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    {
      g_autoptr (KadNodeConfig) one = kad_node_config_new ();
      g_autoptr (KadNode) node = NULL;
      Wait wait = { 0 };

      g_clear_error (&error);
      g_assert_true (kad_node_config_set_transport_option (one, options[i].transport,
                                                           options[i].option, "first", NULL));
      g_assert_true (kad_node_config_set_transport_option (
          one, options[i].transport, options[i].option, options[i].value, NULL));
      node = kad_node_new (one, NULL);
      kad_node_start_async (node, NULL, wait_on_ready, &wait);
      g_assert_true (kad_node_start_finish (node, wait_for (&wait), &error)
                     == (options[i].reason == NULL));
      wait_clear (&wait);
      if (options[i].reason == NULL)
        {
          stop_node (node);
          continue;
        }
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, options[i].reason));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/node-run/results-come-before-the-end", test_results_come_before_the_end);
  g_test_add_func ("/node-run/wrong-calls", test_wrong_calls);
  g_test_add_func ("/node-run/cancel", test_cancel);
  g_test_add_func ("/node-run/stopped-meanwhile", test_stopped_meanwhile);
  g_test_add_func ("/node-run/dropped-in-its-callback", test_dropped_in_its_callback);
  g_test_add_func ("/node-run/many-threads", test_many_threads);
  g_test_add_func ("/node-run/failed-start", test_failed_start);
  g_test_add_func ("/node-run/transport-options", test_transport_options);
  return g_test_run ();
}
