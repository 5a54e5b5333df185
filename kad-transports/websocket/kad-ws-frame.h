/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Frames of RFC 6455 section 5.2, without a socket. */

/* Of one message, all its fragments together. Nothing is collected: it bounds how long a remote
 * may go on without ending what it says. */
#define KAD_MAX_WS_MESSAGE_BYTES (16 * 1024 * 1024)
#define KAD_MAX_WS_FRAGMENTS 1024 /* of one message */
#define KAD_MAX_WS_CONTROL_BYTES 125
#define KAD_MAX_WS_FRAME_HEADER 14

typedef enum
{
  KAD_WS_CONTINUATION = 0,
  KAD_WS_TEXT = 1,
  KAD_WS_BINARY = 2,
  KAD_WS_CLOSE = 8,
  KAD_WS_PING = 9,
  KAD_WS_PONG = 10,
} KadWsOpcode;

/* RFC 6455 section 7.4.1 */
typedef enum
{
  KAD_WS_STATUS_NORMAL = 1000,
  KAD_WS_STATUS_PROTOCOL = 1002,
  KAD_WS_STATUS_UNSUPPORTED = 1003,
  KAD_WS_STATUS_TOO_BIG = 1009,
} KadWsStatus;

/* Where in a frame, and in a message, a reader is. Starts zeroed, but for is_client. */
typedef struct
{
  gboolean is_client; /* our role: whether the remote's frames come unmasked */
  gboolean is_in_message;
  guint n_fragments;
  guint64 message_bytes;
  /* Of the frame whose header was read last. */
  KadWsOpcode opcode;
  gboolean is_final;
  guint64 left; /* payload that is still to come */
  guint8 mask[4];
  guint mask_at;
} KadWsReader;

/* Reads one header from the beginning of @data. Gives its length, 0 if it is not whole yet, or -1,
 * with a status for the remote and words for us, if no such frame may come. Only when `left` is 0.
 */
gssize kad_ws_reader_read_header (KadWsReader *self, const guint8 *data, gsize len,
                                  KadWsStatus *status, const char **reason);
/* Takes @len bytes of payload, at most `left`, and unmasks them; @out may be @data. */
void kad_ws_reader_take (KadWsReader *self, guint8 *out, const guint8 *data, gsize len);

/* Writes the header of a final frame. @mask: (nullable): four random bytes, from a client. Gives
 * its length. */
gsize kad_ws_frame_write_header (guint8 out[KAD_MAX_WS_FRAME_HEADER], KadWsOpcode opcode,
                                 guint64 len, const guint8 *mask);
/* @at: how many bytes of the frame's payload came before */
void kad_ws_frame_mask (guint8 *out, const guint8 *data, gsize len, const guint8 mask[4], guint at);

G_END_DECLS
