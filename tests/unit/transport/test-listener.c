/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-listener.h"

#include "kad-error.h"

/* A listener that leaves out what it may. */
#define TEST_TYPE_LISTENER (test_listener_get_type ())
G_DECLARE_FINAL_TYPE (TestListener, test_listener, TEST, LISTENER, KadListener)

struct _TestListener
{
  KadListener parent_instance;

  guint n_closed;
};

G_DEFINE_TYPE (TestListener, test_listener, KAD_TYPE_LISTENER)

static GPtrArray *
get_addresses (KadListener *listener)
{
  GPtrArray *addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);

  g_ptr_array_add (addresses, kad_multiaddr_new_from_string ("/memory/7", NULL));
  return addresses;
}

static KadLink *
accept_none (KadListener *listener, GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "none");
  return NULL;
}

static void
note_close (KadListener *listener)
{
  TEST_LISTENER (listener)->n_closed++;
}

static void
test_listener_class_init (TestListenerClass *klass)
{
  KadListenerClass *listener_class = KAD_LISTENER_CLASS (klass);

  listener_class->get_addresses = get_addresses;
  listener_class->accept = accept_none;
  listener_class->close = note_close;
}

static void
test_listener_init (TestListener *self)
{
}

static void
count (KadListener *listener, gpointer user_data)
{
  g_assert_true (TEST_IS_LISTENER (listener));
  ++*(guint *) user_data;
}

static void
test_ready (void)
{
  TestListener *self = g_object_new (TEST_TYPE_LISTENER, NULL);
  KadListener *listener = KAD_LISTENER (self);
  guint n_first = 0, n_second = 0;

  g_test_summary ("A listener without a descriptor tells its function, the last one that was set");

  g_assert_cmpint (kad_listener_get_fd (listener), ==, -1);
  kad_listener_emit_ready (listener);
  kad_listener_set_ready_func (listener, count, &n_first);
  g_assert_cmpuint (n_first, ==, 0);
  kad_listener_emit_ready (listener);
  kad_listener_set_ready_func (listener, count, &n_second);
  kad_listener_emit_ready (listener);
  kad_listener_emit_ready (listener);
  kad_listener_set_ready_func (listener, NULL, NULL);
  kad_listener_emit_ready (listener);
  g_assert_cmpuint (n_first, ==, 1);
  g_assert_cmpuint (n_second, ==, 2);
  g_assert_finalize_object (self);
}

static void
test_calls (void)
{
  TestListener *self = g_object_new (TEST_TYPE_LISTENER, NULL);
  g_autoptr (GPtrArray) addresses = kad_listener_get_addresses (KAD_LISTENER (self));
  g_autoptr (GError) error = NULL;

  g_test_summary ("Calls reach the subclass");

  g_assert_cmpuint (addresses->len, ==, 1);
  g_assert_null (kad_listener_accept (KAD_LISTENER (self), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  kad_listener_close (KAD_LISTENER (self));
  g_assert_cmpuint (self->n_closed, ==, 1);
  g_assert_finalize_object (self);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/listener/ready", test_ready);
  g_test_add_func ("/listener/calls", test_calls);
  return g_test_run ();
}
