/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KAD_YAMUX_HEADER_BYTES 12

typedef enum
{
  KAD_YAMUX_DATA,
  KAD_YAMUX_WINDOW_UPDATE,
  KAD_YAMUX_PING,
  KAD_YAMUX_GO_AWAY_FRAME,
} KadYamuxFrameType;

typedef enum
{
  KAD_YAMUX_SYN = 1,
  KAD_YAMUX_ACK = 2,
  KAD_YAMUX_FIN = 4,
  KAD_YAMUX_RST = 8,
} KadYamuxFlags;

#define KAD_YAMUX_FLAGS (KAD_YAMUX_SYN | KAD_YAMUX_ACK | KAD_YAMUX_FIN | KAD_YAMUX_RST)

/* The 12 bytes before every frame (libp2p specs, yamux, "Framing"): version,
 * type, flags, stream, length, in network order. */
typedef struct
{
  KadYamuxFrameType type;
  guint16 flags; /* KadYamuxFlags: bits that nobody defined are masked off */
  guint32 stream_id;
  guint32 length; /* of the payload of DATA; else credit, ping value or code */
} KadYamuxHeader;

void kad_yamux_header_encode (const KadYamuxHeader *self, guint8 out[KAD_YAMUX_HEADER_BYTES]);
/* Decodes and checks everything that needs no state of a session: version, type,
 * which stream ids the type allows, the flags of a ping, and that DATA is no longer
 * than any window. FALSE and Protocol otherwise. */
gboolean kad_yamux_header_decode (KadYamuxHeader *self, const guint8 bytes[KAD_YAMUX_HEADER_BYTES],
                                  GError **error);

G_END_DECLS
