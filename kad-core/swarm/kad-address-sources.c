/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-address-sources.h"

#include <sodium.h>
#include <string.h>

#define WAYS 2 /* places that one may be in */

/* Of a peer at an address. */
typedef struct
{
  guint64 what;     /* 0: free */
  guint64 source;   /* who said it first */
  gint64 said_us;   /* by whomever, last */
  gint64 proven_us; /* 0: it was not */
  gboolean is_twice;
} Word;

struct _KadAddressSources
{
  Word *words;       /* (nullable) until there is one */
  GHashTable *given; /* (element-type guint64) */
  guint8 key[crypto_shorthash_KEYBYTES];
};

KadAddressSources *
kad_address_sources_new (const guint8 key[16])
{
  KadAddressSources *self = g_new0 (KadAddressSources, 1);

  self->given = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  memcpy (self->key, key, sizeof self->key);
  return self;
}

void
kad_address_sources_free (KadAddressSources *self)
{
  g_hash_table_unref (self->given);
  g_free (self->words);
  g_free (self);
}

static guint64
hash_bytes (const KadAddressSources *self, const guint8 *data, gsize len)
{
  guint64 hash;

  G_STATIC_ASSERT (sizeof hash == crypto_shorthash_BYTES);
  crypto_shorthash ((guint8 *) &hash, data, len, self->key);
  return hash;
}

static guint64
hash_peer (const KadAddressSources *self, const KadPeerId *peer)
{
  gsize len;
  const guint8 *data = kad_peer_id_get_data (peer, &len);

  return hash_bytes (self, data, len);
}

/* Never 0. */
static guint64
hash_word (const KadAddressSources *self, const KadPeerId *peer, const KadMultiaddr *address)
{
  gsize len;
  const guint8 *data = kad_multiaddr_get_data (address, &len);
  guint64 parts[2] = { hash_peer (self, peer), hash_bytes (self, data, len) };
  guint64 hash = hash_bytes (self, (const guint8 *) parts, sizeof parts);

  return hash != 0 ? hash : 1;
}

static gboolean
is_proven (const Word *word, gint64 now_us)
{
  return word->proven_us != 0 && now_us - word->proven_us < KAD_ADDRESS_PROVEN_US;
}

static gboolean
is_said (const Word *word, gint64 now_us)
{
  return now_us - word->said_us < KAD_ADDRESS_SAID_US;
}

/* The word's place if it has one, else the one that is worth least. */
static Word *
find_place (KadAddressSources *self, guint64 what, gint64 now_us)
{
  Word *ways = self->words + what % (KAD_MAX_ADDRESS_SOURCES / WAYS) * WAYS;

  for (guint i = 0; i < WAYS; i++)
    if (ways[i].what == what)
      return &ways[i];
  for (guint i = 0; i < WAYS; i++)
    if (ways[i].what == 0 || (!is_said (&ways[i], now_us) && !is_proven (&ways[i], now_us)))
      return &ways[i];
  if (is_proven (&ways[0], now_us) != is_proven (&ways[1], now_us))
    return is_proven (&ways[0], now_us) ? &ways[1] : &ways[0];
  return ways[0].said_us <= ways[1].said_us ? &ways[0] : &ways[1];
}

/* NULL: what has that place is worth more. */
static Word *
ensure (KadAddressSources *self, guint64 what, gboolean is_proof, gint64 now_us)
{
  Word *word;

  if (self->words == NULL)
    self->words = g_new0 (Word, KAD_MAX_ADDRESS_SOURCES);
  word = find_place (self, what, now_us);
  if (word->what == what)
    return word;
  if (word->what != 0 && is_proven (word, now_us) && !is_proof)
    return NULL;
  *word = (Word){ .what = what, .said_us = now_us };
  return word;
}

void
kad_address_sources_say (KadAddressSources *self, const KadPeerId *peer,
                         const KadMultiaddr *address, const KadPeerId *source, gint64 now_us)
{
  guint64 said_by = hash_peer (self, source);
  Word *word = ensure (self, hash_word (self, peer, address), FALSE, now_us);

  if (word == NULL)
    return;
  if (word->source == 0 || !is_said (word, now_us))
    {
      word->source = said_by;
      word->is_twice = FALSE;
    }
  else if (word->source != said_by)
    word->is_twice = TRUE;
  word->said_us = now_us;
}

void
kad_address_sources_prove (KadAddressSources *self, const KadPeerId *peer,
                           const KadMultiaddr *address, gint64 now_us)
{
  Word *word = ensure (self, hash_word (self, peer, address), TRUE, now_us);

  word->proven_us = now_us;
}

void
kad_address_sources_give (KadAddressSources *self, const KadPeerId *peer,
                          const KadMultiaddr *address)
{
  guint64 what = hash_word (self, peer, address);

  if (g_hash_table_size (self->given) < KAD_MAX_GIVEN_ADDRESSES)
    g_hash_table_add (self->given, g_memdup2 (&what, sizeof what));
}

KadAddressTrust
kad_address_sources_get (KadAddressSources *self, const KadPeerId *peer,
                         const KadMultiaddr *address, gint64 now_us)
{
  guint64 what = hash_word (self, peer, address);
  const Word *word = self->words == NULL ? NULL : find_place (self, what, now_us);

  if (g_hash_table_contains (self->given, &what))
    return KAD_ADDRESS_PROVEN;
  if (word == NULL || word->what != what)
    return KAD_ADDRESS_SAID_ONCE;
  if (is_proven (word, now_us))
    return KAD_ADDRESS_PROVEN;
  return word->is_twice && is_said (word, now_us) ? KAD_ADDRESS_SAID_TWICE : KAD_ADDRESS_SAID_ONCE;
}
