/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-watch-pace.h"

#include <gio/gunixsocketaddress.h>
#include <gio/gunixconnection.h>
#include <sys/socket.h>
#include <unistd.h>

/* A caller that calls once, and then reads when the test lets it: a connection to a server of ours
 * whose other end is a bare socket. */
typedef struct
{
  KadCallers *callers;
  KadCaller *caller;
  GDBusConnection *server;
  GSocket *reader;
  KadWatchPace *pace;
  guint n_room;
} Fixture;

static GSocket *
new_socket (int fd)
{
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new_from_fd (fd, &error);

  g_assert_no_error (error);
  return socket;
}

static void
send_text (GSocket *socket, const char *text, gssize len)
{
  g_autoptr (GError) error = NULL;

  g_socket_send (socket, text, len >= 0 ? (gsize) len : strlen (text), NULL, &error);
  g_assert_no_error (error);
}

static gsize
receive (GSocket *socket, guint8 *bytes, gsize size)
{
  g_autoptr (GError) error = NULL;
  gssize n = g_socket_receive (socket, (char *) bytes, size, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (n, >, 0);
  return (gsize) n;
}

static gpointer
authenticate (gpointer user_data)
{
  GSocket *socket = user_data;
  g_autofree char *uid = g_strdup_printf ("%u", (guint) getuid ());
  g_autoptr (GString) line = g_string_new ("AUTH EXTERNAL ");
  guint8 answer[512];

  for (const char *c = uid; *c != '\0'; c++)
    g_string_append_printf (line, "%02x", (guint) *c);
  g_string_append (line, "\r\n");
  send_text (socket, "", 1);
  send_text (socket, line->str, -1);
  receive (socket, answer, sizeof answer);
  send_text (socket, "BEGIN\r\n", -1);
  return NULL;
}

static void
send_message (GSocket *socket, GDBusMessage *message)
{
  static guint32 serial;
  g_autoptr (GError) error = NULL;
  g_autofree guchar *blob = NULL;
  gsize size;

  g_dbus_message_set_serial (message, ++serial);
  blob = g_dbus_message_to_blob (message, &size, G_DBUS_CAPABILITY_FLAGS_NONE, &error);
  g_assert_no_error (error);
  send_text (socket, (const char *) blob, (gssize) size);
}

/* Reads messages until there is a call of Ping, and answers that. */
static void
answer_ping (Fixture *f)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (;;)
    {
      guint8 some[4096];
      gsize n = receive (f->reader, some, sizeof some);

      g_byte_array_append (bytes, some, (guint) n);
      while (bytes->len >= 16)
        {
          g_autoptr (GDBusMessage) message = NULL;
          g_autoptr (GDBusMessage) reply = NULL;
          gssize needed = g_dbus_message_bytes_needed (bytes->data, bytes->len, NULL);

          g_assert_cmpint (needed, >, 0);
          if (bytes->len < needed)
            break;
          message = g_dbus_message_new_from_blob (bytes->data, (gsize) needed,
                                                  G_DBUS_CAPABILITY_FLAGS_NONE, NULL);
          g_assert_nonnull (message);
          g_byte_array_remove_range (bytes, 0, (guint) needed);
          if (g_strcmp0 (g_dbus_message_get_member (message), "Ping") != 0)
            continue;
          reply = g_dbus_message_new_method_reply (message);
          send_message (f->reader, reply);
          return;
        }
    }
}

static void
on_room (gpointer user_data)
{
  ((Fixture *) user_data)->n_room++;
}

static void
on_call (GDBusConnection *connection, const char *sender, const char *path, const char *interface,
         const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
         gpointer user_data)
{
  Fixture *f = user_data;

  f->caller = kad_caller_ref (kad_callers_get (f->callers, invocation));
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
fixture_init (Fixture *f)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_call };
  static const char xml[] = "<node><interface name='a.b'><method name='Hello'/></interface></node>";
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (xml, NULL);
  g_autofree char *guid = g_dbus_generate_guid ();
  g_autoptr (GSocket) own = NULL;
  g_autoptr (GSocketConnection) stream = NULL;
  g_autoptr (GDBusMessage) hello = NULL;
  g_autoptr (GError) error = NULL;
  GThread *thread;
  int fds[2];

  *f = (Fixture){ .callers = kad_callers_new () };
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  own = new_socket (fds[0]);
  f->reader = new_socket (fds[1]);
  stream = g_socket_connection_factory_create_connection (own);
  thread = g_thread_new ("client", authenticate, f->reader);
  f->server = g_dbus_connection_new_sync (G_IO_STREAM (stream), guid,
                                          G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER
                                              | G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                                          NULL, NULL, &error);
  g_assert_no_error (error);
  g_thread_join (thread);
  g_dbus_connection_set_exit_on_close (f->server, FALSE);
  g_dbus_connection_register_object (f->server, "/x", info->interfaces[0], &vtable, f, NULL,
                                     &error);
  g_assert_no_error (error);
  g_dbus_connection_start_message_processing (f->server);
  hello = g_dbus_message_new_method_call (NULL, "/x", "a.b", "Hello");
  send_message (f->reader, hello);
  while (f->caller == NULL)
    g_main_context_iteration (NULL, TRUE);
  f->pace = kad_watch_pace_new (f->caller, 1000, on_room, f);
}

static void
fixture_clear (Fixture *f)
{
  g_clear_pointer (&f->pace, kad_watch_pace_free);
  g_dbus_connection_close_sync (f->server, NULL, NULL);
  while (kad_caller_is_here (f->caller))
    g_main_context_iteration (NULL, TRUE);
  kad_caller_unref (f->caller);
  kad_callers_free (f->callers);
  g_object_unref (f->server);
  g_object_unref (f->reader);
}

static void
turn (void)
{
  for (guint i = 0; i < 50; i++)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (2000);
    }
}

static void
test_who_does_not_read_is_sent_no_more (void)
{
  Fixture f;

  g_test_summary ("What was sent and not read is bounded; with a sign of life there is room again");

  fixture_init (&f);
  g_assert_true (kad_watch_pace_has_room (f.pace));
  kad_watch_pace_sent (f.pace, 900);
  g_assert_true (kad_watch_pace_has_room (f.pace));
  kad_watch_pace_sent (f.pace, 900);
  g_assert_false (kad_watch_pace_has_room (f.pace));
  turn ();
  g_assert_false (kad_watch_pace_has_room (f.pace));
  g_assert_cmpuint (f.n_room, ==, 0);
  /* The first question stands behind 900 bytes: the other 900 may not have been read. */
  answer_ping (&f);
  while (f.n_room == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (kad_watch_pace_has_room (f.pace));
  kad_watch_pace_sent (f.pace, 200);
  g_assert_false (kad_watch_pace_has_room (f.pace));
  answer_ping (&f);
  while (f.n_room == 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (kad_watch_pace_has_room (f.pace));
  fixture_clear (&f);
}

static void
test_it_may_go_while_it_asks (void)
{
  Fixture f;

  g_test_summary ("An answer that comes after the watcher is nobody's");

  fixture_init (&f);
  kad_watch_pace_sent (f.pace, 2000);
  g_clear_pointer (&f.pace, kad_watch_pace_free);
  answer_ping (&f);
  turn ();
  g_assert_cmpuint (f.n_room, ==, 0);
  fixture_clear (&f);
}

static void
test_the_caller_may_go_while_it_is_asked (void)
{
  Fixture f;

  g_test_summary ("A caller that leaves with much unread is never room again");

  fixture_init (&f);
  kad_watch_pace_sent (f.pace, 2000);
  g_assert_false (kad_watch_pace_has_room (f.pace));
  g_dbus_connection_close_sync (f.server, NULL, NULL);
  turn ();
  g_assert_cmpuint (f.n_room, ==, 0);
  fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/watch-pace/who-does-not-read-is-sent-no-more",
                   test_who_does_not_read_is_sent_no_more);
  g_test_add_func ("/watch-pace/it-may-go-while-it-asks", test_it_may_go_while_it_asks);
  g_test_add_func ("/watch-pace/the-caller-may-go-while-it-is-asked",
                   test_the_caller_may_go_while_it_is_asked);
  return g_test_run ();
}
