/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-validator.h"

#include <string.h>

#include "kad-error.h"
#include "kad-peer-id.h"
#include "kad-public-key.h"

#define PREFIX "/pk/"
#define PREFIX_BYTES (sizeof PREFIX - 1)

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_RECORD, "Refused a public key record: %s", why);
  return FALSE;
}

static gboolean
public_key_validate (gpointer self, GBytes *key, GBytes *value, gint64 unix_us, GError **error)
{
  g_autoptr (KadPublicKey) public_key = NULL;
  g_autoptr (GError) local = NULL;
  gsize key_len, value_len, id_len;
  const guint8 *key_data = g_bytes_get_data (key, &key_len);
  const guint8 *value_data = g_bytes_get_data (value, &value_len);
  const guint8 *id;
  KadPeerId named;

  if (key_len < PREFIX_BYTES || memcmp (key_data, PREFIX, PREFIX_BYTES) != 0)
    return refuse (error, "its key does not begin with " PREFIX);
  if (!kad_peer_id_init_from_bytes (&named, key_data + PREFIX_BYTES, key_len - PREFIX_BYTES,
                                    &local))
    return refuse (error, local->message);

  public_key = kad_public_key_new_from_protobuf (value_data, value_len, &local);
  if (public_key == NULL)
    return refuse (error, local->message);

  id = kad_peer_id_get_data (kad_public_key_get_peer_id (public_key), &id_len);
  if (id_len != key_len - PREFIX_BYTES || memcmp (id, key_data + PREFIX_BYTES, id_len) != 0)
    return refuse (error, "its value is the public key of another peer");
  return TRUE;
}

/* All valid ones are the same key. */
static guint
public_key_select (gpointer self, GBytes *key, GBytes *const *values, guint n_values)
{
  return 0;
}

static const KadValidatorClass public_key_validator_class = {
  .validate = public_key_validate,
  .select = public_key_select,
};

/**
 * kad_validators_add_public_key: (skip)
 * @self: validators that nobody else uses yet
 *
 * Takes records `/pk/<binary peer id>`, whose value is the serialized public key
 * that the id is derived from (libp2p specs, kad-dht, and go-libp2p-record).
 */
void
kad_validators_add_public_key (KadValidators *self)
{
  kad_validators_add (self, "pk", &public_key_validator_class, NULL);
}
