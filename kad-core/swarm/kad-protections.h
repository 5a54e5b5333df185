/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-peer-id.h"

G_BEGIN_DECLS

#define KAD_MAX_PROTECTED_PEERS 4096
#define KAD_MAX_PROTECTION_TAGS 16 /* of one peer */
#define KAD_MAX_PROTECTION_TAG_BYTES 64

/* Peers whose connections are not closed for want of room, each with the tags of those who want
 * it so: it is free again when the last tag is gone. */
typedef struct _KadProtections KadProtections;

KadProtections *kad_protections_new (void);
void kad_protections_free (KadProtections *self);
/* The same tag twice is one. InvalidArgument: an empty or long tag; LimitReached: too many. */
gboolean kad_protections_add (KadProtections *self, const KadPeerId *peer, const char *tag,
                              GError **error);
/* @is_still: (out): another tag protects it. NotFound: that tag did not. */
gboolean kad_protections_remove (KadProtections *self, const KadPeerId *peer, const char *tag,
                                 gboolean *is_still, GError **error);
gboolean kad_protections_has (KadProtections *self, const KadPeerId *peer);

G_END_DECLS
