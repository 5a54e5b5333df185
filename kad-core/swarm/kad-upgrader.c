/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-upgrader.h"

#include "kad-error.h"
#include "kad-multistream.h"
#include "kad-yamux.h"

#define KAD_MAX_UPGRADE_PLAIN (256 * 1024)

typedef enum
{
  PHASE_SECURITY,
  PHASE_NOISE,
  PHASE_MUXER,
  PHASE_DONE,
} Phase;

static const char *const security_protocols[] = { KAD_NOISE_PROTOCOL, NULL };
static const char *const muxer_protocols[] = { KAD_YAMUX_PROTOCOL, NULL };
static const char *const phase_names[] = { "security", "noise", "muxer", "done" };

struct _KadUpgrader
{
  KadRole role;
  Phase phase;
  KadMultistream *negotiation;
  KadNoise *noise;
  KadPeerId peer;
  KadNoiseSession session;
  KadBuffer plain; /* opened, not yet eaten */
};

static const char *
match_in (const char *const *protocols, const char *proposed)
{
  for (; *protocols != NULL; protocols++)
    if (g_str_equal (*protocols, proposed))
      return *protocols;
  return NULL;
}

static const char *
match_security (const char *proposed, gpointer user_data)
{
  return match_in (security_protocols, proposed);
}

static const char *
match_muxer (const char *proposed, gpointer user_data)
{
  return match_in (muxer_protocols, proposed);
}

KadUpgrader *
kad_upgrader_new (KadRole role, KadNoiseIdentity *identity, const guint8 ephemeral_secret[32],
                  const KadPeerId *expected)
{
  KadUpgrader *self = g_new0 (KadUpgrader, 1);

  self->role = role;
  self->noise = kad_noise_new (role, identity, ephemeral_secret, expected);
  if (role == KAD_ROLE_INITIATOR)
    self->negotiation = kad_multistream_new_initiator (security_protocols, TRUE);
  else
    self->negotiation = kad_multistream_new_responder (match_security, NULL);
  return self;
}

void
kad_upgrader_free (KadUpgrader *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->negotiation, kad_multistream_free);
  g_clear_pointer (&self->noise, kad_noise_free);
  kad_noise_session_clear (&self->session);
  kad_buffer_clear (&self->plain);
  g_free (self);
}

void
kad_upgrader_start (KadUpgrader *self, KadBuffer *out)
{
  kad_multistream_start (self->negotiation, out);
  /* There is one security protocol: its first message need not wait for the answer. */
  if (self->role == KAD_ROLE_INITIATOR)
    kad_noise_start (self->noise, out);
}

static gboolean
flush_negotiation (KadUpgrader *self, KadBuffer *text, KadBuffer *out, GError **error)
{
  gsize len = kad_buffer_get_length (text);

  if (len == 0)
    return TRUE;
  return kad_noise_session_seal (&self->session, kad_buffer_peek (text), len, out, error);
}

static gboolean
begin_muxer (KadUpgrader *self, KadBuffer *out, GError **error)
{
  g_auto (KadBuffer) text = KAD_BUFFER_INIT;

  self->peer = *kad_noise_get_remote_peer (self->noise);
  kad_noise_take_session (self->noise, &self->session);
  if (kad_noise_get_early_muxer (self->noise) != NULL)
    {
      self->phase = PHASE_DONE;
      return TRUE;
    }

  self->phase = PHASE_MUXER;
  if (self->role == KAD_ROLE_INITIATOR)
    self->negotiation = kad_multistream_new_initiator (muxer_protocols, FALSE);
  else
    self->negotiation = kad_multistream_new_responder (match_muxer, NULL);
  kad_multistream_start (self->negotiation, &text);
  return flush_negotiation (self, &text, out, error);
}

static KadWireStatus
feed_security (KadUpgrader *self, const guint8 *data, gsize len, gsize *used, KadBuffer *out,
               GError **error)
{
  KadWireStatus status = kad_multistream_feed (self->negotiation, data, len, used, out, error);

  if (status == KAD_WIRE_DONE)
    {
      g_clear_pointer (&self->negotiation, kad_multistream_free);
      self->phase = PHASE_NOISE;
    }
  return status;
}

static KadWireStatus
feed_noise (KadUpgrader *self, const guint8 *data, gsize len, gsize *used, KadBuffer *out,
            GError **error)
{
  KadWireStatus status = kad_noise_feed (self->noise, data, len, used, out, error);

  if (status == KAD_WIRE_DONE && !begin_muxer (self, out, error))
    return KAD_WIRE_ERROR;
  return status;
}

static KadWireStatus
feed_muxer (KadUpgrader *self, const guint8 *data, gsize len, gsize *used, KadBuffer *out,
            GError **error)
{
  g_auto (KadBuffer) text = KAD_BUFFER_INIT;
  gsize eaten = 0;
  KadWireStatus status;

  if (!kad_noise_session_open (&self->session, data, len, used, &self->plain, error))
    return KAD_WIRE_ERROR;
  if (kad_buffer_get_length (&self->plain) > KAD_MAX_UPGRADE_PLAIN)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_PROTOCOL,
                           "Too much came before the muxer was agreed");
      return KAD_WIRE_ERROR;
    }
  status = kad_multistream_feed (self->negotiation, kad_buffer_peek (&self->plain),
                                 kad_buffer_get_length (&self->plain), &eaten, &text, error);
  kad_buffer_consume (&self->plain, eaten);
  if (status == KAD_WIRE_ERROR || !flush_negotiation (self, &text, out, error))
    return KAD_WIRE_ERROR;
  if (status == KAD_WIRE_DONE)
    self->phase = PHASE_DONE;
  return status;
}

KadWireStatus
kad_upgrader_feed (KadUpgrader *self, const guint8 *data, gsize len, gsize *used, KadBuffer *out,
                   GError **error)
{
  KadWireStatus status = KAD_WIRE_DONE;

  *used = 0;
  while (self->phase != PHASE_DONE && status == KAD_WIRE_DONE)
    {
      gsize eaten = 0;

      if (self->phase == PHASE_SECURITY)
        status = feed_security (self, data + *used, len - *used, &eaten, out, error);
      else if (self->phase == PHASE_NOISE)
        status = feed_noise (self, data + *used, len - *used, &eaten, out, error);
      else
        status = feed_muxer (self, data + *used, len - *used, &eaten, out, error);
      *used += eaten;
    }
  return status;
}

void
kad_upgrader_take_session (KadUpgrader *self, KadNoiseSession *session, KadBuffer *plain)
{
  g_return_if_fail (self->phase == PHASE_DONE);

  *session = self->session;
  kad_noise_session_clear (&self->session);
  *plain = self->plain;
  self->plain = (KadBuffer) KAD_BUFFER_INIT;
}

const KadPeerId *
kad_upgrader_get_peer (const KadUpgrader *self)
{
  return &self->peer;
}

const char *
kad_upgrader_get_phase (const KadUpgrader *self)
{
  return phase_names[self->phase];
}
