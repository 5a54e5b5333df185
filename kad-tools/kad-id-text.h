/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-cid.h"
#include "kad-key.h"
#include "kad-multiaddr.h"
#include "kad-peer-id.h"

G_BEGIN_DECLS

typedef enum
{
  KAD_ID_PEER,
  KAD_ID_CID,
  KAD_ID_MULTIHASH,
  KAD_ID_MULTIADDR,
  KAD_ID_KEY,   /* /namespace/..., text:, hex:, base64: */
  KAD_ID_POINT, /* kad-id:HEX, a point of the key space itself */
} KadIdKind;

/* What some text means; members that the kind does not have are unset. */
typedef struct
{
  KadIdKind kind;
  KadPeerId peer;        /* PEER, or a MULTIADDR that ends in /p2p */
  KadCid *cid;           /* CID */
  KadMultiaddr *address; /* MULTIADDR */
  GBytes *bytes;         /* the binary form; NULL for POINT */
  GBytes *multihash;     /* (nullable) PEER, CID, MULTIHASH, and a key that is one */
  KadKey point;          /* where it lies in the key space */
  gboolean has_point;    /* a MULTIADDR without peer lies nowhere */
} KadIdText;

const char *kad_id_kind_get_name (KadIdKind kind);
/* InvalidKey if it is nothing that is known. */
KadIdText *kad_id_text_parse (const char *text, GError **error);
void kad_id_text_free (KadIdText *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadIdText, kad_id_text_free)

G_END_DECLS
