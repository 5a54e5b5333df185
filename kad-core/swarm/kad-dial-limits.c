/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-dial-limits.h"

#include <sodium.h>
#include <string.h>

#include "kad-error.h"

typedef struct
{
  guint8 ip[16]; /* IPv4 as it is mapped into IPv6 */
  guint32 code;  /* tcp, udp; 0: it is no IP address, and in `ip` is a hash of all of it */
  guint32 port;
  guint hash;
} Place;

typedef struct
{
  Place place; /* first: the table's key */
  GList link;  /* in the order of the last attempt */
  gint64 last_us;
  guint next[KAD_ADDRESS_PROVEN]; /* in `times`, of each trust */
  gint64 times[];                 /* per_minute of each trust, as a ring; 0: none */
} Attempts;

struct _KadDialLimits
{
  GHashTable *attempts; /* Place -> Attempts (owned) */
  GQueue order;         /* (element-type Attempts) the oldest first */
  guint per_minute;
  guint8 key[crypto_shorthash_KEYBYTES];
};

static guint
place_hash (gconstpointer place)
{
  return ((const Place *) place)->hash;
}

static gboolean
place_equal (gconstpointer a, gconstpointer b)
{
  const Place *first = a, *second = b;

  return first->code == second->code && first->port == second->port
         && memcmp (first->ip, second->ip, sizeof first->ip) == 0;
}

static void
place_hash_whole (Place *self, const KadMultiaddr *address)
{
  gsize len;
  const guint8 *data = kad_multiaddr_get_data (address, &len);

  *self = (Place){ 0 };
  crypto_generichash (self->ip, sizeof self->ip, data, len, NULL, 0);
}

static void
place_init (Place *self, const KadDialLimits *limits, const KadMultiaddr *address)
{
  static const guint8 mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
  guint8 hash[crypto_shorthash_BYTES];
  KadMultiaddrIter iter;
  const guint8 *value;
  gsize len;
  guint32 code;
  gboolean has_ip = FALSE;

  *self = (Place){ 0 };
  kad_multiaddr_iter_init (&iter, address);
  while (self->code == 0 && kad_multiaddr_iter_next (&iter, &code, &value, &len))
    {
      if (code == KAD_MULTIADDR_IP4)
        {
          memcpy (self->ip, mapped, sizeof mapped);
          memcpy (self->ip + sizeof mapped, value, 4);
        }
      else if (code == KAD_MULTIADDR_IP6)
        memcpy (self->ip, value, sizeof self->ip);
      else if (has_ip && (code == KAD_MULTIADDR_TCP || code == KAD_MULTIADDR_UDP))
        {
          self->code = code;
          self->port = (guint32) value[0] << 8 | value[1];
        }
      has_ip |= code == KAD_MULTIADDR_IP4 || code == KAD_MULTIADDR_IP6;
    }
  if (self->code == 0)
    place_hash_whole (self, address);
  crypto_shorthash (hash, (const guint8 *) self, G_STRUCT_OFFSET (Place, hash), limits->key);
  memcpy (&self->hash, hash, sizeof self->hash);
}

KadDialLimits *
kad_dial_limits_new (guint per_minute, const guint8 key[16])
{
  KadDialLimits *self = g_new0 (KadDialLimits, 1);

  self->attempts = g_hash_table_new_full (place_hash, place_equal, NULL, g_free);
  g_queue_init (&self->order);
  self->per_minute = per_minute;
  memcpy (self->key, key, sizeof self->key);
  return self;
}

void
kad_dial_limits_free (KadDialLimits *self)
{
  g_hash_table_unref (self->attempts);
  g_free (self);
}

static void
drop (KadDialLimits *self, Attempts *attempts)
{
  g_queue_unlink (&self->order, &attempts->link);
  g_hash_table_remove (self->attempts, &attempts->place);
}

static void
expire (KadDialLimits *self, gint64 now_us)
{
  while (self->order.head != NULL)
    {
      Attempts *oldest = self->order.head->data;

      if (now_us - oldest->last_us < KAD_DIAL_LIMIT_WINDOW_US)
        return;
      drop (self, oldest);
    }
}

static Attempts *
ensure (KadDialLimits *self, const Place *place, GError **error)
{
  Attempts *attempts = g_hash_table_lookup (self->attempts, place);
  gsize size;

  if (attempts != NULL)
    return attempts;
  if (g_hash_table_size (self->attempts) >= KAD_MAX_DIALLED_ADDRESSES)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "%d addresses were dialled in vain in the last minute",
                   KAD_MAX_DIALLED_ADDRESSES);
      return NULL;
    }
  size = sizeof *attempts + sizeof *attempts->times * KAD_ADDRESS_PROVEN * self->per_minute;
  attempts = g_malloc0 (size);
  attempts->place = *place;
  attempts->link.data = attempts;
  g_hash_table_insert (self->attempts, &attempts->place, attempts);
  g_queue_push_tail_link (&self->order, &attempts->link);
  return attempts;
}

/* The word of two may also use what is left of that of one. */
static gint64 *
find_free (KadDialLimits *self, Attempts *attempts, KadAddressTrust trust, gint64 now_us)
{
  for (int of = (int) trust; of >= KAD_ADDRESS_SAID_ONCE; of--)
    {
      guint *next = &attempts->next[of];
      gint64 *time = &attempts->times[of * (int) self->per_minute + (int) *next];

      if (*time != 0 && now_us - *time < KAD_DIAL_LIMIT_WINDOW_US)
        continue;
      *next = (*next + 1) % self->per_minute;
      return time;
    }
  return NULL;
}

gboolean
kad_dial_limits_take (KadDialLimits *self, const KadMultiaddr *address, KadAddressTrust trust,
                      gint64 now_us, GError **error)
{
  Attempts *attempts;
  Place place;
  gint64 *time;

  if (trust >= KAD_ADDRESS_PROVEN)
    return TRUE;
  expire (self, now_us);
  place_init (&place, self, address);
  attempts = ensure (self, &place, error);
  if (attempts == NULL)
    return FALSE;
  time = find_free (self, attempts, trust, now_us);
  if (time == NULL)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                           "it was dialled in vain too often in the last minute (the limit "
                           "dials-per-address)");
      return FALSE;
    }
  *time = attempts->last_us = now_us;
  g_queue_unlink (&self->order, &attempts->link);
  g_queue_push_tail_link (&self->order, &attempts->link);
  return TRUE;
}

void
kad_dial_limits_forget (KadDialLimits *self, const KadMultiaddr *address)
{
  Attempts *attempts;
  Place place;

  place_init (&place, self, address);
  attempts = g_hash_table_lookup (self->attempts, &place);
  if (attempts != NULL)
    drop (self, attempts);
}

void
kad_dial_limits_clear (KadDialLimits *self)
{
  while (self->order.head != NULL)
    drop (self, self->order.head->data);
}

guint
kad_dial_limits_get_size (KadDialLimits *self)
{
  return g_hash_table_size (self->attempts);
}
