/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-secure-connection.h"

#include "fake-transport.h"
#include "kad-link.h"

/* A connection that writes down what is asked of it. */
#define TEST_TYPE_CONNECTION (test_connection_get_type ())
G_DECLARE_FINAL_TYPE (TestConnection, test_connection, TEST, CONNECTION, GObject)

struct _TestConnection
{
  GObject parent_instance;

  KadPeerId peer;
  GString *log;
  KadSecureFunc func;
  gpointer user_data;
};

static void iface_init (KadSecureConnectionInterface *iface);

G_DEFINE_TYPE_WITH_CODE (TestConnection, test_connection, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (KAD_TYPE_SECURE_CONNECTION, iface_init))

static const KadPeerId *
get_peer (KadSecureConnection *connection)
{
  return &TEST_CONNECTION (connection)->peer;
}

static void
set_func (KadSecureConnection *connection, KadSecureFunc func, gpointer user_data)
{
  TEST_CONNECTION (connection)->func = func;
  TEST_CONNECTION (connection)->user_data = user_data;
}

static gboolean
open_stream (KadSecureConnection *connection, guint64 *stream, GError **error)
{
  *stream = 4;
  return TRUE;
}

static gssize
read_stream (KadSecureConnection *connection, guint64 stream, guint8 *data, gsize len,
             GError **error)
{
  g_string_append_printf (TEST_CONNECTION (connection)->log, "read %d ", (int) stream);
  memset (data, 'r', len);
  return (gssize) len;
}

static gssize
write_stream (KadSecureConnection *connection, guint64 stream, const guint8 *data, gsize len,
              GError **error)
{
  g_string_append_printf (TEST_CONNECTION (connection)->log, "write %d %.*s ", (int) stream,
                          (int) len, (const char *) data);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "full");
  return -1;
}

static void
shutdown_stream (KadSecureConnection *connection, guint64 stream)
{
  g_string_append_printf (TEST_CONNECTION (connection)->log, "shutdown %d ", (int) stream);
}

static void
reset_stream (KadSecureConnection *connection, guint64 stream)
{
  g_string_append_printf (TEST_CONNECTION (connection)->log, "reset %d ", (int) stream);
}

static void
close_connection (KadSecureConnection *connection)
{
  g_string_append (TEST_CONNECTION (connection)->log, "close ");
}

static void
iface_init (KadSecureConnectionInterface *iface)
{
  iface->get_peer = get_peer;
  iface->set_func = set_func;
  iface->open_stream = open_stream;
  iface->read = read_stream;
  iface->write = write_stream;
  iface->shutdown_stream = shutdown_stream;
  iface->reset_stream = reset_stream;
  iface->close = close_connection;
}

static void
finalize (GObject *object)
{
  g_string_free (TEST_CONNECTION (object)->log, TRUE);
  G_OBJECT_CLASS (test_connection_parent_class)->finalize (object);
}

static void
test_connection_class_init (TestConnectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
test_connection_init (TestConnection *self)
{
  self->log = g_string_new (NULL);
}

static void
on_event (KadSecureConnection *connection, KadSecureEvent event, guint64 stream, gpointer user_data)
{
  *(KadSecureEvent *) user_data = event;
}

static void
test_calls (void)
{
  TestConnection *self = g_object_new (TEST_TYPE_CONNECTION, NULL);
  KadSecureConnection *connection = KAD_SECURE_CONNECTION (self);
  KadSecureEvent event = KAD_SECURE_STREAM_OPENED;
  g_autoptr (GError) error = NULL;
  guint64 stream = 0;
  guint8 data[2] = { 'w', 'w' };

  g_test_summary ("Each call reaches the implementation, with its answer and its error");

  g_assert_true (kad_secure_connection_get_peer (connection) == &self->peer);
  kad_secure_connection_set_func (connection, on_event, &event);
  self->func (connection, KAD_SECURE_CLOSED, 0, self->user_data);
  g_assert_cmpint (event, ==, KAD_SECURE_CLOSED);
  g_assert_true (kad_secure_connection_open_stream (connection, &stream, &error));
  g_assert_cmpuint (stream, ==, 4);
  g_assert_cmpint (kad_secure_connection_write (connection, stream, data, 2, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);
  g_assert_cmpint (kad_secure_connection_read (connection, stream, data, 2, &error), ==, 2);
  g_assert_cmpmem (data, 2, "rr", 2);
  kad_secure_connection_shutdown_stream (connection, 8);
  kad_secure_connection_reset_stream (connection, 9);
  kad_secure_connection_close (connection);
  g_assert_cmpstr (self->log->str, ==, "write 4 ww read 4 shutdown 8 reset 9 close ");
  g_assert_finalize_object (self);
}

static void
test_link (void)
{
  TestConnection *self = g_object_new (TEST_TYPE_CONNECTION, NULL);
  g_autoptr (GPtrArray) addresses = fake_addresses ("/ip4/127.0.0.1/udp/1/quic-v1");
  KadLink *link
      = kad_link_new_for_connection (KAD_SECURE_CONNECTION (self), NULL, addresses->pdata[0]);

  g_test_summary ("A link of a connection has neither descriptor nor stream, and lets it go open");

  g_assert_true (kad_link_get_connection (link) == KAD_SECURE_CONNECTION (self));
  g_assert_null (kad_link_get_stream (link));
  g_assert_cmpint (kad_link_get_fd (link), ==, -1);
  g_assert_finalize_object (link);
  g_assert_cmpstr (self->log->str, ==, "");
  g_assert_finalize_object (self);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/secure-connection/calls", test_calls);
  g_test_add_func ("/secure-connection/link", test_link);
  return g_test_run ();
}
