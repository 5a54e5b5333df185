/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-yamux-header.h"

#include "kad-error.h"
#include "kad-yamux.h"

static guint32
read_uint32 (const guint8 *bytes)
{
  return (guint32) bytes[0] << 24 | (guint32) bytes[1] << 16 | (guint32) bytes[2] << 8 | bytes[3];
}

static void
write_uint32 (guint8 *out, guint32 value)
{
  out[0] = value >> 24;
  out[1] = value >> 16;
  out[2] = value >> 8;
  out[3] = value;
}

void
kad_yamux_header_encode (const KadYamuxHeader *self, guint8 out[KAD_YAMUX_HEADER_BYTES])
{
  out[0] = 0;
  out[1] = self->type;
  out[2] = self->flags >> 8;
  out[3] = self->flags;
  write_uint32 (out + 4, self->stream_id);
  write_uint32 (out + 8, self->length);
}

static gboolean
check_stream_frame (const KadYamuxHeader *self, GError **error)
{
  if (self->stream_id == 0)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL,
                   "Yamux frame of type %u names stream 0, which is the session", self->type);
      return FALSE;
    }
  if (self->type == KAD_YAMUX_DATA && self->length > KAD_YAMUX_MAX_WINDOW)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL,
                   "Yamux frame of %u bytes is longer than any window", self->length);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_session_frame (const KadYamuxHeader *self, GError **error)
{
  if (self->stream_id != 0)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL,
                   "Yamux frame of type %u is for the session, but names stream %u", self->type,
                   self->stream_id);
      return FALSE;
    }
  if (self->type == KAD_YAMUX_PING && self->flags != KAD_YAMUX_SYN && self->flags != KAD_YAMUX_ACK)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL,
                   "Yamux ping is neither a request nor a response: flags 0x%x", self->flags);
      return FALSE;
    }
  return TRUE;
}

gboolean
kad_yamux_header_decode (KadYamuxHeader *self, const guint8 bytes[KAD_YAMUX_HEADER_BYTES],
                         GError **error)
{
  if (bytes[0] != 0 || bytes[1] > KAD_YAMUX_GO_AWAY_FRAME)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL,
                   "Yamux frame has unknown version %u or type %u", bytes[0], bytes[1]);
      return FALSE;
    }
  self->type = bytes[1];
  self->flags = (bytes[2] << 8 | bytes[3]) & KAD_YAMUX_FLAGS;
  self->stream_id = read_uint32 (bytes + 4);
  self->length = read_uint32 (bytes + 8);

  if (self->type == KAD_YAMUX_DATA || self->type == KAD_YAMUX_WINDOW_UPDATE)
    return check_stream_frame (self, error);
  return check_session_frame (self, error);
}
