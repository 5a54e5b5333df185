/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-buffer.h"
#include "kad-wire.h"

G_BEGIN_DECLS

#define KAD_PING_PROTOCOL "/ipfs/ping/1.0.0"
#define KAD_PING_BYTES 32

/* The serving side: echoes every whole 32 bytes; the rest waits. */
gsize kad_ping_echo (const guint8 *data, gsize len, KadBuffer *out);
/* The asking side: MORE, DONE (the same bytes came back) or ERROR. */
KadWireStatus kad_ping_check (const guint8 sent[KAD_PING_BYTES], const guint8 *data, gsize len,
                              gsize *used, GError **error);

G_END_DECLS
