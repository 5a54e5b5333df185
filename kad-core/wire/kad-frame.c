/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-frame.h"

#include "kad-error.h"
#include "kad-varint.h"

/**
 * kad_frame_peek:
 * @data: (array length=len): what was received and not yet consumed
 * @len: bytes of @data
 * @max_bytes: the longest frame that this protocol takes
 * @frame: (out) (transfer none): the frame inside @data, without its length
 * @frame_len: (out): bytes of @frame
 * @used: (out): bytes of length and frame together; consume that many
 * @error: return location for a #GError
 *
 * Looks for one frame, prefixed with its length as an unsigned varint, at the
 * front of @data. The outputs are set only for %KAD_WIRE_DONE. Allocates nothing:
 * a length is compared with @max_bytes as soon as the varint is whole, before any
 * of the frame arrived.
 *
 * Returns: %KAD_WIRE_DONE, %KAD_WIRE_MORE, or %KAD_WIRE_ERROR with
 *   %KAD_ERROR_PROTOCOL
 */
KadWireStatus
kad_frame_peek (const guint8 *data, gsize len, gsize max_bytes, const guint8 **frame,
                gsize *frame_len, gsize *used, GError **error)
{
  guint64 length;
  gsize prefix;

  switch (kad_varint_decode (data, len, &length, &prefix))
    {
    case KAD_VARINT_OK:
      break;
    case KAD_VARINT_MORE:
      return KAD_WIRE_MORE;
    case KAD_VARINT_BAD:
    default:
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_PROTOCOL,
                           "A frame's length is not a minimal unsigned varint");
      return KAD_WIRE_ERROR;
    }

  if (length > max_bytes)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL,
                   "A frame of %" G_GUINT64_FORMAT " bytes is longer than the %" G_GSIZE_FORMAT
                   " that this protocol allows",
                   length, max_bytes);
      return KAD_WIRE_ERROR;
    }
  if (length > len - prefix)
    return KAD_WIRE_MORE;

  *frame = data + prefix;
  *frame_len = (gsize) length;
  *used = prefix + (gsize) length;
  return KAD_WIRE_DONE;
}

/**
 * kad_frame_append_prefix:
 * @out: where the frame goes
 * @len: bytes of the frame that follows
 *
 * Appends the length of a frame; the caller appends the frame.
 */
void
kad_frame_append_prefix (KadBuffer *out, gsize len)
{
  guint8 *room = kad_buffer_reserve (out, KAD_MAX_VARINT_BYTES);

  kad_buffer_commit (out, kad_varint_encode (len, room));
}
