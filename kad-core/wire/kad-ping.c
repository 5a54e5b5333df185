/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-ping.h"

#include <string.h>

#include "kad-error.h"

/**
 * kad_ping_echo:
 * @data: (array length=len): what came on a ping stream and is not yet consumed
 * @len: bytes of @data
 * @out: where the echo is appended
 *
 * The serving side: echoes as many whole pings as @data holds (libp2p specs, ping).
 * What is left over is the beginning of the next ping.
 *
 * Returns: bytes echoed, to be consumed by the caller
 */
gsize
kad_ping_echo (const guint8 *data, gsize len, KadBuffer *out)
{
  gsize whole = len - len % KAD_PING_BYTES;

  if (whole > 0)
    kad_buffer_append (out, data, whole);
  return whole;
}

/**
 * kad_ping_check:
 * @sent: the bytes that were sent
 * @data: (array length=len): what came back and is not yet consumed
 * @len: bytes of @data
 * @used: (out): bytes to consume; 0 unless %KAD_WIRE_DONE
 * @error: return location for a #GError
 *
 * The asking side. A wrong byte is told at once, without waiting for the rest.
 *
 * Returns: %KAD_WIRE_DONE when the same bytes came back, %KAD_WIRE_MORE, or
 *   %KAD_WIRE_ERROR with %KAD_ERROR_PROTOCOL
 */
KadWireStatus
kad_ping_check (const guint8 sent[KAD_PING_BYTES], const guint8 *data, gsize len, gsize *used,
                GError **error)
{
  gsize n = MIN (len, KAD_PING_BYTES);

  *used = 0;
  if (n > 0 && memcmp (sent, data, n) != 0)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_PROTOCOL,
                           "The peer answered a ping with other bytes than were sent");
      return KAD_WIRE_ERROR;
    }
  if (n < KAD_PING_BYTES)
    return KAD_WIRE_MORE;

  *used = KAD_PING_BYTES;
  return KAD_WIRE_DONE;
}
