/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-identity.h"

G_DEFINE_BOXED_TYPE (KadIdentity, kad_identity, kad_identity_copy, kad_identity_free)

/**
 * kad_identity_new:
 *
 * Returns: (transfer full): an identity of which nothing is known, with an
 *   empty list of addresses
 */
KadIdentity *
kad_identity_new (void)
{
  KadIdentity *self = g_new0 (KadIdentity, 1);

  self->addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
  return self;
}

/**
 * kad_identity_copy:
 * @self: an identity
 *
 * Returns: (transfer full): a copy; the addresses themselves are shared
 */
KadIdentity *
kad_identity_copy (const KadIdentity *self)
{
  KadIdentity *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = kad_identity_new ();
  copy->peer = self->peer;
  copy->agent = g_strdup (self->agent);
  copy->protocol_version = g_strdup (self->protocol_version);
  copy->protocols = g_strdupv (self->protocols);
  for (guint i = 0; i < self->addresses->len; i++)
    g_ptr_array_add (copy->addresses, kad_multiaddr_ref (g_ptr_array_index (self->addresses, i)));
  copy->observed = self->observed != NULL ? kad_multiaddr_ref (self->observed) : NULL;
  copy->is_signed = self->is_signed;
  return copy;
}

/**
 * kad_identity_free:
 * @self: (transfer full): an identity
 */
void
kad_identity_free (KadIdentity *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->agent);
  g_free (self->protocol_version);
  g_strfreev (self->protocols);
  g_ptr_array_unref (self->addresses);
  g_clear_pointer (&self->observed, kad_multiaddr_unref);
  g_free (self);
}

/**
 * kad_identity_has_protocol:
 * @self: an identity
 * @protocol: a protocol id like `/ipfs/kad/1.0.0`
 *
 * Returns: whether the peer says that it speaks @protocol
 */
gboolean
kad_identity_has_protocol (const KadIdentity *self, const char *protocol)
{
  g_return_val_if_fail (self != NULL && protocol != NULL, FALSE);

  return self->protocols != NULL
         && g_strv_contains ((const char *const *) self->protocols, protocol);
}
