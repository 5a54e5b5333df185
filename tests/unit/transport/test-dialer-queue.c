/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-dialer-queue.h"

#include "fake-transport.h"
#include "kad-error.h"

typedef struct
{
  KadDialerQueue queue;
  GPtrArray *transports;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  kad_dialer_queue_init (&self->queue);
  self->transports = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (self->transports, g_object_new (FAKE_TYPE_TRANSPORT, NULL));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  kad_dialer_queue_clear (&self->queue);
  g_ptr_array_unref (self->transports);
}

static void
add (Fixture *self, const char *texts)
{
  g_autoptr (GPtrArray) addresses = fake_addresses (texts);

  for (guint i = 0; i < addresses->len; i++)
    kad_dialer_queue_add (&self->queue, self->transports, addresses->pdata[i]);
}

static void
assert_pops (Fixture *self, const char *wanted)
{
  g_autoptr (KadMultiaddr) address = kad_dialer_queue_pop (&self->queue);
  g_autofree char *text = kad_multiaddr_to_string (address);

  g_assert_cmpstr (text, ==, wanted);
}

static void
test_order (Fixture *self, gconstpointer data)
{
  g_test_summary ("The nearest comes first, equals as they came, and a later one finds its place");

  add (self, "/ip4/198.18.0.1/tcp/1 /ip4/8.8.8.8/tcp/1 /ip6/2606:4700::1/tcp/1 "
             "/ip4/100.64.0.1/tcp/1 /ip4/192.168.0.1/tcp/1 /ip6/::1/tcp/1");
  assert_pops (self, "/ip6/::1/tcp/1");
  add (self, "/ip4/127.0.0.1/tcp/1 /ip4/10.0.0.1/tcp/1");
  assert_pops (self, "/ip4/127.0.0.1/tcp/1");
  assert_pops (self, "/ip4/100.64.0.1/tcp/1");
  assert_pops (self, "/ip4/192.168.0.1/tcp/1");
  assert_pops (self, "/ip4/10.0.0.1/tcp/1");
  assert_pops (self, "/ip4/8.8.8.8/tcp/1");
  assert_pops (self, "/ip6/2606:4700::1/tcp/1");
  assert_pops (self, "/ip4/198.18.0.1/tcp/1");
  g_assert_cmpuint (kad_dialer_queue_get_length (&self->queue), ==, 0);
}

static void
test_names_come_last (Fixture *self, gconstpointer data)
{
  g_test_summary ("A name that a transport takes comes after all addresses");

  FAKE_TRANSPORT (self->transports->pdata[0])->takes_names = TRUE;
  add (self, "/dns4/host.example.org/tcp/1 /ip4/198.18.0.1/tcp/1 /ip4/8.8.8.8/tcp/1");
  assert_pops (self, "/ip4/8.8.8.8/tcp/1");
  assert_pops (self, "/ip4/198.18.0.1/tcp/1");
  assert_pops (self, "/dns4/host.example.org/tcp/1");
}

static void
test_seen (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) addresses = fake_addresses ("/ip4/8.8.8.8/tcp/1 /ip4/8.8.8.8/tcp/1");

  g_test_summary ("What was seen is not seen again, even after it was taken");

  g_assert_true (kad_dialer_queue_see (&self->queue, addresses->pdata[0]));
  g_assert_false (kad_dialer_queue_see (&self->queue, addresses->pdata[1]));
  add (self, "/ip4/8.8.8.8/tcp/1 /ip4/8.8.4.4/tcp/1");
  assert_pops (self, "/ip4/8.8.4.4/tcp/1");
  add (self, "/ip4/8.8.4.4/tcp/1");
  g_assert_cmpuint (kad_dialer_queue_get_length (&self->queue), ==, 0);
}

static void
test_reasons (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) addresses = fake_addresses ("/ip4/8.8.8.8/tcp/1 /ip4/8.8.8.8/tcp/2");
  g_autoptr (GError) error = NULL;

  g_test_summary ("A reason names its address once, and what still waits is counted");

  kad_dialer_queue_add_reason (&self->queue, addresses->pdata[0],
                               "Could not connect to /ip4/8.8.8.8/tcp/1: no");
  kad_dialer_queue_add_reason (&self->queue, addresses->pdata[1], "never \033[31m");
  add (self, "/ip4/8.8.8.8/tcp/3");
  kad_dialer_queue_leave_out (&self->queue, 2);
  error = kad_dialer_queue_new_error (&self->queue, NULL);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
  g_assert_cmpstr (error->message, ==,
                   "No address of the peer could be connected: "
                   "Could not connect to /ip4/8.8.8.8/tcp/1: no; "
                   "/ip4/8.8.8.8/tcp/2: never \\x1b[31m; and 3 more addresses");
}

static void
test_reasons_are_bounded (Fixture *self, gconstpointer data)
{
  g_autofree char *huge = g_strnfill (100000, 'x');
  g_autoptr (GError) error = NULL;

  g_test_summary ("However much others make fail, the message stays short");

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *text = g_strdup_printf ("/ip4/8.8.8.8/tcp/%u", i + 1);
      g_autoptr (GPtrArray) addresses = fake_addresses (text);

      kad_dialer_queue_add_reason (&self->queue, addresses->pdata[0], huge);
    }
  error = kad_dialer_queue_new_error (&self->queue, NULL);
  g_assert_cmpuint (strlen (error->message), <, 24 * 1024);
  g_assert_true (g_str_has_suffix (error->message, "; and 976 more addresses"));
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/dialer-queue/order", test_order);
  ADD ("/dialer-queue/names-come-last", test_names_come_last);
  ADD ("/dialer-queue/seen", test_seen);
  ADD ("/dialer-queue/reasons", test_reasons);
  ADD ("/dialer-queue/reasons-are-bounded", test_reasons_are_bounded);
  return g_test_run ();
}
