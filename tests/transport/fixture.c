/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each test begins and ends with: a transport that listens, and a count of what it leaves. */
#include "fixture.h"

#include "kad-error.h"

#define TURN_MS 20

KadMultiaddr *
fixture_parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  KadMultiaddr *address = kad_multiaddr_new_from_string (text, &error);

  g_assert_no_error (error);
  return address;
}

/* ---- what is left ---- */

static gboolean
do_nothing (gpointer data)
{
  return G_SOURCE_REMOVE;
}

/* Ids of a main context are given in order and not used twice, so what was attached between two
 * probes can be asked for one by one. */
static guint
probe_source (void)
{
  guint id = g_idle_add (do_nothing, NULL);

  g_source_remove (id);
  return id;
}

static guint
count_sources (guint from, guint to)
{
  guint n = 0;

  for (guint id = from; id < to; id++)
    n += g_main_context_find_source_by_id (NULL, id) != NULL;
  return n;
}

static gboolean
is_clean (const Fixture *f)
{
  return channel_count_descriptors () == f->n_descriptors
         && count_sources (f->first_source, probe_source ()) == 0;
}

/* What is closed may take some turns of the main loop to be gone, and a thread's time. */
static void
wait_until_clean (const Fixture *f)
{
  gint64 give_up_us = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;

  while (g_main_context_iteration (NULL, FALSE))
    ;
  while (!is_clean (f) && g_get_monotonic_time () < give_up_us)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (2000);
    }
}

/* ---- up and down ---- */

static gboolean
start (Fixture *f, GError **error)
{
  g_autoptr (KadMultiaddr) wanted = kad_multiaddr_new_from_string (subject.listen, error);
  g_autoptr (GPtrArray) addresses = NULL;

  if (wanted == NULL)
    return FALSE;
  f->n_descriptors = channel_count_descriptors ();
  f->first_source = probe_source () + 1;
  f->transport = subject_new_transport (error);
  if (f->transport == NULL)
    return FALSE;
  f->listener = kad_transport_listen (f->transport, wanted, error);
  if (f->listener == NULL)
    return FALSE;
  addresses = kad_listener_get_addresses (f->listener);
  g_assert_cmpuint (addresses->len, >=, 1);
  f->address = kad_multiaddr_ref (addresses->pdata[0]);
  return TRUE;
}

static void
stop (Fixture *f)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_pointer (&f->address, kad_multiaddr_unref);
  if (f->listener != NULL)
    kad_listener_close (f->listener);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  if (f->listener != NULL)
    g_assert_finalize_object (g_steal_pointer (&f->listener));
  if (f->transport != NULL)
    g_assert_finalize_object (g_steal_pointer (&f->transport));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  start (f, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  stop (f);
  wait_until_clean (f);
  g_assert_cmpuint (channel_count_descriptors (), ==, f->n_descriptors);
  g_assert_cmpuint (count_sources (f->first_source, probe_source ()), ==, 0);
}

void
fixture_add (const char *path, FixtureFunc func)
{
  g_autofree char *full = g_strconcat ("/transport/", path, NULL);

  g_test_add (full, Fixture, NULL, set_up, func, tear_down);
}

/* FALSE only where listening fails, which is how a machine without IPv6 shows. */
static gboolean
look_at_a_connection (GError **error)
{
  Fixture f = { 0 };
  g_autoptr (KadLink) near_link = NULL;
  g_autoptr (KadLink) far_link = NULL;
  guint n_before;

  if (!start (&f, error))
    {
      stop (&f);
      return FALSE;
    }
  n_before = channel_count_descriptors ();
  fixture_connect_links (&f, &near_link, &far_link);
  subject.has_descriptors = channel_count_descriptors () > n_before;
  subject.has_bytes = kad_link_get_connection (near_link) == NULL;
  subject.is_ip = (kad_multiaddr_has_protocol (f.address, KAD_MULTIADDR_IP4)
                   || kad_multiaddr_has_protocol (f.address, KAD_MULTIADDR_IP6))
                  && kad_multiaddr_has_protocol (f.address, KAD_MULTIADDR_TCP);
  if (subject.has_bytes)
    {
      g_auto (Channel) near_end = { 0 };
      g_auto (Channel) far_end = { 0 };

      channel_init (&near_end, g_steal_pointer (&near_link));
      channel_init (&far_end, g_steal_pointer (&far_link));
      fixture_exchange (&near_end, &far_end);
    }
  g_clear_object (&near_link);
  g_clear_object (&far_link);
  stop (&f);
  return TRUE;
}

gboolean
fixture_warm_up (GError **error)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GPollFD poll_fd;

  g_main_context_iteration (NULL, FALSE);
  g_assert_true (g_cancellable_make_pollfd (cancellable, &poll_fd));
  g_cancellable_release_fd (cancellable);
  /* The first shows what is opened at first use, the second what a connection has. */
  return look_at_a_connection (error) && look_at_a_connection (error);
}

/* ---- turning and accepting ---- */

guint
fixture_drop_visitors (Fixture *f)
{
  guint n = 0;

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (KadLink) link = kad_listener_accept (f->listener, &error);

      if (link != NULL)
        {
          n++;
          continue;
        }
      if (g_error_matches (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED))
        continue;
      g_assert_true (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)
                     || g_error_matches (error, KAD_ERROR, KAD_ERROR_CLOSED));
      return n;
    }
}

void
fixture_turn (Fixture *f)
{
  guint alarm_id = g_timeout_add (TURN_MS, do_nothing, NULL);
  GSource *alarm_source = g_main_context_find_source_by_id (NULL, alarm_id);

  g_source_ref (alarm_source);
  g_main_context_iteration (NULL, TRUE);
  g_source_destroy (alarm_source);
  g_source_unref (alarm_source);
}

/* ---- connecting ---- */

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Dial *self = user_data;

  g_assert_null (self->result);
  self->result = g_object_ref (result);
}

void
dial_start (Dial *self, Fixture *f, KadMultiaddr *address)
{
  *self = (Dial){ .cancellable = g_cancellable_new (), .transport = g_object_ref (f->transport) };
  kad_transport_dial_async (f->transport, address, self->cancellable, keep_result, self);
  /* Never before it returns. */
  g_assert_null (self->result);
}

void
dial_wait (Dial *self, Fixture *f)
{
  gint64 give_up_us = g_get_monotonic_time () + PATIENCE_US;

  while (self->result == NULL)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);
      fixture_turn (f);
      fixture_drop_visitors (f);
    }
}

KadLink *
dial_finish (Dial *self, GError **error)
{
  g_assert_nonnull (self->result);
  return kad_transport_dial_finish (self->transport, self->result, error);
}

void
dial_clear (Dial *self)
{
  /* The callback would come to a frame that is gone. */
  g_assert_true (self->transport == NULL || self->result != NULL);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->result);
  g_clear_object (&self->transport);
}

/* Who listens may have to do his part for the dial to end. */
void
fixture_connect_links (Fixture *f, KadLink **near_link, KadLink **far_link)
{
  gint64 give_up_us = g_get_monotonic_time () + PATIENCE_US;
  g_auto (Dial) dial = { 0 };
  g_autoptr (GError) error = NULL;

  dial_start (&dial, f, f->address);
  *far_link = NULL;
  while (dial.result == NULL || *far_link == NULL)
    {
      g_autoptr (GError) accept_error = NULL;

      g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);
      if (*far_link == NULL)
        *far_link = kad_listener_accept (f->listener, &accept_error);
      if (accept_error != NULL)
        g_assert_error (accept_error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
      if (dial.result == NULL || *far_link == NULL)
        fixture_turn (f);
      if (dial.result != NULL && *near_link == NULL)
        {
          *near_link = dial_finish (&dial, &error);
          g_assert_no_error (error);
        }
    }
}

void
fixture_connect (Fixture *f, Channel *near_end, Channel *far_end)
{
  g_autoptr (KadLink) near_link = NULL;
  g_autoptr (KadLink) far_link = NULL;

  fixture_connect_links (f, &near_link, &far_link);
  channel_init (near_end, g_steal_pointer (&near_link));
  channel_init (far_end, g_steal_pointer (&far_link));
}

void
fixture_exchange (Channel *near_end, Channel *far_end)
{
  char byte = 0;

  channel_write (near_end, "x", 1);
  channel_read (far_end, &byte, 1);
  g_assert_cmpint (byte, ==, 'x');
  channel_write (far_end, "y", 1);
  channel_read (near_end, &byte, 1);
  g_assert_cmpint (byte, ==, 'y');
}
