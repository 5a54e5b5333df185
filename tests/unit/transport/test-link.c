/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-link.h"

#include <fcntl.h>
#include <unistd.h>

static gboolean
is_open (int fd)
{
  return fcntl (fd, F_GETFD) != -1;
}

static KadMultiaddr *
new_address (void)
{
  return kad_multiaddr_new_from_string ("/ip4/1.2.3.4/tcp/5", NULL);
}

static void
test_a_descriptor_is_closed_with_its_link (void)
{
  g_autoptr (KadMultiaddr) remote = new_address ();
  int fd = dup (1);
  KadLink *link = kad_link_new_for_fd (fd, NULL, remote);

  g_test_summary ("A link owns its descriptor");

  g_assert_cmpint (kad_link_get_fd (link), ==, fd);
  g_assert_null (kad_link_get_stream (link));
  g_assert_null (kad_link_get_connection (link));
  g_assert_null (kad_link_get_local_address (link));
  g_assert_true (kad_multiaddr_equal (kad_link_get_remote_address (link), remote));
  g_assert_true (is_open (fd));
  g_assert_finalize_object (link);
  g_assert_false (is_open (fd));
}

static void
test_a_stolen_descriptor_is_the_caller_s (void)
{
  g_autoptr (KadMultiaddr) remote = new_address ();
  int fd = dup (1);
  KadLink *link = kad_link_new_for_fd (fd, remote, remote);

  g_test_summary ("A stolen descriptor outlives the link, and is stolen once");

  g_assert_cmpint (kad_link_steal_fd (link), ==, fd);
  g_assert_cmpint (kad_link_steal_fd (link), ==, -1);
  g_assert_finalize_object (link);
  g_assert_true (is_open (fd));
  close (fd);
}

static void
test_a_stream_is_held (void)
{
  g_autoptr (KadMultiaddr) remote = new_address ();
  GInputStream *in = g_memory_input_stream_new ();
  GOutputStream *out = g_memory_output_stream_new_resizable ();
  GIOStream *stream = g_simple_io_stream_new (in, out);
  KadLink *link = kad_link_new_for_stream (stream, NULL, remote);

  g_test_summary ("A link of a stream has no descriptor, and lets the stream go at its end");

  g_object_unref (in);
  g_object_unref (out);
  g_object_unref (stream);
  g_assert_true (kad_link_get_stream (link) == stream);
  g_assert_cmpint (kad_link_get_fd (link), ==, -1);
  g_object_add_weak_pointer (G_OBJECT (stream), (gpointer *) &stream);
  g_assert_finalize_object (link);
  g_assert_null (stream);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/link/a-descriptor-is-closed-with-its-link",
                   test_a_descriptor_is_closed_with_its_link);
  g_test_add_func ("/link/a-stolen-descriptor-is-the-caller-s",
                   test_a_stolen_descriptor_is_the_caller_s);
  g_test_add_func ("/link/a-stream-is-held", test_a_stream_is_held);
  return g_test_run ();
}
