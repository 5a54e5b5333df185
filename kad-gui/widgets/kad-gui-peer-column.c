/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-peer-column.h"

#include <math.h>
#include <string.h>

#include "kad-gui-i18n.h"
#include "kad-gui-look.h"
#include "kad-gui-text.h"

#define COMPARE(a, b) ((a) < (b) ? -1 : (a) > (b) ? 1 : 0)

static char *
dup_peer (const KadGuiPeer *peer, KadGuiStore *store)
{
  return kad_gui_text_short (peer->id);
}

static char *
dup_bucket (const KadGuiPeer *peer, KadGuiStore *store)
{
  return g_strdup_printf ("%u", peer->bucket);
}

static char *
dup_distance (const KadGuiPeer *peer, KadGuiStore *store)
{
  KadKey own;
  double bits;

  if (!kad_gui_store_get_self_key (store, &own))
    return g_strdup ("–");
  bits = kad_key_log2_distance (&own, &peer->key);
  return isfinite (bits) ? g_strdup_printf ("2^%.1f", bits) : g_strdup ("0");
}

static char *
dup_state (const KadGuiPeer *peer, KadGuiStore *store)
{
  return g_strdup (kad_gui_look_get_name (kad_gui_look_of (peer)));
}

static char *
dup_rtt (const KadGuiPeer *peer, KadGuiStore *store)
{
  return kad_gui_text_duration (peer->rtt_us > 0 ? peer->rtt_us : -1);
}

static char *
dup_agent (const KadGuiPeer *peer, KadGuiStore *store)
{
  return kad_gui_text (peer->agent);
}

static char *
dup_last_useful (const KadGuiPeer *peer, KadGuiStore *store)
{
  return kad_gui_text_ago (peer->last_useful_us, kad_gui_store_get_now_us (store));
}

static char *
dup_added (const KadGuiPeer *peer, KadGuiStore *store)
{
  return peer->added_us > 0 ? kad_gui_text_ago (peer->added_us, kad_gui_store_get_now_us (store))
                            : g_strdup ("–");
}

/* Who brought it: a query of ours, or the peer itself by its connection. */
static char *
dup_added_by (const KadGuiPeer *peer, KadGuiStore *store)
{
  if (peer->reason != NULL && *peer->reason != '\0')
    return g_strcmp0 (peer->reason, "listener") == 0 ? g_strdup (_ ("It dialled us"))
           : g_strcmp0 (peer->reason, "query") == 0  ? g_strdup (_ ("A query"))
                                                     : kad_gui_text (peer->reason);
  return g_strdup ("–");
}

static char *
dup_addresses (const KadGuiPeer *peer, KadGuiStore *store)
{
  g_autofree char *first = NULL;
  guint n = peer->addresses != NULL ? g_strv_length (peer->addresses) : 0;

  if (n == 0)
    return kad_gui_text (peer->address);
  first = kad_gui_text (peer->addresses[0]);
  if (n == 1)
    return g_steal_pointer (&first);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s and %u more", "%s and %u more", n - 1),
                          first, n - 1);
}

static char *
dup_direction (const KadGuiPeer *peer, KadGuiStore *store)
{
  return g_strdup (strcmp (peer->direction, "inbound") == 0    ? _ ("In")
                   : strcmp (peer->direction, "outbound") == 0 ? _ ("Out")
                                                               : "–");
}

static char *
dup_transport (const KadGuiPeer *peer, KadGuiStore *store)
{
  return *peer->transport != '\0' ? kad_gui_text (peer->transport) : g_strdup ("–");
}

static char *
dup_muxer (const KadGuiPeer *peer, KadGuiStore *store)
{
  const char *name = strrchr (peer->muxer, '/');

  /* "/yamux/1.0.0" is yamux; a name without slashes is itself. */
  if (*peer->muxer == '\0')
    return g_strdup ("–");
  if (name != NULL && name > peer->muxer)
    {
      g_autofree char *head = g_strndup (peer->muxer + 1, (gsize) (name - peer->muxer - 1));

      return kad_gui_text (head);
    }
  return kad_gui_text (peer->muxer);
}

static char *
dup_streams (const KadGuiPeer *peer, KadGuiStore *store)
{
  return peer->connected ? g_strdup_printf ("%u", peer->streams) : g_strdup ("–");
}

static char *
dup_connected (const KadGuiPeer *peer, KadGuiStore *store)
{
  return peer->connected_us > 0
             ? kad_gui_text_ago (peer->connected_us, kad_gui_store_get_now_us (store))
             : g_strdup ("–");
}

/* ---- order ---- */

static int
compare_id (const KadGuiPeer *a, const KadGuiPeer *b)
{
  return strcmp (a->id, b->id);
}

/* Farthest first, as the buckets are numbered; by the key within one. */
static int
compare_bucket (const KadGuiPeer *a, const KadGuiPeer *b)
{
  return a->bucket != b->bucket ? COMPARE (a->bucket, b->bucket)
                                : memcmp (a->key.bytes, b->key.bytes, KAD_KEY_BYTES);
}

/* Who is connected first, who is gone last; the farthest first among those who are alike. */
static int
compare_state (const KadGuiPeer *a, const KadGuiPeer *b)
{
  static const guint ranks[KAD_GUI_N_LOOKS] = {
    [KAD_GUI_LOOK_CONNECTED] = 0, [KAD_GUI_LOOK_LIVE] = 1,     [KAD_GUI_LOOK_CHECKING] = 2,
    [KAD_GUI_LOOK_STALE] = 3,     [KAD_GUI_LOOK_DEPARTED] = 4,
  };
  guint x = ranks[kad_gui_look_of (a)];
  guint y = ranks[kad_gui_look_of (b)];

  return x != y ? COMPARE (x, y) : compare_bucket (a, b);
}

/* What is not known comes last. */
static int
compare_rtt (const KadGuiPeer *a, const KadGuiPeer *b)
{
  gint64 x = a->rtt_us > 0 ? a->rtt_us : G_MAXINT64;
  gint64 y = b->rtt_us > 0 ? b->rtt_us : G_MAXINT64;

  return COMPARE (x, y);
}

static int
compare_addresses (const KadGuiPeer *a, const KadGuiPeer *b)
{
  const char *x = a->addresses != NULL && a->addresses[0] != NULL ? a->addresses[0] : a->address;
  const char *y = b->addresses != NULL && b->addresses[0] != NULL ? b->addresses[0] : b->address;

  return strcmp (x, y);
}

#define COMPARE_TEXT(field)                                                                        \
  static int compare_##field (const KadGuiPeer *a, const KadGuiPeer *b)                            \
  {                                                                                                \
    return strcmp (a->field, b->field);                                                            \
  }
/* The latest first. */
#define COMPARE_TIME(field)                                                                        \
  static int compare_##field (const KadGuiPeer *a, const KadGuiPeer *b)                            \
  {                                                                                                \
    return COMPARE (b->field, a->field);                                                           \
  }

COMPARE_TEXT (agent)
COMPARE_TEXT (reason)
COMPARE_TEXT (direction)
COMPARE_TEXT (transport)
COMPARE_TEXT (muxer)
COMPARE_TIME (last_useful_us)
COMPARE_TIME (added_us)
COMPARE_TIME (connected_us)
COMPARE_TIME (streams)

static const KadGuiPeerColumn table_columns[] = {
  { N_ ("Peer"), dup_peer, compare_id, 15, 0, FALSE, FALSE, FALSE },
  { N_ ("State"), dup_state, compare_state, 13, 0, FALSE, FALSE, TRUE },
  { N_ ("Bucket"), dup_bucket, compare_bucket, 4, 370, TRUE, FALSE, FALSE },
  { N_ ("RTT"), dup_rtt, compare_rtt, 7, 450, TRUE, FALSE, FALSE },
  { N_ ("Agent"), dup_agent, compare_agent, 18, 620, FALSE, TRUE, FALSE },
  { N_ ("Distance"), dup_distance, compare_bucket, 7, 740, TRUE, FALSE, FALSE },
  { N_ ("Last Useful"), dup_last_useful, compare_last_useful_us, 11, 860, FALSE, FALSE, FALSE },
  { N_ ("Added"), dup_added, compare_added_us, 11, 980, FALSE, FALSE, FALSE },
  { N_ ("Added By"), dup_added_by, compare_reason, 12, 1100, FALSE, FALSE, FALSE },
  { N_ ("Addresses"), dup_addresses, compare_addresses, 0, 1290, FALSE, TRUE, FALSE },
};

static const KadGuiPeerColumn connection_columns[] = {
  { N_ ("Peer"), dup_peer, compare_id, 15, 0, FALSE, FALSE, FALSE },
  { N_ ("State"), dup_state, compare_state, 13, 0, FALSE, FALSE, TRUE },
  { N_ ("RTT"), dup_rtt, compare_rtt, 7, 370, TRUE, FALSE, FALSE },
  { N_ ("Agent"), dup_agent, compare_agent, 18, 540, FALSE, TRUE, FALSE },
  { N_ ("Direction"), dup_direction, compare_direction, 6, 640, FALSE, FALSE, FALSE },
  { N_ ("Transport"), dup_transport, compare_transport, 7, 740, FALSE, FALSE, FALSE },
  { N_ ("Bucket"), dup_bucket, compare_bucket, 4, 840, TRUE, FALSE, FALSE },
  { N_ ("Muxer"), dup_muxer, compare_muxer, 7, 940, FALSE, FALSE, FALSE },
  { N_ ("Streams"), dup_streams, compare_streams, 4, 1040, TRUE, FALSE, FALSE },
  { N_ ("Connected"), dup_connected, compare_connected_us, 11, 1160, FALSE, FALSE, FALSE },
  { N_ ("Addresses"), dup_addresses, compare_addresses, 0, 1340, FALSE, TRUE, FALSE },
};

const KadGuiPeerColumn *
kad_gui_peer_column_get_all (gboolean connections, guint *n_columns)
{
  *n_columns = connections ? G_N_ELEMENTS (connection_columns) : G_N_ELEMENTS (table_columns);
  return connections ? connection_columns : table_columns;
}
