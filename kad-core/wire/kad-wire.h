/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a protocol machine says after it was given bytes. Machines of this
 * folder take bytes and give bytes: no clock, no socket, no randomness. */
typedef enum
{
  KAD_WIRE_MORE,  /* wants more bytes */
  KAD_WIRE_DONE,  /* reached its end; unread bytes belong to the next layer */
  KAD_WIRE_ERROR, /* the GError says why: close */
} KadWireStatus;

typedef enum
{
  KAD_ROLE_INITIATOR,
  KAD_ROLE_RESPONDER,
} KadRole;

G_END_DECLS
