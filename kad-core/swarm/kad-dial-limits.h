/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-multiaddr.h"

G_BEGIN_DECLS

#define KAD_MAX_DIALLED_ADDRESSES 16384 /* hosts and ports, in the last minute */
#define KAD_DIAL_LIMIT_WINDOW_US (60 * G_USEC_PER_SEC)

/* How good the word is that a peer is at an address. */
typedef enum
{
  KAD_ADDRESS_SAID_ONCE,  /* by one peer, or we do not know by whom */
  KAD_ADDRESS_SAID_TWICE, /* by two others */
  KAD_ADDRESS_PROVEN,     /* it was there, or the configuration says so */
} KadAddressTrust;

/* How often a host and port was dialled lately, whoever was said to be there: who names one victim
 * under a thousand ids gets no more attempts than who names it once. */
typedef struct _KadDialLimits KadDialLimits;

/* @per_minute: attempts on the word of one, and as many again on that of two.
 * @key: secret, so that nobody can aim at a place in the table. */
KadDialLimits *kad_dial_limits_new (guint per_minute, const guint8 key[16]);
void kad_dial_limits_free (KadDialLimits *self);
/* Counts one attempt, unless the address is proven; LimitReached: it must not be made. */
gboolean kad_dial_limits_take (KadDialLimits *self, const KadMultiaddr *address,
                               KadAddressTrust trust, gint64 now_us, GError **error);
/* Who was expected there answered: what was counted is forgotten. */
void kad_dial_limits_forget (KadDialLimits *self, const KadMultiaddr *address);
/* All of it. */
void kad_dial_limits_clear (KadDialLimits *self);
guint kad_dial_limits_get_size (KadDialLimits *self);

G_END_DECLS
