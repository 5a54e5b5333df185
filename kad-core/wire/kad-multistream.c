/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-multistream.h"

#include <string.h>

#include "kad-error.h"
#include "kad-frame.h"

/* How a negotiation goes (libp2p specs, connections, multistream-select).
 *
 * A token is a varint length and that many bytes, the last of which is a
 * newline. Each side begins with the header; the initiator proposes names, and the
 * responder repeats a name to accept it or says "na". Both headers may be under
 * way at the same time, and an initiator may send header, proposal and payload
 * before it hears anything: so feed() takes whole tokens from the front,
 * stops right after the last token of the negotiation, and leaves the rest.
 *
 * The machine keeps no bytes: half a token stays with the caller, and is at most
 * KAD_MAX_MULTISTREAM_TOKEN and its length. "ls" is a name that nobody has:
 * it is answered with "na" and counts as a refused proposal, as go does. */

#define NOT_AVAILABLE "na"

struct _KadMultistream
{
  KadRole role;
  gboolean has_header; /* the remote's header came */
  gboolean is_lazy;
  guint refused;
  const char *agreed;           /* (nullable) (unowned) */
  const char *const *proposals; /* (nullable) (unowned) initiator: the next one is the first */
  KadMultistreamMatch match;    /* responder */
  gpointer user_data;
};

static void
append_token (KadBuffer *out, const char *token)
{
  gsize len = strlen (token);

  kad_frame_append_prefix (out, len + 1);
  kad_buffer_append (out, token, len);
  kad_buffer_append (out, "\n", 1);
}

static KadWireStatus
fail (GError **error, const char *message)
{
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_PROTOCOL, message);
  return KAD_WIRE_ERROR;
}

/**
 * kad_multistream_new_initiator:
 * @protocols: (array zero-terminated=1): the names to propose, in order; at least one;
 *   must outlive the machine
 * @is_lazy: whether the caller may send payload before the answer
 *
 * Header and first proposal leave in one flight in either case. A lazy negotiation
 * proposes only the first name: bytes may stand behind it that a responder
 * would read as the next proposal, so its refusal ends the stream.
 *
 * Returns: (transfer full): the machine
 */
KadMultistream *
kad_multistream_new_initiator (const char *const *protocols, gboolean is_lazy)
{
  KadMultistream *self;

  g_return_val_if_fail (protocols != NULL && protocols[0] != NULL, NULL);

  self = g_new0 (KadMultistream, 1);
  self->role = KAD_ROLE_INITIATOR;
  self->is_lazy = is_lazy;
  self->proposals = protocols;
  return self;
}

/**
 * kad_multistream_new_responder:
 * @match: (scope forever): says which own name a proposal is
 * @user_data: for @match
 *
 * Returns: (transfer full): the machine
 */
KadMultistream *
kad_multistream_new_responder (KadMultistreamMatch match, gpointer user_data)
{
  KadMultistream *self;

  g_return_val_if_fail (match != NULL, NULL);

  self = g_new0 (KadMultistream, 1);
  self->role = KAD_ROLE_RESPONDER;
  self->match = match;
  self->user_data = user_data;
  return self;
}

void
kad_multistream_free (KadMultistream *self)
{
  g_free (self);
}

/**
 * kad_multistream_start:
 * @self: a machine that was not yet fed
 * @out: where the first flight is appended
 *
 * The initiator sends header and first proposal. The responder's header leaves
 * with its first answer, so that a negotiation takes one packet each way.
 */
void
kad_multistream_start (KadMultistream *self, KadBuffer *out)
{
  if (self->role == KAD_ROLE_RESPONDER)
    return;

  append_token (out, KAD_MULTISTREAM_HEADER);
  append_token (out, self->proposals[0]);
}

/* Whether a token is a name at all: no control character hides in it. */
static gboolean
is_name (const char *token, gsize len)
{
  for (gsize i = 0; i < len; i++)
    if ((guchar) token[i] < 0x20 || (guchar) token[i] == 0x7f)
      return FALSE;
  return len > 0;
}

static KadWireStatus
take_proposal (KadMultistream *self, const char *token, gsize len, KadBuffer *out, GError **error)
{
  char name[KAD_MAX_MULTISTREAM_TOKEN];

  memcpy (name, token, len);
  name[len] = '\0';

  if (is_name (token, len))
    self->agreed = self->match (name, self->user_data);
  if (self->agreed != NULL)
    {
      append_token (out, name);
      return KAD_WIRE_DONE;
    }

  self->refused++;
  if (self->refused > KAD_MAX_MULTISTREAM_ROUNDS)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED,
                   "The peer proposed more than %d protocols that we do not have",
                   KAD_MAX_MULTISTREAM_ROUNDS);
      return KAD_WIRE_ERROR;
    }
  append_token (out, NOT_AVAILABLE);
  return KAD_WIRE_MORE;
}

static KadWireStatus
take_answer (KadMultistream *self, const char *token, gsize len, KadBuffer *out, GError **error)
{
  const char *proposed = self->proposals[0];

  if (len == strlen (proposed) && memcmp (token, proposed, len) == 0)
    {
      self->agreed = proposed;
      return KAD_WIRE_DONE;
    }
  if (len != strlen (NOT_AVAILABLE) || memcmp (token, NOT_AVAILABLE, len) != 0)
    return fail (error, "The peer answered a proposed protocol with something else than this "
                        "protocol or a refusal");

  self->proposals++;
  self->refused++;
  if (self->is_lazy || self->proposals[0] == NULL || self->refused >= KAD_MAX_MULTISTREAM_ROUNDS)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED, "The peer does not support %s",
                   proposed);
      return KAD_WIRE_ERROR;
    }
  append_token (out, self->proposals[0]);
  return KAD_WIRE_MORE;
}

static KadWireStatus
take_token (KadMultistream *self, const guint8 *data, gsize len, KadBuffer *out, GError **error)
{
  const char *token = (const char *) data;

  if (len == 0 || token[len - 1] != '\n')
    return fail (error, "A multistream-select message does not end in a newline");
  len--;

  if (!self->has_header)
    {
      if (len != strlen (KAD_MULTISTREAM_HEADER)
          || memcmp (token, KAD_MULTISTREAM_HEADER, len) != 0)
        return fail (error, "The peer does not begin with " KAD_MULTISTREAM_HEADER);
      self->has_header = TRUE;
      if (self->role == KAD_ROLE_RESPONDER)
        append_token (out, KAD_MULTISTREAM_HEADER);
      return KAD_WIRE_MORE;
    }

  if (self->role == KAD_ROLE_RESPONDER)
    return take_proposal (self, token, len, out, error);
  return take_answer (self, token, len, out, error);
}

/**
 * kad_multistream_feed:
 * @self: a machine that is not done
 * @data: (array length=len): what was received and not yet consumed
 * @len: bytes of @data
 * @used: (out): bytes to consume, whatever the result
 * @out: where answers are appended
 * @error: return location for a #GError
 *
 * Takes whole messages from the front of @data. With %KAD_WIRE_DONE the rest of
 * @data belongs to the protocol that was agreed. A message longer than
 * %KAD_MAX_MULTISTREAM_TOKEN bytes (newline included) is an error as soon as its
 * length is there.
 *
 * Returns: the status; %KAD_ERROR_NOT_SUPPORTED when nothing was agreed,
 *   %KAD_ERROR_PROTOCOL when the remote does not speak multistream-select
 */
KadWireStatus
kad_multistream_feed (KadMultistream *self, const guint8 *data, gsize len, gsize *used,
                      KadBuffer *out, GError **error)
{
  KadWireStatus status;

  *used = 0;
  g_return_val_if_fail (self->agreed == NULL, KAD_WIRE_DONE);
  if (len == 0)
    return KAD_WIRE_MORE;

  do
    {
      const guint8 *token;
      gsize token_len, taken;

      status = kad_frame_peek (data + *used, len - *used, KAD_MAX_MULTISTREAM_TOKEN, &token,
                               &token_len, &taken, error);
      if (status != KAD_WIRE_DONE)
        return status;
      *used += taken;
      status = take_token (self, token, token_len, out, error);
    }
  while (status == KAD_WIRE_MORE);

  return status;
}

/**
 * kad_multistream_get_protocol:
 * @self: a machine
 *
 * Returns: (transfer none) (nullable): what was agreed: the initiator's or the
 *   matcher's own string, which outlives the machine; %NULL before %KAD_WIRE_DONE
 */
const char *
kad_multistream_get_protocol (const KadMultistream *self)
{
  return self->agreed;
}

/**
 * kad_multistream_is_optimistic:
 * @self: a machine
 *
 * Returns: whether the caller may send payload right behind what
 *   kad_multistream_start() gave, before an answer came
 */
gboolean
kad_multistream_is_optimistic (const KadMultistream *self)
{
  return self->role == KAD_ROLE_INITIATOR && self->is_lazy;
}
