/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"
#include "kad-multiaddr.h"
#include "kad-peer-id.h"

G_BEGIN_DECLS

#define KAD_MAX_IDENTITY_PROTOCOLS 256

#define KAD_TYPE_IDENTITY (kad_identity_get_type ())

/* What a peer says of itself by identify. Texts are as they came, bounded but
 * not escaped. Plain boxed struct; fields are NULL where the peer said nothing. */
typedef struct
{
  KadPeerId peer;
  char *agent;
  char *protocol_version;
  GStrv protocols;
  GPtrArray *addresses;   /* (element-type KadMultiaddr) never NULL */
  KadMultiaddr *observed; /* (nullable) how the peer sees us */
  gboolean is_signed;     /* addresses come from a valid signed peer record */
} KadIdentity;

KAD_API GType kad_identity_get_type (void);
KAD_API KadIdentity *kad_identity_new (void);
KAD_API KadIdentity *kad_identity_copy (const KadIdentity *self);
KAD_API void kad_identity_free (KadIdentity *self);
KAD_API gboolean kad_identity_has_protocol (const KadIdentity *self, const char *protocol);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadIdentity, kad_identity_free)

G_END_DECLS
