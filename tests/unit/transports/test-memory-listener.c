/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-memory-listener.h"

#include "kad-error.h"
#include "kad-memory-transport.h"

static KadListener *
listen_on (guint64 number)
{
  g_autoptr (GError) error = NULL;
  KadListener *listener;

  kad_memory_transport_register_static ();
  listener = kad_memory_listener_new (number, &error);
  g_assert_no_error (error);
  return listener;
}

static char *
dup_address (KadListener *listener)
{
  g_autoptr (GPtrArray) addresses = kad_listener_get_addresses (listener);

  g_assert_cmpuint (addresses->len, ==, 1);
  return kad_multiaddr_to_string (addresses->pdata[0]);
}

static void
test_numbers (void)
{
  KadListener *chosen = listen_on (7);
  KadListener *picked = listen_on (0);
  KadListener *other = listen_on (0);
  g_autofree char *first = dup_address (chosen);
  g_autofree char *second = dup_address (picked);
  g_autofree char *third = dup_address (other);

  g_test_summary ("A number is taken as asked for; 0 picks one that nobody has");

  g_assert_cmpstr (first, ==, "/memory/7");
  g_assert_cmpstr (second, !=, third);
  g_assert_cmpstr (second, !=, "/memory/0");
  g_assert_cmpint (kad_listener_get_fd (chosen), ==, -1);
  g_assert_finalize_object (chosen);
  g_assert_finalize_object (picked);
  g_assert_finalize_object (other);
}

static void
test_dropped_listener (void)
{
  KadListener *listener = listen_on (7);
  g_autoptr (GError) error = NULL;

  g_test_summary ("A listener that is dropped leaves its number to the next");

  g_assert_finalize_object (listener);
  g_assert_null (kad_memory_listener_connect (7, NULL, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
  listener = listen_on (7);
  g_assert_finalize_object (listener);
}

static void
count (KadListener *listener, gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_ready (void)
{
  KadListener *listener = listen_on (7);
  guint n_calls = 0;
  g_autoptr (KadLink) near_link = NULL;
  g_autoptr (KadLink) far_link = NULL;

  g_test_summary ("Ready is told from the loop, not from inside of the visitor's call");

  kad_listener_set_ready_func (listener, count, &n_calls);
  near_link = kad_memory_listener_connect (7, NULL, NULL);
  g_assert_cmpuint (n_calls, ==, 0);
  settle ();
  g_assert_cmpuint (n_calls, ==, 1);
  far_link = kad_listener_accept (listener, NULL);
  g_assert_nonnull (far_link);
  settle ();
  g_assert_cmpuint (n_calls, ==, 1);
  g_assert_finalize_object (listener);
}

static void
accept_one (KadListener *listener, gpointer user_data)
{
  g_autoptr (KadLink) link = kad_listener_accept (listener, NULL);

  if (link != NULL)
    ++*(guint *) user_data;
}

static void
test_each_visitor_is_told (void)
{
  KadListener *listener = listen_on (7);
  g_autoptr (GPtrArray) links = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_accepted = 0;

  g_test_summary ("A driver that accepts one at a call gets all");

  kad_listener_set_ready_func (listener, accept_one, &n_accepted);
  for (guint i = 0; i < KAD_MAX_MEMORY_BACKLOG; i++)
    g_ptr_array_add (links, kad_memory_listener_connect (7, NULL, NULL));
  settle ();
  g_assert_cmpuint (n_accepted, ==, KAD_MAX_MEMORY_BACKLOG);
  g_assert_finalize_object (listener);
}

static void
test_backlog (void)
{
  KadListener *listener = listen_on (7);
  g_autoptr (GPtrArray) links = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;
  g_autoptr (KadLink) room = NULL;

  g_test_summary ("Who comes while too many wait is refused");

  for (guint i = 0; i < KAD_MAX_MEMORY_BACKLOG; i++)
    {
      g_ptr_array_add (links, kad_memory_listener_connect (7, NULL, &error));
      g_assert_no_error (error);
    }
  g_assert_null (kad_memory_listener_connect (7, NULL, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
  g_clear_error (&error);
  g_object_unref (kad_listener_accept (listener, NULL));
  room = kad_memory_listener_connect (7, NULL, &error);
  g_assert_no_error (error);
  settle ();
  g_assert_finalize_object (listener);
}

/* ---- threads ---- */

#define N_VISITS 2000

static gpointer
visit_often (gpointer data)
{
  guint n = 0;

  while (n < N_VISITS)
    {
      g_autoptr (KadLink) link = kad_memory_listener_connect (7, NULL, NULL);

      if (link != NULL)
        n++;
      else
        g_usleep (50);
    }
  return NULL;
}

static void
test_visitors_of_other_threads (void)
{
  KadListener *listener = listen_on (7);
  GThread *one, *two;
  guint n_accepted = 0;

  g_test_summary ("Visitors from other threads are all accepted in the listener's");

  kad_listener_set_ready_func (listener, accept_one, &n_accepted);
  one = g_thread_new ("one", visit_often, NULL);
  two = g_thread_new ("two", visit_often, NULL);
  while (n_accepted < 2 * N_VISITS)
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (one);
  g_thread_join (two);
  settle ();
  g_assert_cmpuint (n_accepted, ==, 2 * N_VISITS);
  g_assert_finalize_object (listener);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transports/memory-listener/numbers", test_numbers);
  g_test_add_func ("/transports/memory-listener/dropped-listener", test_dropped_listener);
  g_test_add_func ("/transports/memory-listener/ready", test_ready);
  g_test_add_func ("/transports/memory-listener/each-visitor-is-told", test_each_visitor_is_told);
  g_test_add_func ("/transports/memory-listener/backlog", test_backlog);
  g_test_add_func ("/transports/memory-listener/visitors-of-other-threads",
                   test_visitors_of_other_threads);
  return g_test_run ();
}
