/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-multiaddr.h"
#include "kad-peer-id.h"

G_BEGIN_DECLS

/* How many peers' words are kept, the latest of each. */
#define KAD_MAX_OBSERVERS 32
/* So many have to say the same. */
#define KAD_OBSERVERS_WANTED 2

/* At which address others see us, from what each of them says. One who says something is nobody:
 * it counts when KAD_OBSERVERS_WANTED peers say the same, whose own addresses are not one owner's
 * (KadIpTally's groups). Off the public network, where there are no groups, any peers do, and the
 * only one does as long as there is no other. No I/O, no time. */
typedef struct _KadObservedAddress KadObservedAddress;

KadObservedAddress *kad_observed_address_new (void);
void kad_observed_address_free (KadObservedAddress *self);
/* @peer, who is at @from, sees us at @observed. TRUE: the IP address that counts is another one. */
gboolean kad_observed_address_say (KadObservedAddress *self, const KadPeerId *peer,
                                   const KadMultiaddr *from, KadMultiaddr *observed);
/* The peer is gone, and with it what it said. What counts stays until something else does, which
 * may be what the one who is left says. TRUE as above. */
gboolean kad_observed_address_forget (KadObservedAddress *self, const KadPeerId *peer);
/* (nullable) with the port that was seen first, which may be that of one connection only */
KadMultiaddr *kad_observed_address_get (KadObservedAddress *self);
/* How many say so now, those of one owner counted once. */
guint kad_observed_address_get_n_votes (KadObservedAddress *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadObservedAddress, kad_observed_address_free)

G_END_DECLS
