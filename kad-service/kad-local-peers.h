/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-peer-id.h"

G_BEGIN_DECLS

#define KAD_MAX_LOCAL_NAMES 2048         /* announced by others */
#define KAD_MAX_LOCAL_LOOKUPS 32         /* of their TXT records, side by side */
#define KAD_MAX_LOCAL_DIALS 8            /* side by side */
#define KAD_MAX_LOCAL_DIALS_A_MINUTE 240 /* of all */

/* Who is announced on the local network: whose TXT records to read next, and whom to dial.
 *
 * Anybody there may announce anything under any name, as many as he likes, and nobody can tell who
 * it was. So everything is bounded; what one name says counts for that name only, though another
 * one speaks of the same peer; and whoever failed less goes first, the newest and the oldest of
 * them by turns, so that neither a crowd that was there before nor one that keeps coming stands in
 * the way of all others.
 *
 * A name is looked up, and each of its addresses dialled until one answers. If none does, all of it
 * is done again, later each time. When the peer is lost by the table, it is done again, too. */
typedef struct _KadLocalPeers KadLocalPeers;

/* @local: ourselves, whom others may announce, too. */
KadLocalPeers *kad_local_peers_new (const KadPeerId *local);
void kad_local_peers_free (KadLocalPeers *self);
guint kad_local_peers_get_size (KadLocalPeers *self);

/* FALSE: it is there, or there are too many: one that came to nothing makes room. */
gboolean kad_local_peers_add (KadLocalPeers *self, const char *name, gint64 now_us);
gboolean kad_local_peers_remove (KadLocalPeers *self, const char *name);
void kad_local_peers_clear (KadLocalPeers *self);

/* A name whose TXT records are wanted now; NULL: none. (transfer none) */
const char *kad_local_peers_begin_lookup (KadLocalPeers *self, gint64 now_us);
/* Data of such a record; several add up. FALSE: nothing of use, or nobody asked. */
gboolean kad_local_peers_note_txt (KadLocalPeers *self, const char *name, const guint8 *data,
                                   gsize len, gint64 now_us);
/* A name that was looked up for long enough; NULL: none. (transfer none) */
const char *kad_local_peers_end_lookup (KadLocalPeers *self, gint64 now_us);

/* An address that is to be dialled now, with /p2p/ID; NULL: none. @name: (out) (transfer full) */
const char *kad_local_peers_begin_dial (KadLocalPeers *self, gint64 now_us, char **name);
/* Each that began ends once, also if its name is gone. */
void kad_local_peers_end_dial (KadLocalPeers *self, const char *name, gboolean is_reached,
                               gint64 now_us);
/* It is not in the table any more. */
void kad_local_peers_note_lost (KadLocalPeers *self, const KadPeerId *peer, gint64 now_us);
/* When to ask again for what begins or ends; G_MAXINT64: when something has changed. */
gint64 kad_local_peers_get_due_us (KadLocalPeers *self, gint64 now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadLocalPeers, kad_local_peers_free)

G_END_DECLS
