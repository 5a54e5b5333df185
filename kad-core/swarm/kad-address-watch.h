/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-multiaddr.h"
#include "kad-reactor.h"

G_BEGIN_DECLS

/* How many addresses of the machine are remembered, those that are gone included. */
#define KAD_MAX_WATCHED_ADDRESSES 1024
/* From the first sign of a change until it is looked at: changes come in crowds. */
#define KAD_ADDRESS_SETTLE_US (300 * G_TIME_SPAN_MILLISECOND)
/* How often it is looked at where the kernel does not tell. */
#define KAD_ADDRESS_POLL_US (10 * G_USEC_PER_SEC)

/* The IP addresses of this machine as they change. See the essay in kad-address-watch.c.
 * Everything in the reactor's thread. */
typedef struct _KadAddressWatch KadAddressWatch;

/* Both (element-type KadMultiaddr), `/ip4/A` or `/ip6/A`; never both empty. */
typedef void (*KadAddressWatchFunc) (gpointer user_data, GPtrArray *came, GPtrArray *gone);
/* (element-type KadMultiaddr) (transfer full) what there is now; NULL: it cannot be known */
typedef GPtrArray *(*KadAddressListFunc) (gpointer user_data);

/* Looks at once, and calls @func at each change after that. Never fails: where the kernel does not
 * tell of changes, it is asked again and again. */
KadAddressWatch *kad_address_watch_new (KadReactor *reactor, KadAddressWatchFunc func,
                                        gpointer user_data);
/* Looks at nothing and is online: for who is reached inside of this process only. */
KadAddressWatch *kad_address_watch_new_blind (KadReactor *reactor);
void kad_address_watch_free (KadAddressWatch *self);
/* The machine had this address, with whatever is behind it, and has it no more. An address that
 * was never seen may be in use all the same, and is not gone. */
gboolean kad_address_watch_is_gone (KadAddressWatch *self, const KadMultiaddr *address);
/* Whether the machine has an address other than those of loopback and of a link, as far as is
 * known: without one there is no network to speak of. */
gboolean kad_address_watch_is_online (KadAddressWatch *self);
/* What the kernel tells makes no difference between a change and a sign of one. */
void kad_address_watch_suspect (KadAddressWatch *self);
/* FALSE: it is asked again and again. */
gboolean kad_address_watch_is_told (KadAddressWatch *self);
/* For tests: asks @list from now on, at once. */
void kad_address_watch_set_list_func (KadAddressWatch *self, KadAddressListFunc list,
                                      gpointer list_data);
/* For tests: as if the kernel had stopped telling. */
void kad_address_watch_lose (KadAddressWatch *self);

G_END_DECLS
