/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-multiaddr.h"

#include <stddef.h>
#include <string.h>

#include "kad-error.h"
#include "kad-multiaddr-protocols.h"
#include "kad-multiaddr-values.h"
#include "kad-varint.h"

/*
 * A routing table holds many of these, so that one is one allocation: a small
 * header and the bytes of the wire. Components are found by reading them
 * again; what was made once is known to be well-formed. Varints have
 * one form only, so that equal bytes are equal components and the reverse.
 */
struct _KadMultiaddr
{
  gatomicrefcount ref_count;
  guint16 len;
  guint8 data[];
};

G_STATIC_ASSERT (KAD_MAX_MULTIADDR_BYTES <= G_MAXUINT16);

G_DEFINE_BOXED_TYPE (KadMultiaddr, kad_multiaddr, kad_multiaddr_ref, kad_multiaddr_unref)

typedef struct
{
  const KadMultiaddrProtocol *protocol;
  const guint8 *value;
  gsize value_len;
  gsize len; /* of the whole component */
} Component;

/* Reads the component at the start of some bytes; its value is not checked. NULL is good,
 * anything else says what is wrong. */
static const char *
read_component (const guint8 *data, gsize len, Component *component)
{
  const KadMultiaddrProtocol *protocol;
  guint64 code, size;
  gsize head, size_bytes;

  if (kad_varint_decode (data, len, &code, &head) != KAD_VARINT_OK)
    return "has no whole protocol number";

  protocol = kad_multiaddr_protocol_by_code (code);
  if (protocol == NULL)
    return "has a protocol number that nobody registered";

  if (protocol->size_bytes != KAD_MULTIADDR_SIZE_VARIABLE)
    {
      size = (guint64) protocol->size_bytes;
    }
  else
    {
      if (kad_varint_decode (data + head, len - head, &size, &size_bytes) != KAD_VARINT_OK)
        return "has no whole length of its value";
      head += size_bytes;
    }
  if (size > len - head)
    return "ends inside its value";

  component->protocol = protocol;
  component->value = data + head;
  component->value_len = (gsize) size;
  component->len = head + (gsize) size;
  return NULL;
}

static gboolean
check_bytes (const guint8 *data, gsize len, GError **error)
{
  guint n = 0;

  for (gsize at = 0; at < len;)
    {
      Component component;
      const char *wrong = read_component (data + at, len - at, &component);

      n++;
      if (wrong == NULL && n > KAD_MAX_MULTIADDR_COMPONENTS)
        wrong = "is one more than a multiaddr may have";
      if (wrong == NULL && component.protocol->value == KAD_MULTIADDR_VALUE_PATH
          && at + component.len != len)
        wrong = "is a path, after which nothing may come";
      if (wrong != NULL)
        {
          g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS,
                       "Component %u of a multiaddr %s", n, wrong);
          return FALSE;
        }

      if (component.protocol->size_bytes != 0
          && !kad_multiaddr_value_check (component.protocol, component.value, component.value_len,
                                         error))
        return FALSE;

      at += component.len;
    }

  return TRUE;
}

static KadMultiaddr *
new_checked (const guint8 *data, gsize len)
{
  KadMultiaddr *self = g_malloc (offsetof (KadMultiaddr, data) + len);

  g_atomic_ref_count_init (&self->ref_count);
  self->len = (guint16) len;
  memcpy (self->data, data, len);

  return self;
}

/**
 * kad_multiaddr_new_from_bytes:
 * @data: (array length=len): a whole binary multiaddr, copied
 * @len: its length in bytes
 * @error: return location
 *
 * Reads a multiaddr of the wire and checks each component (multiformats/multiaddr,
 * "Binary").
 *
 * Fails with %KAD_ERROR_INVALID_ADDRESS on no bytes, on more than
 * %KAD_MAX_MULTIADDR_BYTES or %KAD_MAX_MULTIADDR_COMPONENTS, on protocols that
 * nobody registered, on values that their protocol gives no meaning, and on
 * anything after the path of /unix.
 *
 * Returns: (transfer full) (nullable): the multiaddr
 */
KadMultiaddr *
kad_multiaddr_new_from_bytes (const guint8 *data, gsize len, GError **error)
{
  if (len == 0 || len > KAD_MAX_MULTIADDR_BYTES)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS,
                   "A multiaddr has %" G_GSIZE_FORMAT " bytes; 1 to %d are good", len,
                   KAD_MAX_MULTIADDR_BYTES);
      return NULL;
    }
  if (!check_bytes (data, len, error))
    return NULL;

  return new_checked (data, len);
}

/**
 * kad_multiaddr_ref:
 * @self: a multiaddr
 *
 * Returns: (transfer full): @self
 */
KadMultiaddr *
kad_multiaddr_ref (KadMultiaddr *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * kad_multiaddr_unref:
 * @self: (transfer full): a multiaddr
 */
void
kad_multiaddr_unref (KadMultiaddr *self)
{
  if (g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}

/**
 * kad_multiaddr_get_data:
 * @self: a multiaddr
 * @len: (out): how many bytes, at least 1
 *
 * Returns: (transfer none) (array length=len): the bytes of the wire, as long
 *   as @self lives
 */
const guint8 *
kad_multiaddr_get_data (const KadMultiaddr *self, gsize *len)
{
  *len = self->len;
  return self->data;
}

/**
 * kad_multiaddr_equal:
 * @a: (type KadMultiaddr): a multiaddr
 * @b: (type KadMultiaddr): another
 *
 * Returns: whether their bytes are the same
 */
gboolean
kad_multiaddr_equal (gconstpointer a, gconstpointer b)
{
  const KadMultiaddr *first = a, *second = b;

  return first->len == second->len && memcmp (first->data, second->data, first->len) == 0;
}

/**
 * kad_multiaddr_hash:
 * @self: (type KadMultiaddr): a multiaddr
 *
 * Returns: a hash of its bytes, the same in each process
 */
guint
kad_multiaddr_hash (gconstpointer self)
{
  const KadMultiaddr *address = self;
  guint32 hash = 2166136261u; /* FNV-1a */

  for (gsize i = 0; i < address->len; i++)
    hash = (hash ^ address->data[i]) * 16777619u;

  return hash;
}

/**
 * kad_multiaddr_compare:
 * @a: (type KadMultiaddr): a multiaddr
 * @b: (type KadMultiaddr): another
 *
 * Orders by bytes; a multiaddr comes before those that it begins.
 *
 * Returns: below, at or above 0
 */
int
kad_multiaddr_compare (gconstpointer a, gconstpointer b)
{
  const KadMultiaddr *first = a, *second = b;
  int order = memcmp (first->data, second->data, MIN (first->len, second->len));

  return order != 0 ? order : (int) first->len - (int) second->len;
}

/**
 * kad_multiaddr_iter_init:
 * @iter: (out caller-allocates): a place
 * @self: a multiaddr, which has to live as long as @iter is used
 *
 * Begins at the first component.
 */
void
kad_multiaddr_iter_init (KadMultiaddrIter *iter, const KadMultiaddr *self)
{
  iter->cursor = self->data;
  iter->end = self->data + self->len;
}

/**
 * kad_multiaddr_iter_next:
 * @iter: a place
 * @code: (out) (optional): the protocol
 * @value: (out) (optional) (transfer none): its value, without the length before it
 * @value_len: (out) (optional): how many bytes; 0 for a protocol without value
 *
 * Returns: whether there was one more component
 */
gboolean
kad_multiaddr_iter_next (KadMultiaddrIter *iter, guint32 *code, const guint8 **value,
                         gsize *value_len)
{
  Component component;

  if (iter->cursor == iter->end
      || read_component (iter->cursor, (gsize) (iter->end - iter->cursor), &component) != NULL)
    return FALSE;

  iter->cursor += component.len;
  if (code != NULL)
    *code = component.protocol->code;
  if (value != NULL)
    *value = component.value;
  if (value_len != NULL)
    *value_len = component.value_len;
  return TRUE;
}

/**
 * kad_multiaddr_encapsulate:
 * @outer: a multiaddr
 * @inner: what comes after it
 * @error: return location
 *
 * Puts one multiaddr after another. Fails with %KAD_ERROR_INVALID_ADDRESS when the result would be
 * too long, or when @outer ends in the path of /unix.
 *
 * Returns: (transfer full) (nullable): the joined multiaddr
 */
KadMultiaddr *
kad_multiaddr_encapsulate (const KadMultiaddr *outer, const KadMultiaddr *inner, GError **error)
{
  guint8 bytes[2 * KAD_MAX_MULTIADDR_BYTES];

  memcpy (bytes, outer->data, outer->len);
  memcpy (bytes + outer->len, inner->data, inner->len);

  return kad_multiaddr_new_from_bytes (bytes, (gsize) outer->len + inner->len, error);
}

/* The first @len bytes, which are whole components; NULL when that is nothing. */
static KadMultiaddr *
new_prefix (const KadMultiaddr *self, gsize len)
{
  if (len == 0)
    return NULL;
  if (len == self->len)
    return kad_multiaddr_ref ((KadMultiaddr *) self);

  return new_checked (self->data, len);
}

/**
 * kad_multiaddr_decapsulate:
 * @self: a multiaddr
 * @inner: the components to look for
 *
 * Takes off the last occurrence of @inner and everything after it.
 *
 * Returns: (transfer full) (nullable): what is left; @self itself when @inner is
 *   not in it; %NULL when nothing is left
 */
KadMultiaddr *
kad_multiaddr_decapsulate (const KadMultiaddr *self, const KadMultiaddr *inner)
{
  KadMultiaddrIter iter;
  gsize found = self->len, at = 0;

  kad_multiaddr_iter_init (&iter, self);
  do
    {
      at = (gsize) (iter.cursor - self->data);
      if (inner->len <= self->len - at && memcmp (iter.cursor, inner->data, inner->len) == 0)
        found = at;
    }
  while (kad_multiaddr_iter_next (&iter, NULL, NULL, NULL));

  return new_prefix (self, found);
}

/**
 * kad_multiaddr_split_peer:
 * @self: a multiaddr
 * @id: (out) (optional) (transfer none) (nullable): the multihash of the peer,
 *   as long as @self lives; %NULL when there is none
 * @id_len: (out) (optional): its length in bytes; 0 when there is none
 *
 * Takes off a /p2p at the end, and no other.
 *
 * Returns: (transfer full) (nullable): the multiaddr without it, @self itself
 *   when it ends otherwise, or %NULL when nothing is left
 */
KadMultiaddr *
kad_multiaddr_split_peer (const KadMultiaddr *self, const guint8 **id, gsize *id_len)
{
  KadMultiaddrIter iter;
  gsize last = 0, at = 0, value_len = 0;
  const guint8 *value = NULL;
  guint32 code = 0;

  kad_multiaddr_iter_init (&iter, self);
  while (kad_multiaddr_iter_next (&iter, &code, &value, &value_len))
    {
      last = at;
      at = (gsize) (iter.cursor - self->data);
    }

  if (code != KAD_MULTIADDR_P2P)
    {
      value = NULL;
      value_len = 0;
      last = self->len;
    }
  if (id != NULL)
    *id = value;
  if (id_len != NULL)
    *id_len = value_len;

  return new_prefix (self, last);
}

/**
 * kad_multiaddr_has_protocol:
 * @self: a multiaddr
 * @code: a protocol
 *
 * Returns: whether one of the components is of it
 */
gboolean
kad_multiaddr_has_protocol (const KadMultiaddr *self, guint32 code)
{
  KadMultiaddrIter iter;
  guint32 found;

  kad_multiaddr_iter_init (&iter, self);
  while (kad_multiaddr_iter_next (&iter, &found, NULL, NULL))
    {
      if (found == code)
        return TRUE;
    }

  return FALSE;
}

/**
 * kad_multiaddr_get_port:
 * @self: a multiaddr
 * @port: (out): the port of the first /tcp, /udp, /sctp or /dccp; untouched when
 *   there is none
 *
 * Returns: whether there is one
 */
gboolean
kad_multiaddr_get_port (const KadMultiaddr *self, guint16 *port)
{
  KadMultiaddrIter iter;
  const guint8 *value;
  guint32 code;

  kad_multiaddr_iter_init (&iter, self);
  while (kad_multiaddr_iter_next (&iter, &code, &value, NULL))
    {
      if (code == KAD_MULTIADDR_TCP || code == KAD_MULTIADDR_UDP || code == KAD_MULTIADDR_SCTP
          || code == KAD_MULTIADDR_DCCP)
        {
          *port = (guint16) (value[0] << 8 | value[1]);
          return TRUE;
        }
    }

  return FALSE;
}

/**
 * kad_multiaddr_get_scope:
 * @self: a multiaddr
 *
 * The first component decides (after /ip6zone), except that whatever goes
 * through /p2p-circuit is a relay's.
 *
 * Returns: how far away the address has a meaning
 */
KadScope
kad_multiaddr_get_scope (const KadMultiaddr *self)
{
  KadMultiaddrIter iter;
  const guint8 *value;
  gsize len;
  guint32 code;

  if (kad_multiaddr_has_protocol (self, KAD_MULTIADDR_P2P_CIRCUIT))
    return KAD_SCOPE_RELAY;

  kad_multiaddr_iter_init (&iter, self);
  if (!kad_multiaddr_iter_next (&iter, &code, &value, &len)
      || (code == KAD_MULTIADDR_IP6ZONE && !kad_multiaddr_iter_next (&iter, &code, &value, &len)))
    return KAD_SCOPE_UNKNOWN;

  switch (code)
    {
    case KAD_MULTIADDR_IP4:
      return kad_scope_of_ip4 (value);
    case KAD_MULTIADDR_IP6:
      return kad_scope_of_ip6 (value);
    case KAD_MULTIADDR_DNS:
    case KAD_MULTIADDR_DNS4:
    case KAD_MULTIADDR_DNS6:
    case KAD_MULTIADDR_DNSADDR:
      return kad_scope_of_name ((const char *) value, len);
    case KAD_MULTIADDR_UNIX:
      return KAD_SCOPE_LOOPBACK;
    case KAD_MULTIADDR_MEMORY:
      return KAD_SCOPE_MEMORY;
    default:
      return KAD_SCOPE_UNKNOWN;
    }
}
