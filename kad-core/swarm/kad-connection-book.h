/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-limit-values.h"
#include "kad-peer-session.h"

G_BEGIN_DECLS

#define KAD_FRESHER_US (100 * G_TIME_SPAN_MILLISECOND)

/* Every connection there is: half-open ones and those whose peer is proven. */
typedef struct _KadConnectionBook KadConnectionBook;

KadConnectionBook *kad_connection_book_new (const KadLimits *limits);
/* Must be empty. */
void kad_connection_book_free (KadConnectionBook *self);
/* Whether one more may come; else LimitReached says which limit. */
gboolean kad_connection_book_has_room (KadConnectionBook *self, GError **error);
/* Whether one more may come to us from there, however much room there is; else LimitReached says
 * which limit of its host or subnet. */
gboolean kad_connection_book_admits (KadConnectionBook *self, const KadMultiaddr *remote,
                                     GError **error);
/* A half-open one. Gives the oldest that came to us to be closed when there are too many of
 * these, or too many from its subnet: then the oldest from there; what we dial is bounded by the
 * dials, and a flood from outside must not end it. */
KadPeerSession *kad_connection_book_add (KadConnectionBook *self, KadPeerSession *session);
/* Its peer is proven. @is_first: the only one with this peer. FALSE: too many with this peer. */
gboolean kad_connection_book_register (KadConnectionBook *self, KadPeerSession *session,
                                       gboolean *is_first);
/* @was_last: no other with this peer is left. */
void kad_connection_book_remove (KadConnectionBook *self, KadPeerSession *session,
                                 gboolean *was_last);
/* The one to use for this peer: the first that was registered, as long as none has been heard of
 * KAD_FRESHER_US later: a peer whose network changed comes back while what it left behind is not
 * known to be dead. NULL: none. */
KadPeerSession *kad_connection_book_find (KadConnectionBook *self, const KadPeerId *peer);
guint kad_connection_book_get_size (KadConnectionBook *self);
/* Both ways. */
guint kad_connection_book_get_n_half_open (KadConnectionBook *self);
/* By index below size; order changes with removals. */
KadPeerSession *kad_connection_book_get (KadConnectionBook *self, guint index);
/* How many connections there are with the subnet of that address; 0: it has no IP address. */
guint kad_connection_book_get_subnet_size (KadConnectionBook *self, const KadMultiaddr *remote);

G_END_DECLS
