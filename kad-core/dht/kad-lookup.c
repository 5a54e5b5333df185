/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-lookup.h"

#include <string.h>

/* So many answers say something of the others. */
#define MIN_SAMPLES 3
/* What is usual for an answer, times this, is usual for a dial. The limits have room in them. */
#define DIAL_TRIPS 2
#define WHOLE 64

/*
 * The walk towards a key, without messages: who is known, who was asked, who is
 * next, and when it is over.
 *
 * Peers sit in one array in the order of their distance to the target, so that
 * finding, adding and "the closest" are binary searches and short scans. Each is
 * heard of, then waited for, then has answered or failed; there is no way back.
 *
 * The window is the k closest that have not failed. Whoever is in it gets asked,
 * the nearest first, alpha at a time; a failed one leaves it, and the next one behind
 * enters. It is over when everybody in the window has answered (the rule of
 * rust-libp2p, stricter than go's beta of 3): what is reported are the closest
 * peers that live, with dead ones skipped, and each was asked by ourselves.
 *
 * A slow peer must not hold the others. The measure is what an answer usually takes: the median
 * of this walk's answers as soon as most of those asked have answered, before that what was
 * usual in earlier walks. Who takes twice that is late: it counts no more for alpha and not for
 * the window, so that the walk goes on behind it, and a little further than one for one, because
 * where one is late more will be. Once k have answered, those late ones that are nearer are given
 * up, so that they cost a part of a round trip; while fewer than k have, everybody counts, and
 * they get KAD_LOOKUP_PATIENCE_US. As long as nothing is usual a peer is late after
 * KAD_LOOKUP_SLOW_US. A dial is given twice as long, and the request its own time once it is
 * sent. Who answers meanwhile counts as any other.
 */

typedef enum
{
  HEARD,
  WAITING,
  ANSWERED,
  FAILED,
} State;

typedef struct
{
  KadKey distance;
  KadPeerInfo *info; /* (owned) */
  State state;
  gboolean was_outer; /* given by kad_lookup_next_outer() */
  gboolean dialling;
  gboolean tardy; /* known for it */
  gint64 asked_us;
} Peer;

struct _KadLookup
{
  KadLookupConfig config;
  gboolean hasty;
  Peer **peers; /* nearest first */
  guint n_peers;
  guint capacity;
  guint n_waiting;
  guint n_answered;
  guint n_requests;
  GArray *durations; /* of gint64: how long each answer took, shortest first */
};

/**
 * kad_lookup_new: (skip)
 * @config: what to look for, copied
 *
 * Returns: (transfer full): a lookup that knows nobody
 */
KadLookup *
kad_lookup_new (const KadLookupConfig *config)
{
  KadLookup *self = g_new0 (KadLookup, 1);

  self->config = *config;
  self->durations = g_array_new (FALSE, FALSE, sizeof (gint64));
  return self;
}

static void
peer_free (Peer *peer)
{
  kad_peer_info_unref (peer->info);
  g_free (peer);
}

/**
 * kad_lookup_free: (skip)
 * @self: (transfer full): a lookup
 */
void
kad_lookup_free (KadLookup *self)
{
  for (guint i = 0; i < self->n_peers; i++)
    peer_free (self->peers[i]);
  g_free (self->peers);
  g_array_unref (self->durations);
  g_free (self);
}

/* Where the peer is, or would be. */
static gboolean
search (const KadLookup *self, const KadKey *distance, guint *index)
{
  guint low = 0;
  guint high = self->n_peers;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      int order = memcmp (self->peers[middle]->distance.bytes, distance->bytes, KAD_KEY_BYTES);

      if (order == 0)
        {
          *index = middle;
          return TRUE;
        }
      if (order < 0)
        low = middle + 1;
      else
        high = middle;
    }
  *index = low;
  return FALSE;
}

static Peer *
find (const KadLookup *self, const KadPeerId *id)
{
  KadKey distance;
  guint index;

  kad_key_init_from_peer (&distance, id);
  kad_key_xor (&distance, &self->config.target, &distance);
  return search (self, &distance, &index) ? self->peers[index] : NULL;
}

/* Room for one at @index: the farthest that nobody waits for goes. */
static gboolean
make_room (KadLookup *self, guint index)
{
  Peer *last;

  if (self->n_peers < KAD_MAX_QUERY_PEERS)
    return TRUE;
  last = self->peers[self->n_peers - 1];
  if (index >= self->n_peers || last->state != HEARD)
    return FALSE;
  peer_free (last);
  self->n_peers--;
  return TRUE;
}

/**
 * kad_lookup_add: (skip)
 * @self: a lookup
 * @info: a peer that somebody named
 *
 * Past %KAD_MAX_QUERY_PEERS the farthest one that was not asked makes room for a
 * nearer one.
 *
 * Returns: %TRUE if it was not known and is now
 */
gboolean
kad_lookup_add (KadLookup *self, KadPeerInfo *info)
{
  const KadPeerId *id = kad_peer_info_get_peer (info);
  Peer *peer;
  KadKey distance;
  guint index;

  if (kad_peer_id_equal (id, &self->config.local))
    return FALSE;
  kad_key_init_from_peer (&distance, id);
  kad_key_xor (&distance, &self->config.target, &distance);
  if (search (self, &distance, &index) || !make_room (self, index))
    return FALSE;

  if (self->n_peers == self->capacity)
    {
      self->capacity = self->capacity > 0 ? 2 * self->capacity : 32;
      self->peers = g_renew (Peer *, self->peers, self->capacity);
    }
  memmove (self->peers + index + 1, self->peers + index,
           (self->n_peers - index) * sizeof *self->peers);
  peer = g_new0 (Peer, 1);
  peer->distance = distance;
  peer->info = kad_peer_info_ref (info);
  self->peers[index] = peer;
  self->n_peers++;
  return TRUE;
}

/**
 * kad_lookup_set_hasty: (skip)
 * @self: a lookup
 * @hasty: whether beta answers are enough where the others are slow
 */
void
kad_lookup_set_hasty (KadLookup *self, gboolean hasty)
{
  self->hasty = hasty;
}

static inline gint64
get_limit (const Peer *peer, gint64 limit_us)
{
  return kad_time_add (peer->asked_us, peer->dialling ? limit_us * DIAL_TRIPS : limit_us);
}

/* A network may be slow as a whole: what its answers take by the median is the measure, which a
 * few slow ones do not move. It counts when most of those asked have answered, those asked a
 * moment ago and those known to be slow left out. Else what was usual before this walk, or 0. */
static gint64
get_usual_us (const KadLookup *self, gint64 now_us)
{
  guint n = self->durations->len, n_left = self->n_waiting;
  gint64 median_us;

  if (n < MIN_SAMPLES)
    return self->config.usual_us;
  median_us = g_array_index (self->durations, gint64, n / 2);
  for (guint i = 0; n_left > 0; i++)
    {
      const Peer *peer = self->peers[i];

      if (peer->state != WAITING)
        continue;
      n_left--;
      n += !peer->tardy && now_us > get_limit (peer, median_us);
    }
  return n / 2 < self->durations->len ? median_us : self->config.usual_us;
}

static void
note_duration (KadLookup *self, gint64 duration_us)
{
  guint i = self->durations->len;

  while (i > 0 && g_array_index (self->durations, gint64, i - 1) > duration_us)
    i--;
  g_array_insert_val (self->durations, i, duration_us);
}

/**
 * kad_lookup_get_slow_us: (skip)
 * @self: a lookup
 * @now_us: the time
 *
 * Returns: how long an answer may take, once it was asked for, without being late
 */
gint64
kad_lookup_get_slow_us (const KadLookup *self, gint64 now_us)
{
  gint64 usual_us = get_usual_us (self, now_us);

  return usual_us > 0 ? MAX (KAD_LOOKUP_MIN_SLOW_US, 2 * usual_us) : KAD_LOOKUP_SLOW_US;
}

/* While fewer than k have answered. */
static gint64
get_patience_us (const KadLookup *self, gint64 now_us)
{
  guint n = self->durations->len;
  gint64 median_us = n > 0 ? g_array_index (self->durations, gint64, n / 2) : 0;

  if (self->hasty && self->n_answered >= self->config.beta)
    return kad_lookup_get_slow_us (self, now_us);
  return MAX (KAD_LOOKUP_PATIENCE_US, 8 * median_us);
}

/* When they have. */
static gint64
get_short_patience_us (const KadLookup *self, gint64 now_us)
{
  gint64 usual_us = get_usual_us (self, now_us);

  if (usual_us == 0)
    return get_patience_us (self, now_us);
  return MIN (MAX (KAD_LOOKUP_MIN_PATIENCE_US, 2 * usual_us), get_patience_us (self, now_us));
}

static inline gboolean
waits_since (const Peer *peer, gint64 limit_us, gint64 now_us)
{
  return peer->state == WAITING && now_us >= get_limit (peer, limit_us);
}

static inline gboolean
is_late (const Peer *peer, gint64 limit_us, gint64 now_us)
{
  return peer->state == WAITING && (peer->tardy || now_us >= get_limit (peer, limit_us));
}

/* Where some are late more will be. What of a peer that was not heard of counts for the
 * window, in WHOLEs: all of it, as long as nobody is late. */
static guint
get_weight (const KadLookup *self, gint64 slow_us, gint64 now_us)
{
  guint n_late = 0, n_left = self->n_waiting;

  for (guint i = 0; n_left > 0; i++)
    {
      if (self->peers[i]->state != WAITING)
        continue;
      n_left--;
      n_late += !self->peers[i]->tardy && waits_since (self->peers[i], slow_us, now_us);
    }
  return WHOLE * (self->n_answered + 1) / (self->n_answered + 1 + 3 * n_late);
}

/**
 * kad_lookup_next: (skip)
 * @self: a lookup
 * @now_us: the time
 *
 * Gives the nearest peer in the window that was not asked, as long as fewer than alpha
 * are in flight, the slow ones not counted. Call it until it gives %NULL, and again
 * after each answer, failure and deadline.
 *
 * Returns: (transfer none) (nullable): whom to ask; it is in flight now
 */
KadPeerInfo *
kad_lookup_next (KadLookup *self, gint64 now_us)
{
  gint64 slow_us = kad_lookup_get_slow_us (self, now_us);
  Peer *next = NULL;
  guint wanted = self->config.k * WHOLE, n_seen = 0, n_busy = 0, weight;

  if (self->n_requests >= KAD_MAX_QUERY_REQUESTS
      || self->n_waiting >= KAD_MAX_LOOKUP_ALPHAS * self->config.alpha)
    return NULL;

  weight = get_weight (self, slow_us, now_us);
  /* Who is waited for may sit behind the window: all of them are counted. */
  for (guint i = 0; i < self->n_peers; i++)
    {
      Peer *peer = self->peers[i];
      gboolean late = is_late (peer, slow_us, now_us);

      if (peer->state == WAITING && !late)
        n_busy++;
      if (n_seen >= wanted && n_busy >= self->n_waiting)
        break;
      if (peer->state == FAILED || late)
        continue;
      if (next == NULL && n_seen < wanted && peer->state == HEARD)
        next = peer;
      n_seen += peer->state == ANSWERED ? WHOLE : weight;
    }
  if (next == NULL || n_busy >= self->config.alpha)
    return NULL;

  next->state = WAITING;
  next->asked_us = now_us;
  self->n_waiting++;
  self->n_requests++;
  return next->info;
}

/**
 * kad_lookup_asked: (skip)
 * @self: a lookup
 * @id: a peer in flight; others are ignored
 * @dialling: whether it has to be connected first
 * @now_us: the time
 *
 * What is waited for is another thing from here on: a dial, or the answer after a dial.
 */
void
kad_lookup_asked (KadLookup *self, const KadPeerId *id, gboolean dialling, gint64 now_us)
{
  Peer *peer = find (self, id);

  if (peer == NULL || peer->state != WAITING)
    return;
  peer->dialling = dialling;
  peer->asked_us = now_us;
}

/**
 * kad_lookup_tardy: (skip)
 * @self: a lookup
 * @id: a peer in flight; others are ignored
 *
 * Says that the peer is known to be slow: it is late from the beginning, as it would be
 * in the end.
 */
void
kad_lookup_tardy (KadLookup *self, const KadPeerId *id)
{
  Peer *peer = find (self, id);

  if (peer != NULL && peer->state == WAITING)
    peer->tardy = TRUE;
}

/**
 * kad_lookup_excuse: (skip)
 * @self: a lookup
 * @pause_us: for how long this node itself did nothing
 *
 * What could not be read meanwhile is not late.
 */
void
kad_lookup_excuse (KadLookup *self, gint64 pause_us)
{
  for (guint i = 0; i < self->n_peers; i++)
    {
      if (self->peers[i]->state == WAITING)
        self->peers[i]->asked_us = kad_time_add (self->peers[i]->asked_us, pause_us);
    }
}

/**
 * kad_lookup_is_short: (skip)
 * @self: a lookup
 * @now_us: the time
 *
 * Returns: whether somebody is late, and fewer than k others are known to take its place
 */
gboolean
kad_lookup_is_short (KadLookup *self, gint64 now_us)
{
  gint64 slow_us = kad_lookup_get_slow_us (self, now_us);
  guint weight = get_weight (self, slow_us, now_us), n_seen = 0;
  gboolean any_late = FALSE;

  for (guint i = 0; i < self->n_peers && n_seen < self->config.k * WHOLE; i++)
    {
      const Peer *peer = self->peers[i];
      gboolean late = is_late (peer, slow_us, now_us);

      any_late |= late;
      if (peer->state != FAILED && !late)
        n_seen += peer->state == ANSWERED ? WHOLE : weight;
    }
  return any_late && n_seen < self->config.k * WHOLE;
}

/**
 * kad_lookup_answered: (skip)
 * @self: a lookup
 * @id: a peer in flight; others are ignored
 * @now_us: the time
 */
void
kad_lookup_answered (KadLookup *self, const KadPeerId *id, gint64 now_us)
{
  Peer *peer = find (self, id);

  if (peer == NULL || peer->state != WAITING)
    return;
  peer->state = ANSWERED;
  self->n_waiting--;
  self->n_answered++;
  note_duration (self, MAX (now_us - peer->asked_us, 0));
}

/**
 * kad_lookup_failed: (skip)
 * @self: a lookup
 * @id: a peer in flight; others are ignored
 */
void
kad_lookup_failed (KadLookup *self, const KadPeerId *id)
{
  Peer *peer = find (self, id);

  if (peer == NULL || peer->state != WAITING)
    return;
  peer->state = FAILED;
  self->n_waiting--;
}

/**
 * kad_lookup_get_verdict: (skip)
 * @self: a lookup
 * @now_us: the time
 *
 * A network with fewer than k peers is looked through completely: that is
 * completed, unless somebody did not answer.
 *
 * Returns: whether it is over, and how
 */
KadLookupVerdict
kad_lookup_get_verdict (KadLookup *self, gint64 now_us)
{
  gint64 long_us = get_patience_us (self, now_us), short_us = get_short_patience_us (self, now_us);
  gboolean can_ask = self->n_requests < KAD_MAX_QUERY_REQUESTS;
  gboolean missing = FALSE, is_hoping = FALSE;
  guint n_answered = 0;

  for (guint i = 0; i < self->n_peers && n_answered < self->config.k; i++)
    {
      Peer *peer = self->peers[i];

      if (peer->state == ANSWERED)
        n_answered++;
      else if (peer->state == HEARD && can_ask)
        return KAD_LOOKUP_RUNNING;
      else if (peer->state == WAITING && !is_late (peer, short_us, now_us))
        return KAD_LOOKUP_RUNNING;
      else if (peer->state == WAITING && now_us < kad_time_add (peer->asked_us, long_us))
        is_hoping = TRUE;
      else
        missing = TRUE;
    }
  if (n_answered >= self->config.k)
    return KAD_LOOKUP_COMPLETED;
  if (is_hoping)
    return KAD_LOOKUP_RUNNING;
  return n_answered > 0 && !missing ? KAD_LOOKUP_COMPLETED : KAD_LOOKUP_STARVED;
}

static void
pick_deadline (gint64 at_us, gint64 now_us, gint64 *deadline_us)
{
  if (at_us > now_us)
    *deadline_us = MIN (*deadline_us, at_us);
}

/**
 * kad_lookup_get_deadline: (skip)
 * @self: a lookup
 * @now_us: the time
 *
 * Returns: when to call kad_lookup_next() and kad_lookup_get_verdict() again
 *   although nobody answered; %KAD_TIME_NEVER: not before somebody does
 */
gint64
kad_lookup_get_deadline (KadLookup *self, gint64 now_us)
{
  gint64 slow_us = kad_lookup_get_slow_us (self, now_us);
  gint64 short_us = get_short_patience_us (self, now_us), long_us = get_patience_us (self, now_us);
  gint64 deadline_us = KAD_TIME_NEVER;
  guint n_left = self->n_waiting;

  for (guint i = 0; i < self->n_peers && n_left > 0; i++)
    {
      const Peer *peer = self->peers[i];

      if (peer->state != WAITING)
        continue;
      n_left--;
      pick_deadline (get_limit (peer, slow_us), now_us, &deadline_us);
      pick_deadline (get_limit (peer, short_us), now_us, &deadline_us);
      pick_deadline (kad_time_add (peer->asked_us, long_us), now_us, &deadline_us);
    }
  return deadline_us;
}

/**
 * kad_lookup_dup_answered: (skip)
 * @self: a lookup
 * @max: how many are wanted
 *
 * Returns: (transfer full) (element-type KadPeerInfo): who answered, nearest first
 */
GPtrArray *
kad_lookup_dup_answered (KadLookup *self, guint max)
{
  GPtrArray *infos = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_info_unref);

  for (guint i = 0; i < self->n_peers && infos->len < max; i++)
    {
      if (self->peers[i]->state == ANSWERED)
        g_ptr_array_add (infos, kad_peer_info_ref (self->peers[i]->info));
    }
  return infos;
}

/**
 * kad_lookup_has_gaps: (skip)
 * @self: a lookup whose verdict is not running
 *
 * Every peer names its k closest, dead ones too. So when some of those are dead the
 * answers reach less far than the k closest that live. Who is connected and only slow is
 * no gap where k others have answered.
 *
 * Returns: whether a peer nearer than the k-th that answered did not
 */
gboolean
kad_lookup_has_gaps (KadLookup *self)
{
  guint n_answered = 0;
  gboolean any_slow = FALSE;

  for (guint i = 0; i < self->n_peers && n_answered < self->config.k; i++)
    {
      const Peer *peer = self->peers[i];

      if (peer->state == FAILED || (peer->state == WAITING && peer->dialling))
        return TRUE;
      any_slow |= peer->state == WAITING;
      if (peer->state == ANSWERED)
        n_answered++;
    }
  return any_slow && n_answered < self->config.k;
}

/**
 * kad_lookup_next_outer: (skip)
 * @self: a lookup
 *
 * Returns: (transfer none) (nullable): the next of those among the k closest that
 *   answered that are not the very nearest, the farthest first
 */
KadPeerInfo *
kad_lookup_next_outer (KadLookup *self)
{
  Peer *next = NULL;
  guint n_answered = 0;

  for (guint i = 0; i < self->n_peers && n_answered < self->config.k; i++)
    {
      Peer *peer = self->peers[i];

      if (peer->state == ANSWERED && n_answered++ >= self->config.k / 4 && !peer->was_outer)
        next = peer;
    }
  if (next == NULL)
    return NULL;
  next->was_outer = TRUE;
  return next->info;
}

/**
 * kad_lookup_get_edge_prefix: (skip)
 * @self: a lookup
 *
 * Returns: bits that the k-th closest known peer, whatever became of it, or the
 *   last one has in common with the target
 */
guint
kad_lookup_get_edge_prefix (KadLookup *self)
{
  KadKey zero = { { 0 } };
  guint edge = MIN (self->config.k, self->n_peers);

  return edge > 0 ? kad_key_common_prefix (&zero, &self->peers[edge - 1]->distance) : 0;
}

/**
 * kad_lookup_find: (skip)
 * @self: a lookup
 * @id: a peer
 *
 * Returns: (transfer none) (nullable): what was heard of it first
 */
KadPeerInfo *
kad_lookup_find (KadLookup *self, const KadPeerId *id)
{
  Peer *peer = find (self, id);

  return peer != NULL ? peer->info : NULL;
}

/**
 * kad_lookup_get_n_peers: (skip)
 * @self: a lookup
 *
 * Returns: how many peers it knows
 */
guint
kad_lookup_get_n_peers (const KadLookup *self)
{
  return self->n_peers;
}

/**
 * kad_lookup_get_n_answered: (skip)
 * @self: a lookup
 *
 * Returns: how many peers have answered
 */
guint
kad_lookup_get_n_answered (const KadLookup *self)
{
  return self->n_answered;
}

/**
 * kad_lookup_get_n_waiting: (skip)
 * @self: a lookup
 *
 * Returns: how many requests are in flight, those to slow peers too
 */
guint
kad_lookup_get_n_waiting (const KadLookup *self)
{
  return self->n_waiting;
}
