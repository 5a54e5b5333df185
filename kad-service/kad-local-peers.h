/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-peer-id.h"

G_BEGIN_DECLS

#define KAD_MAX_LOCAL_NAMES 256          /* announced by others */
#define KAD_MAX_LOCAL_DIALS 8            /* side by side */
#define KAD_MAX_LOCAL_DIALS_A_MINUTE 120 /* of all */

/* Who is announced on the local network, and whom to dial next. Anybody on it may announce anything
 * under any name, as many as he likes, and nobody can tell who it was: so what one name says says
 * nothing of what another says, though it be of the same peer; and everything is bounded.
 *
 * A name that is there is dialled, each of its addresses in turn, until one answers. When none did
 * it is tried again, later each time. When its peer is lost by the table, it is tried again. */
typedef struct _KadLocalPeers KadLocalPeers;

/* @local: ourselves, whom others may announce, too. */
KadLocalPeers *kad_local_peers_new (const KadPeerId *local);
void kad_local_peers_free (KadLocalPeers *self);
guint kad_local_peers_get_size (KadLocalPeers *self);

/* FALSE: it is there, or there are too many. @evicted: (out): a name that made room, which nobody
 * answered at; NULL: none had to. */
gboolean kad_local_peers_add (KadLocalPeers *self, const char *name, gint64 now_us,
                              char **evicted);
gboolean kad_local_peers_remove (KadLocalPeers *self, const char *name);
void kad_local_peers_clear (KadLocalPeers *self);
/* What its TXT record says; another one adds to it. FALSE: nothing of use, or nothing new. */
gboolean kad_local_peers_note_txt (KadLocalPeers *self, const char *name, const guint8 *data,
                                   gsize len, gint64 now_us);

/* An address that is to be dialled now, with /p2p/ID; NULL: none. @name: (out) (transfer full) */
const char *kad_local_peers_begin_dial (KadLocalPeers *self, gint64 now_us, char **name);
/* Each that began ends once, also if its name is gone. */
void kad_local_peers_end_dial (KadLocalPeers *self, const char *name, gboolean is_reached,
                               gint64 now_us);
/* It is not in the table any more. */
void kad_local_peers_note_lost (KadLocalPeers *self, const KadPeerId *peer, gint64 now_us);
/* When kad_local_peers_begin_dial() is to be asked again; G_MAXINT64: when something changed. */
gint64 kad_local_peers_get_due_us (KadLocalPeers *self, gint64 now_us);
/* Somebody was reached. */
gboolean kad_local_peers_has_reached (KadLocalPeers *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadLocalPeers, kad_local_peers_free)

G_END_DECLS
