/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-memory-transport.h"

#include "kad-error.h"

static void
test_addresses (void)
{
  static const struct
  {
    const char *text;
    gboolean is_ours;
  } rows[] = {
    { "/memory/0", TRUE },
    { "/memory/18446744073709551615", TRUE },
    { "/memory/1/p2p-circuit", FALSE },
    { "/memory/1/memory/2", FALSE },
    { "/ip4/127.0.0.1/tcp/1", FALSE },
  };
  g_autoptr (KadTransport) transport = NULL;

  g_test_summary ("It takes a number, and nothing behind it");

  kad_memory_transport_register_static ();
  transport = g_object_new (KAD_TYPE_MEMORY_TRANSPORT, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (rows[i].text, NULL);

      g_assert_nonnull (address);
      g_assert_true (kad_transport_can_dial (transport, address) == rows[i].is_ours);
      g_assert_true (kad_transport_can_listen (transport, address) == rows[i].is_ours);
    }
}

static void
test_extension (void)
{
  GIOExtensionPoint *point;
  GIOExtension *extension;

  g_test_summary ("It is registered as the transport \"memory\", once");

  kad_memory_transport_register_static ();
  kad_memory_transport_register_static ();
  point = g_io_extension_point_lookup (KAD_TRANSPORT_EXTENSION_POINT_NAME);
  extension = g_io_extension_point_get_extension_by_name (point, "memory");
  g_assert_true (g_io_extension_get_type (extension) == KAD_TYPE_MEMORY_TRANSPORT);
  g_assert_cmpuint (g_list_length (g_io_extension_point_get_extensions (point)), ==, 1);
}

static void
take_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
test_cancelled_visitor (void)
{
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string ("/memory/9", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (KadTransport) transport = NULL;
  g_autoptr (KadListener) listener = NULL;
  g_autoptr (KadLink) link = NULL;
  char byte;

  g_test_summary ("A dial that is cancelled after it arrived is one that has left");

  kad_memory_transport_register_static ();
  transport = g_object_new (KAD_TYPE_MEMORY_TRANSPORT, NULL);
  listener = kad_transport_listen (transport, address, &error);
  g_assert_no_error (error);
  kad_transport_dial_async (transport, address, cancellable, take_result, &result);
  g_cancellable_cancel (cancellable);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (kad_transport_dial_finish (transport, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&result);

  link = kad_listener_accept (listener, NULL);
  g_assert_nonnull (link);
  g_assert_cmpint (g_input_stream_read (g_io_stream_get_input_stream (kad_link_get_stream (link)),
                                        &byte, 1, NULL, NULL),
                   ==, 0);
}

static void
test_latency (void)
{
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string ("/memory/10", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (KadTransport) near_transport = NULL;
  g_autoptr (KadTransport) far_transport = NULL;
  g_autoptr (KadListener) listener = NULL;
  g_autoptr (KadLink) near_link = NULL;
  g_autoptr (KadLink) far_link = NULL;
  GOutputStream *output;
  GInputStream *input;
  gint64 begun_us;
  char byte = 'x';

  g_test_summary ("A connection is as slow as both of its ends together, in each direction");

  kad_memory_transport_register_static ();
  near_transport = g_object_new (KAD_TYPE_MEMORY_TRANSPORT, "latency-ms", 20, NULL);
  far_transport = g_object_new (KAD_TYPE_MEMORY_TRANSPORT, "latency-ms", 30, NULL);
  listener = kad_transport_listen (far_transport, address, NULL);
  kad_transport_dial_async (near_transport, address, NULL, take_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  near_link = kad_transport_dial_finish (near_transport, result, NULL);
  far_link = kad_listener_accept (listener, NULL);
  begun_us = g_get_monotonic_time ();
  output = g_io_stream_get_output_stream (kad_link_get_stream (near_link));
  input = g_io_stream_get_input_stream (kad_link_get_stream (far_link));
  g_assert_cmpint (g_output_stream_write (output, &byte, 1, NULL, NULL), ==, 1);
  g_assert_cmpint (g_input_stream_read (input, &byte, 1, NULL, NULL), ==, 1);
  g_assert_cmpint (g_get_monotonic_time () - begun_us, >=, 50 * G_TIME_SPAN_MILLISECOND);
  begun_us = g_get_monotonic_time ();
  output = g_io_stream_get_output_stream (kad_link_get_stream (far_link));
  input = g_io_stream_get_input_stream (kad_link_get_stream (near_link));
  g_assert_cmpint (g_output_stream_write (output, &byte, 1, NULL, NULL), ==, 1);
  g_assert_cmpint (g_input_stream_read (input, &byte, 1, NULL, NULL), ==, 1);
  g_assert_cmpint (g_get_monotonic_time () - begun_us, >=, 50 * G_TIME_SPAN_MILLISECOND);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transports/memory-transport/addresses", test_addresses);
  g_test_add_func ("/transports/memory-transport/extension", test_extension);
  g_test_add_func ("/transports/memory-transport/cancelled-visitor", test_cancelled_visitor);
  g_test_add_func ("/transports/memory-transport/latency", test_latency);
  return g_test_run ();
}
