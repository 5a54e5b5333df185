/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A thousand connections: at once, and one after another. */
#include <malloc.h>
#include <sys/resource.h>

#include "fixture.h"

#include "kad-error.h"

#define N_CONNECTIONS 1000
/* At a time; a listener need not let more wait. */
#define N_DIALS 32
/* Both ends are in this process. */
#define DESCRIPTORS_WANTED (2 * N_CONNECTIONS + 200)
/* Less than one small block a connection. */
#define MAX_GROWTH_BYTES (8 * 1024)
#define MEMORY_ROUNDS 4

static gboolean
raise_descriptor_limit (void)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  if (limit.rlim_cur >= DESCRIPTORS_WANTED)
    return TRUE;
  if (limit.rlim_max < DESCRIPTORS_WANTED)
    return FALSE;
  limit.rlim_cur = DESCRIPTORS_WANTED;
  return setrlimit (RLIMIT_NOFILE, &limit) == 0;
}

typedef struct
{
  KadTransport *transport;
  GPtrArray *near_links;
  guint n_dials; /* under way */
  guint n_started;
} Crowd;

static void
on_dialled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Crowd *crowd = user_data;
  g_autoptr (GError) error = NULL;
  KadLink *link = kad_transport_dial_finish (KAD_TRANSPORT (source), result, &error);

  g_assert_no_error (error);
  g_ptr_array_add (crowd->near_links, link);
  crowd->n_dials--;
}

static void
accept_all (Fixture *f, GPtrArray *links)
{
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      KadLink *link = kad_listener_accept (f->listener, &error);

      if (link == NULL)
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
          return;
        }
      g_ptr_array_add (links, link);
    }
}

static void
gather (Fixture *f, GPtrArray *near_links, GPtrArray *far_links)
{
  gint64 give_up_us = g_get_monotonic_time () + 3 * PATIENCE_US;
  Crowd crowd = { .near_links = near_links };

  while (near_links->len < N_CONNECTIONS || far_links->len < N_CONNECTIONS)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);
      while (crowd.n_dials < N_DIALS && crowd.n_started < N_CONNECTIONS)
        {
          crowd.n_dials++;
          crowd.n_started++;
          kad_transport_dial_async (f->transport, f->address, NULL, on_dialled, &crowd);
        }
      fixture_turn (f);
      accept_all (f, far_links);
    }
}

static Channel *
make_channels (GPtrArray *links)
{
  Channel *channels = g_new0 (Channel, links->len);

  for (guint i = 0; i < links->len; i++)
    channel_init (&channels[i], g_object_ref (links->pdata[i]));
  g_ptr_array_set_size (links, 0);
  return channels;
}

/* Who dialled when was not accepted when: each says who he is, and hears it again. */
static void
exchange_all (Channel *near_ends, Channel *far_ends)
{
  g_autofree gboolean *seen = g_new0 (gboolean, N_CONNECTIONS);

  for (guint32 i = 0; i < N_CONNECTIONS; i++)
    channel_write (&near_ends[i], &i, sizeof i);
  for (guint i = 0; i < N_CONNECTIONS; i++)
    {
      guint32 who;

      channel_read (&far_ends[i], &who, sizeof who);
      g_assert_cmpuint (who, <, N_CONNECTIONS);
      g_assert_false (seen[who]);
      seen[who] = TRUE;
      channel_write (&far_ends[i], &who, sizeof who);
    }
  for (guint i = 0; i < N_CONNECTIONS; i++)
    {
      guint32 who;

      channel_read (&near_ends[i], &who, sizeof who);
      g_assert_cmpuint (who, ==, i);
    }
}

static void
test_a_thousand_at_once (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) near_links = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) far_links = g_ptr_array_new_with_free_func (g_object_unref);

  g_test_summary ("A thousand connections are open at once, and each carries its own bytes");

  if (subject.has_descriptors && !raise_descriptor_limit ())
    g_error ("This wants %d descriptors, and the hard limit is lower (ulimit -Hn)",
             DESCRIPTORS_WANTED);
  gather (f, near_links, far_links);
  g_assert_cmpuint (near_links->len, ==, N_CONNECTIONS);
  g_assert_cmpuint (far_links->len, ==, N_CONNECTIONS);
  if (subject.has_bytes)
    {
      g_autofree Channel *near_ends = make_channels (near_links);
      g_autofree Channel *far_ends = make_channels (far_links);

      exchange_all (near_ends, far_ends);
      for (guint i = 0; i < N_CONNECTIONS; i++)
        {
          channel_clear (i % 2 == 0 ? &near_ends[i] : &far_ends[i]);
          channel_clear (i % 2 == 0 ? &far_ends[i] : &near_ends[i]);
        }
    }
}

static void
open_and_close (Fixture *f, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadLink) near_link = NULL;
      g_autoptr (KadLink) far_link = NULL;

      fixture_connect_links (f, &near_link, &far_link);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_a_thousand_in_turn_leave_nothing (Fixture *f, gconstpointer data)
{
  guint n_descriptors;

  g_test_summary ("A thousand connections one after another leave no descriptor behind");

  open_and_close (f, 10);
  n_descriptors = channel_count_descriptors ();
  open_and_close (f, N_CONNECTIONS);
  for (guint i = 0; i < 100 && channel_count_descriptors () > n_descriptors; i++)
    fixture_turn (f);
  g_assert_cmpuint (channel_count_descriptors (), <=, n_descriptors);
}

#ifdef HAVE_MALLINFO2
/* What a leak adds it adds in each round; what is kept for use again it adds once. */
static void
test_memory_stays (Fixture *f, gconstpointer data)
{
  gsize before, after, least = G_MAXSIZE;

  g_test_summary ("A thousand connections one after another take no memory for good");

  open_and_close (f, 100);
  for (guint i = 0; i < MEMORY_ROUNDS && least > MAX_GROWTH_BYTES; i++)
    {
      before = mallinfo2 ().uordblks;
      open_and_close (f, N_CONNECTIONS);
      after = mallinfo2 ().uordblks;
      least = MIN (least, after - MIN (before, after));
    }
  g_test_message ("%" G_GSIZE_FORMAT " bytes more after %d connections", least, N_CONNECTIONS);
  g_assert_cmpuint (least, <=, MAX_GROWTH_BYTES);
}

/* A sanitizer has an allocator of its own, which this one does not know of. */
static gboolean
can_ask_for_memory (void)
{
  gsize before = mallinfo2 ().uordblks;
  g_autofree char *block = g_malloc (64 * 1024);

  block[0] = 1;
  return mallinfo2 ().uordblks >= before + 64 * 1024;
}
#endif

void
check_many_add (void)
{
  fixture_add ("many/a-thousand-at-once", test_a_thousand_at_once);
  fixture_add ("many/a-thousand-in-turn-leave-nothing", test_a_thousand_in_turn_leave_nothing);
#ifdef HAVE_MALLINFO2
  if (can_ask_for_memory ())
    {
      fixture_add ("many/memory-stays", test_memory_stays);
      return;
    }
#endif
  g_print ("# The allocator does not say what is in use: memory is not measured\n");
}
