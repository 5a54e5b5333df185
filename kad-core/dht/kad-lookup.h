/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-key.h"
#include "kad-peer-info.h"
#include "kad-time.h"

G_BEGIN_DECLS

/* Known to one lookup. */
#define KAD_MAX_QUERY_PEERS 512
/* Of one lookup. */
#define KAD_MAX_QUERY_REQUESTS 256
/* A peer that did not answer for so long leaves its place among the alpha to another, as long
 * as nobody knows how long answers usually take... */
#define KAD_LOOKUP_SLOW_US KAD_USEC_PER_SEC
/* ...and never before this, however fast the others are... */
#define KAD_LOOKUP_MIN_SLOW_US (150 * KAD_USEC_PER_MSEC)
/* ...nor is it given up before this, even if k others have answered. */
#define KAD_LOOKUP_MIN_PATIENCE_US (200 * KAD_USEC_PER_MSEC)
/* For so long it is waited for when fewer than k others have answered. */
#define KAD_LOOKUP_PATIENCE_US (3 * KAD_USEC_PER_SEC)
/* In flight at most, the slow ones too, in alphas. */
#define KAD_MAX_LOOKUP_ALPHAS 3

typedef struct _KadLookup KadLookup;

typedef enum
{
  KAD_LOOKUP_RUNNING,
  KAD_LOOKUP_COMPLETED, /* the closest ones that live have all answered */
  KAD_LOOKUP_STARVED,   /* nobody is left to ask, and fewer than wanted answered */
} KadLookupVerdict;

typedef struct
{
  KadKey target;
  KadPeerId local; /* never asked */
  guint k;         /* so many closest have to answer */
  guint alpha;     /* requests at a time */
  guint beta;      /* enough with kad_lookup_set_hasty() */
  gint64 usual_us; /* what an answer took until now, by the median; 0: not known */
} KadLookupConfig;

KadLookup *kad_lookup_new (const KadLookupConfig *config);
void kad_lookup_free (KadLookup *self);
/* TRUE: it was not known. */
gboolean kad_lookup_add (KadLookup *self, KadPeerInfo *info);
/* Whoever asks has something already: beta answers are enough where the others are slow. */
void kad_lookup_set_hasty (KadLookup *self, gboolean hasty);
/* Whom to ask now, in flight from here on; NULL: nobody for the time being. Borrowed. */
KadPeerInfo *kad_lookup_next (KadLookup *self, gint64 now_us);
/* A dial begins for it, or has succeeded and the request is on its way. */
void kad_lookup_asked (KadLookup *self, const KadPeerId *peer, gboolean dialling, gint64 now_us);
/* It is known to be slow: nobody waits for it. */
void kad_lookup_tardy (KadLookup *self, const KadPeerId *peer);
gint64 kad_lookup_get_slow_us (const KadLookup *self, gint64 now_us);
/* We did nothing for so long: that is not the fault of those in flight. */
void kad_lookup_excuse (KadLookup *self, gint64 pause_us);
/* Somebody is late and nobody is known in its place. */
gboolean kad_lookup_is_short (KadLookup *self, gint64 now_us);
void kad_lookup_answered (KadLookup *self, const KadPeerId *peer, gint64 now_us);
void kad_lookup_failed (KadLookup *self, const KadPeerId *peer);
KadLookupVerdict kad_lookup_get_verdict (KadLookup *self, gint64 now_us);
/* When waiting alone will change something: next, or the verdict. */
gint64 kad_lookup_get_deadline (KadLookup *self, gint64 now_us);
/* (element-type KadPeerInfo) (transfer full) nearest first, who answered, at most @max. */
GPtrArray *kad_lookup_dup_answered (KadLookup *self, guint max);
/* Somebody nearer than the last of the result failed: the answers may all have named the
 * same dead peers, and the living behind those are not known. */
gboolean kad_lookup_has_gaps (KadLookup *self);
/* Each peer of the result's outer part, once: whose neighbours may fill the gaps. Borrowed. */
KadPeerInfo *kad_lookup_next_outer (KadLookup *self);
/* Bits that the k-th closest known peer has in common with the target. */
guint kad_lookup_get_edge_prefix (KadLookup *self);
KadPeerInfo *kad_lookup_find (KadLookup *self, const KadPeerId *peer);
guint kad_lookup_get_n_peers (const KadLookup *self);
guint kad_lookup_get_n_answered (const KadLookup *self);
guint kad_lookup_get_n_waiting (const KadLookup *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadLookup, kad_lookup_free)

G_END_DECLS
