/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a stream of random events, with all that peers could put into them: `stream-lines SEED N`.
 */
#include <stdio.h>
#include <stdlib.h>

#include "kad-error.h"
#include "kad-infos.h"
#include "kad-stream-format.h"

static guint64 state;

/* SplitMix64: the same lines for the same seed, everywhere. */
static guint64
next (guint64 below)
{
  guint64 z = (state += 0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return (z ^ (z >> 31)) % below;
}

/* Any bytes, but for NUL. */
static char *
dup_text (gsize max)
{
  gsize len = next (max);
  char *text = g_malloc (len + 1);

  for (gsize i = 0; i < len; i++)
    text[i] = (char) (1 + next (255));
  text[len] = '\0';
  return text;
}

static GBytes *
new_bytes (gsize max)
{
  gsize len = next (max);
  guint8 *data = g_malloc (len + 1);

  for (gsize i = 0; i < len; i++)
    data[i] = (guint8) next (256);
  return g_bytes_new_take (data, len);
}

static void
set_peer (KadPeerId *peer)
{
  static const char *const peers[] = { "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS",
                                       "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N" };

  kad_peer_id_parse (peer, peers[next (G_N_ELEMENTS (peers))], NULL);
}

static KadMultiaddr *
new_address (void)
{
  static const char *const addresses[]
      = { "/ip4/1.2.3.4/tcp/5", "/ip6/::1/tcp/65535/ws", "/dns4/a.example/tcp/1/tls/ws" };

  return kad_multiaddr_new_from_string (addresses[next (G_N_ELEMENTS (addresses))], NULL);
}

static GPtrArray *
new_peers (guint max)
{
  GPtrArray *infos = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_info_unref);
  KadPeerId peer;

  for (guint i = 0; i < max; i++)
    {
      g_autoptr (KadMultiaddr) address = new_address ();
      KadPeerInfo *info;

      set_peer (&peer);
      info = kad_peer_info_new (&peer);
      kad_peer_info_add_address (info, address);
      g_ptr_array_add (infos, info);
    }
  return infos;
}

static guint
random_number (KadEventType type)
{
  if (type == KAD_EVENT_QUERY_STEP)
    return (guint) next (KAD_STEP_PATH_ENDED + 1);
  if (type == KAD_EVENT_MODE_CHANGED)
    return (guint) next (KAD_MODE_SERVER + 1);
  return (guint) next (G_MAXUINT);
}

static void
fill_query (KadEvent *event)
{
  event->query = 1 + next (G_MAXUINT64);
  event->kind = next (KAD_QUERY_OPERATION + 1);
  event->run = next (2) * next (G_MAXUINT64);
  event->is_last = (gboolean) next (2);
  event->outcome = next (KAD_OUTCOME_FAILED + 1);
  event->stats.requests = (guint) next (G_MAXUINT);
  event->stats.duration_us = (gint64) next (G_MAXINT64);
  event->distance_bits = (guint) next (257);
  event->rtt_us = (gint64) next (G_MAXINT64) - 1;
}

static KadIdentity *
new_identity (void)
{
  KadIdentity *identity = kad_identity_new ();

  set_peer (&identity->peer);
  identity->agent = dup_text (200);
  return identity;
}

static KadPublicationRow *
new_publication (void)
{
  g_autoptr (GBytes) key = new_bytes (100);
  g_autofree char *tag = dup_text (300);

  return kad_publication_row_new (KAD_PUBLICATION_PROVIDER, key, NULL, tag);
}

/* What a type always has, and any of what it may have. */
static KadEvent *
new_event (KadEventType type)
{
  KadEvent *event = kad_event_new (type);
  gboolean is_of_query = type <= KAD_EVENT_QUERY_FINISHED;

  event->wall_us = (gint64) next (G_MAXINT64);
  event->number = random_number (type);
  if (is_of_query)
    fill_query (event);
  if (next (2))
    event->key = new_bytes (next (20) == 0 ? 70000 : 100);
  if (next (2))
    set_peer (&event->peer);
  if (next (2))
    set_peer (&event->from);
  if (next (2))
    event->address = new_address ();
  if (next (2))
    event->text = dup_text (3000);
  if (next (2))
    event->identity = new_identity ();
  if (next (2))
    event->error
        = g_error_new (KAD_ERROR, (gint) next (KAD_ERROR_QUORUM_FAILED + 1), "An \"error\"\n");
  if (type == KAD_EVENT_ADDRESSES_CHANGED)
    event->peers = new_peers (1);
  if (type == KAD_EVENT_PUBLICATION_CHANGED || type == KAD_EVENT_PUBLICATION_REMOVED)
    event->publication = new_publication ();
  return event;
}

int
main (int argc, char **argv)
{
  guint64 n = argc == 3 ? g_ascii_strtoull (argv[2], NULL, 10) : 0;
  KadPeerId peer;
  g_autofree char *header = NULL;

  state = argc == 3 ? g_ascii_strtoull (argv[1], NULL, 10) : 0;
  set_peer (&peer);
  header = kad_stream_format_header (&peer, 0, KAD_STREAM_EVENTS | KAD_STREAM_STEPS);
  puts (header);
  for (guint64 i = 0; i < n; i++)
    {
      g_autoptr (KadEvent) event = new_event (i % KAD_N_EVENT_TYPES);
      g_autofree char *line = kad_stream_format_event (event);

      puts (line);
    }
  return n > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
