/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every transport has to do, compiled once for each: TRANSPORT_TYPE, TRANSPORT_REGISTER and
 * TRANSPORT_LISTEN come from the build. */
#include TRANSPORT_HEADER

#include "channel.h"
#include "kad-error.h"

#define MIB (1024 * 1024)
/* A transport must not swallow more than this from a writer whom nobody reads. */
#define MAX_SWALLOWED (64 * MIB)

typedef struct
{
  guint n_descriptors;
  KadTransport *transport;
  KadListener *listener;
  KadMultiaddr *address; /* where it listens */
} Fixture;

static KadMultiaddr *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  KadMultiaddr *address = kad_multiaddr_new_from_string (text, &error);

  g_assert_no_error (error);
  return address;
}

static void
start (Fixture *f)
{
  g_autoptr (KadMultiaddr) wanted = parse (TRANSPORT_LISTEN);
  g_autoptr (GPtrArray) addresses = NULL;
  g_autoptr (GError) error = NULL;

  f->transport = g_object_new (TRANSPORT_TYPE, NULL);
  f->listener = kad_transport_listen (f->transport, wanted, &error);
  g_assert_no_error (error);
  addresses = kad_listener_get_addresses (f->listener);
  g_assert_cmpuint (addresses->len, ==, 1);
  f->address = kad_multiaddr_ref (addresses->pdata[0]);
}

static void
stop (Fixture *f)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (f->listener);
  g_assert_finalize_object (f->transport);
  kad_multiaddr_unref (f->address);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->n_descriptors = channel_count_descriptors ();
  start (f);
}

/* No test may leave a descriptor behind. */
static void
tear_down (Fixture *f, gconstpointer data)
{
  stop (f);
  g_assert_cmpuint (channel_count_descriptors (), ==, f->n_descriptors);
}

static void
connect_both (Fixture *f, Channel *near_end, Channel *far_end)
{
  g_autoptr (GError) error = NULL;
  KadLink *link = channel_dial (f->transport, f->address, NULL, &error);

  g_assert_no_error (error);
  channel_init (near_end, link);
  channel_init (far_end, channel_accept (f->listener));
}

static void
test_what_is_dialled_is_accepted (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KadLink) near_link = channel_dial (f->transport, f->address, NULL, &error);
  g_autoptr (KadLink) far_link = NULL;

  g_test_summary ("Both ends of a connection agree on where they are");

  g_assert_no_error (error);
  far_link = channel_accept (f->listener);
  g_assert_true (kad_multiaddr_equal (kad_link_get_remote_address (near_link), f->address));
  g_assert_true (kad_multiaddr_equal (kad_link_get_local_address (far_link), f->address));
  g_assert_true (kad_multiaddr_equal (kad_link_get_local_address (near_link),
                                      kad_link_get_remote_address (far_link)));
}

static void
test_bytes_go_both_ways (Fixture *f, gconstpointer data)
{
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };
  char text[5];

  g_test_summary ("What one end writes the other reads, in both directions");

  connect_both (f, &near_end, &far_end);
  channel_write (&near_end, "hello", 5);
  channel_read (&far_end, text, 5);
  g_assert_cmpmem (text, 5, "hello", 5);
  channel_write (&far_end, "world", 5);
  channel_read (&near_end, text, 5);
  g_assert_cmpmem (text, 5, "world", 5);
}

static void
test_nobody_waiting_would_block (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("Accepting never blocks");

  g_assert_null (kad_listener_accept (f->listener, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

static void
test_an_address_in_use_is_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("Two listeners cannot have one address, and the error names it");

  g_assert_null (kad_transport_listen (f->transport, f->address, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
  g_assert_nonnull (strstr (error->message, "Could not listen on /"));
}

static void
test_an_address_is_free_again_after_close (Fixture *f, gconstpointer data)
{
  g_autoptr (KadListener) again = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };

  g_test_summary ("A closed listener's address can be taken at once, connections or not");

  connect_both (f, &near_end, &far_end);
  kad_listener_close (f->listener);
  kad_listener_close (f->listener);
  again = kad_transport_listen (f->transport, f->address, &error);
  g_assert_no_error (error);
  channel_write (&near_end, "x", 1);
  channel_read (&far_end, &(char){ 0 }, 1);
}

static void
test_where_nobody_listens_is_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("Dialling where nobody listens is DialFailed, and the error says where");

  kad_listener_close (f->listener);
  g_assert_null (channel_dial (f->transport, f->address, NULL, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
  g_assert_nonnull (strstr (error->message, "Could not connect to /"));
}

static void
test_a_closed_listener_accepts_nobody (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("Accepting after close is an error of its own, and there is nothing to poll");

  kad_listener_close (f->listener);
  g_assert_null (kad_listener_accept (f->listener, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_CLOSED);
  g_assert_cmpint (kad_listener_get_fd (f->listener), ==, -1);
}

static void
test_who_waits_at_a_closing_listener_is_told (Fixture *f, gconstpointer data)
{
  g_auto (Channel) near_end = { 0 };
  g_autoptr (GError) error = NULL;
  KadLink *link = channel_dial (f->transport, f->address, NULL, &error);
  gssize n;
  guint8 byte;

  g_test_summary ("Who was not accepted yet sees the end when the listener closes");

  g_assert_no_error (error);
  channel_init (&near_end, link);
  kad_listener_close (f->listener);
  do
    {
      g_clear_error (&error);
      g_main_context_iteration (NULL, FALSE);
      n = g_pollable_input_stream_read_nonblocking (near_end.in, &byte, 1, NULL, &error);
    }
  while (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK));
  g_assert_cmpint (n, <=, 0);
}

static void
test_half_a_connection_can_be_closed (Fixture *f, gconstpointer data)
{
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };
  char text[8];

  g_test_summary ("An answer comes through after the asker has ended its writing");

  connect_both (f, &near_end, &far_end);
  channel_write (&near_end, "question", 8);
  channel_close_write (&near_end);
  channel_read (&far_end, text, 8);
  channel_expect_end (&far_end);
  channel_write (&far_end, "answer", 6);
  channel_close_write (&far_end);
  channel_read (&near_end, text, 6);
  g_assert_cmpmem (text, 6, "answer", 6);
  channel_expect_end (&near_end);
}

static void
test_a_close_is_seen (Fixture *f, gconstpointer data)
{
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };
  g_autoptr (GError) error = NULL;
  gint64 give_up_us = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  g_test_summary ("After one end has closed the other reads the end and cannot go on writing");

  connect_both (f, &near_end, &far_end);
  channel_clear (&near_end);
  channel_expect_end (&far_end);
  while (error == NULL)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);
      g_pollable_output_stream_write_nonblocking (far_end.out, "x", 1, NULL, &error);
    }
  g_assert_true (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE)
                 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED));
}

/* Writes until nothing more is taken; gives how much was. */
static gsize
fill (Channel *channel)
{
  static const guint8 block[16384];
  gsize total = 0;

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      gssize n = g_pollable_output_stream_write_nonblocking (channel->out, block, sizeof block,
                                                             NULL, &error);

      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return total;
      g_assert_no_error (error);
      total += (gsize) n;
      g_assert_cmpuint (total, <, MAX_SWALLOWED);
    }
}

static void
drain (Channel *channel, gsize len)
{
  g_autofree guint8 *data = g_malloc (len);

  channel_read (channel, data, len);
}

static void
test_a_writer_is_held_back (Fixture *f, gconstpointer data)
{
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };
  gsize there, back;

  g_test_summary ("A writer whom nobody reads is stopped, in both directions at once, and goes on "
                  "when it is read; nothing is lost");

  connect_both (f, &near_end, &far_end);
  there = fill (&near_end);
  back = fill (&far_end);
  g_assert_cmpuint (there, >, 0);
  g_assert_cmpuint (back, >, 0);
  drain (&far_end, there);
  drain (&near_end, back);
  channel_write (&near_end, "x", 1);
  drain (&far_end, 1);
  channel_write (&far_end, "x", 1);
  drain (&near_end, 1);
}

typedef struct
{
  Channel *channel;
  GMainLoop *loop;
  guint64 left;
  guint32 state;
} Flow;

/* The same bytes for writer and reader. */
static void
next_bytes (guint32 *state, guint8 *data, gsize len)
{
  for (gsize i = 0; i < len; i++)
    {
      *state = *state * 1103515245 + 12345;
      data[i] = (guint8) (*state >> 16);
    }
}

static gboolean
on_writable (GObject *stream, gpointer data)
{
  Flow *flow = data;
  guint8 block[10007];
  gsize len = MIN (sizeof block, flow->left);
  guint32 state = flow->state;
  g_autoptr (GError) error = NULL;
  gssize n;

  next_bytes (&state, block, len);
  n = g_pollable_output_stream_write_nonblocking (flow->channel->out, block, len, NULL, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return G_SOURCE_CONTINUE;
  g_assert_no_error (error);
  next_bytes (&flow->state, block, (gsize) n);
  flow->left -= (guint64) n;
  return flow->left > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
on_readable (GObject *stream, gpointer data)
{
  Flow *flow = data;
  guint8 block[65521], wanted[65521];
  g_autoptr (GError) error = NULL;
  gssize n = g_pollable_input_stream_read_nonblocking (flow->channel->in, block, sizeof block, NULL,
                                                       &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return G_SOURCE_CONTINUE;
  g_assert_no_error (error);
  g_assert_cmpint (n, >, 0);
  next_bytes (&flow->state, wanted, (gsize) n);
  g_assert_true (memcmp (block, wanted, (gsize) n) == 0);
  flow->left -= (guint64) n;
  if (flow->left > 0)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (flow->loop);
  return G_SOURCE_REMOVE;
}

static void
test_many_mebibytes_come_through (Fixture *f, gconstpointer data)
{
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GSource) in = NULL;
  g_autoptr (GSource) out = NULL;
  Flow writer = { .channel = &near_end, .left = 32 * MIB };
  Flow reader = { .channel = &far_end, .left = 32 * MIB, .loop = loop };

  g_test_summary ("32 MiB arrive in order and unharmed through sources of the main loop");

  connect_both (f, &near_end, &far_end);
  in = g_pollable_input_stream_create_source (far_end.in, NULL);
  out = g_pollable_output_stream_create_source (near_end.out, NULL);
  g_source_set_callback (in, G_SOURCE_FUNC (on_readable), &reader, NULL);
  g_source_set_callback (out, G_SOURCE_FUNC (on_writable), &writer, NULL);
  g_source_attach (in, NULL);
  g_source_attach (out, NULL);
  g_main_loop_run (loop);
  g_assert_cmpuint (writer.left + reader.left, ==, 0);
}

static void
test_a_dial_can_be_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_test_summary ("A cancelled dial gives no link");

  g_cancellable_cancel (cancellable);
  g_assert_null (channel_dial (f->transport, f->address, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_foreign_addresses_are_refused (Fixture *f, gconstpointer data)
{
  static const char *const foreign[]
      = { "/ip4/127.0.0.1/udp/1/quic-v1", "/dns4/localhost/tcp/1", "/ip4/127.0.0.1/tcp/1/ws",
          "/memory/1/ws", "/unix/tmp/socket" };

  g_test_summary ("Only the transport's own addresses are taken, whole");

  g_assert_true (kad_transport_can_dial (f->transport, f->address));
  g_assert_true (kad_transport_can_listen (f->transport, f->address));
  for (guint i = 0; i < G_N_ELEMENTS (foreign); i++)
    {
      g_autoptr (KadMultiaddr) address = parse (foreign[i]);
      g_autoptr (GError) listen_error = NULL;
      g_autoptr (GError) dial_error = NULL;

      g_assert_false (kad_transport_can_dial (f->transport, address));
      g_assert_null (kad_transport_listen (f->transport, address, &listen_error));
      g_assert_error (listen_error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED);
      g_assert_null (channel_dial (f->transport, address, NULL, &dial_error));
      g_assert_error (dial_error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED);
    }
}

static void
count_link (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GPtrArray *links = user_data;
  g_autoptr (GError) error = NULL;
  KadLink *link = kad_transport_dial_finish (KAD_TRANSPORT (source), result, &error);

  g_assert_no_error (error);
  g_ptr_array_add (links, link);
}

static void
test_many_come_at_once (Fixture *f, gconstpointer data)
{
  enum
  {
    N = 100
  };
  g_autoptr (GPtrArray) near_links = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) far_links = g_ptr_array_new_with_free_func (g_object_unref);

  g_test_summary ("A hundred who come at once are all accepted");

  for (guint i = 0; i < N; i++)
    kad_transport_dial_async (f->transport, f->address, NULL, count_link, near_links);
  while (near_links->len < N)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < N; i++)
    g_ptr_array_add (far_links, channel_accept (f->listener));
}

static gboolean
quit (GObject *stream, gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

static gpointer
write_from_thread (gpointer data)
{
  Channel *channel = data;

  g_usleep (20000);
  channel_write (channel, "x", 1);
  return NULL;
}

static void
test_a_write_wakes_a_loop_elsewhere (Fixture *f, gconstpointer data)
{
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GSource) in = NULL;
  GThread *thread;

  g_test_summary ("Bytes written in one thread wake the main loop that waits in another");

  connect_both (f, &near_end, &far_end);
  in = g_pollable_input_stream_create_source (far_end.in, NULL);
  g_source_set_callback (in, G_SOURCE_FUNC (quit), loop, NULL);
  g_source_attach (in, NULL);
  thread = g_thread_new ("writer", write_from_thread, &near_end);
  g_main_loop_run (loop);
  g_thread_join (thread);
  drain (&far_end, 1);
}

/* GLib opens some descriptors of its own at first use and keeps them. */
static void
warm_up (void)
{
  Fixture f = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GPollFD poll_fd;

  start (&f);
  {
    g_auto (Channel) near_end = { 0 };
    g_auto (Channel) far_end = { 0 };

    connect_both (&f, &near_end, &far_end);
    channel_write (&near_end, "x", 1);
    channel_read (&far_end, &(char){ 0 }, 1);
  }
  g_assert_true (g_cancellable_make_pollfd (cancellable, &poll_fd));
  g_cancellable_release_fd (cancellable);
  stop (&f);
}

/* Some machines have no IPv6; those that CI runs on have to. */
static gboolean
can_run (void)
{
  g_autoptr (KadMultiaddr) wanted = parse (TRANSPORT_LISTEN);
  g_autoptr (KadTransport) transport = g_object_new (TRANSPORT_TYPE, NULL);
  g_autoptr (KadListener) listener = kad_transport_listen (transport, wanted, NULL);

  return listener != NULL || g_getenv ("CI") != NULL
         || !kad_multiaddr_has_protocol (wanted, KAD_MULTIADDR_IP6);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/transport/" TRANSPORT_NAME "/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TRANSPORT_REGISTER ();
  if (!can_run ())
    {
      g_print ("1..0 # SKIP This machine has no IPv6\n");
      return 0;
    }
  warm_up ();
  ADD ("what-is-dialled-is-accepted", test_what_is_dialled_is_accepted);
  ADD ("bytes-go-both-ways", test_bytes_go_both_ways);
  ADD ("nobody-waiting-would-block", test_nobody_waiting_would_block);
  ADD ("an-address-in-use-is-refused", test_an_address_in_use_is_refused);
  ADD ("an-address-is-free-again-after-close", test_an_address_is_free_again_after_close);
  ADD ("where-nobody-listens-is-refused", test_where_nobody_listens_is_refused);
  ADD ("a-closed-listener-accepts-nobody", test_a_closed_listener_accepts_nobody);
  ADD ("who-waits-at-a-closing-listener-is-told", test_who_waits_at_a_closing_listener_is_told);
  ADD ("half-a-connection-can-be-closed", test_half_a_connection_can_be_closed);
  ADD ("a-close-is-seen", test_a_close_is_seen);
  ADD ("a-writer-is-held-back", test_a_writer_is_held_back);
  ADD ("many-mebibytes-come-through", test_many_mebibytes_come_through);
  ADD ("a-dial-can-be-cancelled", test_a_dial_can_be_cancelled);
  ADD ("foreign-addresses-are-refused", test_foreign_addresses_are_refused);
  ADD ("many-come-at-once", test_many_come_at_once);
  ADD ("a-write-wakes-a-loop-elsewhere", test_a_write_wakes_a_loop_elsewhere);
  return g_test_run ();
}
