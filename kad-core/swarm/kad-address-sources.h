/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-dial-limits.h"
#include "kad-peer-id.h"

G_BEGIN_DECLS

#define KAD_MAX_ADDRESS_SOURCES 2048 /* peers' addresses of which we know who said them */
#define KAD_MAX_GIVEN_ADDRESSES 1024
#define KAD_ADDRESS_SAID_US (30 * 60 * (gint64) G_USEC_PER_SEC)    /* so long a word counts */
#define KAD_ADDRESS_PROVEN_US (6 * 3600 * (gint64) G_USEC_PER_SEC) /* and having been there */

/* Who said that a peer is at an address, and where peers were found: a table of fixed size in which
 * the new replaces the old, so that nobody's words take more memory. */
typedef struct _KadAddressSources KadAddressSources;

/* @key: secret, so that nobody can aim at a place in the table. */
KadAddressSources *kad_address_sources_new (const guint8 key[16]);
void kad_address_sources_free (KadAddressSources *self);
void kad_address_sources_say (KadAddressSources *self, const KadPeerId *peer,
                              const KadMultiaddr *address, const KadPeerId *source, gint64 now_us);
/* The peer was there. */
void kad_address_sources_prove (KadAddressSources *self, const KadPeerId *peer,
                                const KadMultiaddr *address, gint64 now_us);
/* A person or the configuration said so: for ever as good as proven. */
void kad_address_sources_give (KadAddressSources *self, const KadPeerId *peer,
                               const KadMultiaddr *address);
KadAddressTrust kad_address_sources_get (KadAddressSources *self, const KadPeerId *peer,
                                         const KadMultiaddr *address, gint64 now_us);

G_END_DECLS
