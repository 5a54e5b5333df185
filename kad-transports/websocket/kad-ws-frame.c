/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-ws-frame.h"

#include <string.h>

#define FIN 0x80
#define RESERVED 0x70
#define OPCODE 0x0f
#define MASKED 0x80
#define LEN_7 0x7f
#define LEN_IS_16 126
#define LEN_IS_64 127

static gssize
refuse (KadWsStatus *status, const char **reason, KadWsStatus code, const char *text)
{
  *status = code;
  *reason = text;
  return -1;
}

static gboolean
is_control (KadWsOpcode opcode)
{
  return opcode >= KAD_WS_CLOSE;
}

/* How long the header is, by its first two bytes. */
static gsize
get_header_len (const guint8 *data)
{
  guint8 len = data[1] & LEN_7;

  return 2 + (len == LEN_IS_64 ? 8 : len == LEN_IS_16 ? 2 : 0) + ((data[1] & MASKED) != 0 ? 4 : 0);
}

static guint64
read_payload_len (const guint8 *data)
{
  guint8 len = data[1] & LEN_7;
  guint n_bytes = len == LEN_IS_64 ? 8 : len == LEN_IS_16 ? 2 : 0;
  guint64 value = 0;

  if (n_bytes == 0)
    return len;
  for (guint i = 0; i < n_bytes; i++)
    value = value << 8 | data[2 + i];
  return value;
}

/* What the first two bytes alone tell. */
static const char *
find_fault (const KadWsReader *self, const guint8 *data)
{
  KadWsOpcode opcode = data[0] & OPCODE;

  if ((data[0] & RESERVED) != 0)
    return "a frame has an extension's bit, and there is no extension";
  if (((data[1] & MASKED) != 0) == self->is_client)
    return self->is_client ? "a server's frame is masked" : "a client's frame is not masked";
  if (is_control (opcode))
    {
      if (opcode > KAD_WS_PONG)
        return "a frame has an unknown opcode";
      if ((data[0] & FIN) == 0)
        return "a control frame is in fragments";
      return (data[1] & LEN_7) > KAD_MAX_WS_CONTROL_BYTES ? "a control frame is too long" : NULL;
    }
  if (opcode > KAD_WS_BINARY)
    return "a frame has an unknown opcode";
  if ((opcode == KAD_WS_CONTINUATION) != self->is_in_message)
    return self->is_in_message ? "a message begins inside another"
                               : "a fragment belongs to no message";
  return NULL;
}

/* Counts a data frame in its message. */
static gssize
count_frame (KadWsReader *self, guint64 len, KadWsStatus *status, const char **reason)
{
  if (!self->is_in_message)
    {
      self->n_fragments = 0;
      self->message_bytes = 0;
    }
  if (len > KAD_MAX_WS_MESSAGE_BYTES - self->message_bytes)
    return refuse (status, reason, KAD_WS_STATUS_TOO_BIG, "a message is too long");
  if (++self->n_fragments > KAD_MAX_WS_FRAGMENTS)
    return refuse (status, reason, KAD_WS_STATUS_TOO_BIG, "a message has too many fragments");
  self->message_bytes += len;
  self->is_in_message = !self->is_final;
  return 0;
}

gssize
kad_ws_reader_read_header (KadWsReader *self, const guint8 *data, gsize len, KadWsStatus *status,
                           const char **reason)
{
  const char *fault;
  gsize header_len;
  guint64 payload_len;

  if (len < 2)
    return 0;
  fault = find_fault (self, data);
  if (fault != NULL)
    return refuse (status, reason, KAD_WS_STATUS_PROTOCOL, fault);
  self->opcode = data[0] & OPCODE;
  if (self->opcode == KAD_WS_TEXT)
    return refuse (status, reason, KAD_WS_STATUS_UNSUPPORTED, "a message is text");
  header_len = get_header_len (data);
  if (len < header_len)
    return 0;
  payload_len = read_payload_len (data);
  self->is_final = (data[0] & FIN) != 0;
  if (!is_control (self->opcode) && count_frame (self, payload_len, status, reason) < 0)
    return -1;
  self->left = payload_len;
  self->mask_at = 0;
  if (!self->is_client)
    memcpy (self->mask, data + header_len - 4, 4);
  return (gssize) header_len;
}

void
kad_ws_reader_take (KadWsReader *self, guint8 *out, const guint8 *data, gsize len)
{
  self->left -= len;
  if (self->is_client)
    {
      memmove (out, data, len);
      return;
    }
  kad_ws_frame_mask (out, data, len, self->mask, self->mask_at);
  self->mask_at = (self->mask_at + (guint) (len % 4)) % 4;
}

gsize
kad_ws_frame_write_header (guint8 out[KAD_MAX_WS_FRAME_HEADER], KadWsOpcode opcode, guint64 len,
                           const guint8 *mask)
{
  guint n_bytes = len > G_MAXUINT16 ? 8 : len >= LEN_IS_16 ? 2 : 0;
  gsize at = 2;

  out[0] = FIN | (guint8) opcode;
  out[1] = n_bytes == 8 ? LEN_IS_64 : n_bytes == 2 ? LEN_IS_16 : (guint8) len;
  if (mask != NULL)
    out[1] |= MASKED;
  for (guint i = n_bytes; i > 0; i--)
    out[at++] = (guint8) (len >> (8 * (i - 1)));
  if (mask == NULL)
    return at;
  memcpy (out + at, mask, 4);
  return at + 4;
}

void
kad_ws_frame_mask (guint8 *out, const guint8 *data, gsize len, const guint8 mask[4], guint at)
{
  guint8 turned[8];
  guint64 wide, word;
  gsize i = 0;

  for (guint j = 0; j < sizeof turned; j++)
    turned[j] = mask[(at + j) % 4];
  memcpy (&wide, turned, sizeof wide);
  for (; i + sizeof word <= len; i += sizeof word)
    {
      memcpy (&word, data + i, sizeof word);
      word ^= wide;
      memcpy (out + i, &word, sizeof word);
    }
  for (; i < len; i++)
    out[i] = data[i] ^ turned[i % 4];
}
