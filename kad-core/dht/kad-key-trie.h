/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-key.h"
#include "kad-slab.h"

G_BEGIN_DECLS

/* A child link with this bit is an item of the owner, without it a node. */
#define KAD_KEY_TRIE_LEAF 0x80000000u
/* Items are numbers below this. */
#define KAD_KEY_TRIE_MAX_ITEMS KAD_KEY_TRIE_LEAF

typedef struct
{
  guint32 child[2]; /* by the bit */
  guint16 bit;      /* the first one in which the keys below differ */
} KadKeyTrieNode;

/* Gives the key of an item that is in the trie. */
typedef void (*KadKeyTrieKeyFunc) (gpointer owner, guint32 item, KadKey *key);

/* Items by key: found, and walked from any point outwards, nearest first.
 * Twelve bytes an item; the keys themselves are the owner's. Plain struct inside
 * its owner. */
typedef struct
{
  KadSlab nodes;
  guint32 root; /* KAD_SLAB_NONE: empty */
  KadKeyTrieKeyFunc key_of;
  gpointer owner;
} KadKeyTrie;

/* A walk lives on the stack and is good until the trie changes. */
typedef struct
{
  const KadKeyTrieNode *nodes;
  KadKey target;
  guint n_waiting;
  guint32 waiting[KAD_KEY_BITS + 1]; /* the nearest last */
} KadKeyTrieWalk;

void kad_key_trie_init (KadKeyTrie *self, KadKeyTrieKeyFunc key_of, gpointer owner);
void kad_key_trie_clear (KadKeyTrie *self);
gboolean kad_key_trie_insert (KadKeyTrie *self, const KadKey *key, guint32 item);
gboolean kad_key_trie_remove (KadKeyTrie *self, const KadKey *key);
guint32 kad_key_trie_find (const KadKeyTrie *self, const KadKey *key);
guint32 kad_key_trie_find_nearest (const KadKeyTrie *self, const KadKey *target);
void kad_key_opposite (const KadKey *key, KadKey *opposite);

static inline guint
kad_key_get_bit (const KadKey *key, guint bit)
{
  return (key->bytes[bit >> 3] >> (7 - (bit & 7))) & 1;
}

static inline void
kad_key_trie_walk_init (KadKeyTrieWalk *walk, const KadKeyTrie *trie, const KadKey *target)
{
  walk->nodes = (const KadKeyTrieNode *) trie->nodes.items;
  walk->target = *target;
  walk->n_waiting = trie->root != KAD_SLAB_NONE ? 1 : 0;
  walk->waiting[0] = trie->root;
}

/* The next nearest item, or KAD_SLAB_NONE. Inline, because the closest peers of
 * every request come out of it. */
static inline guint32
kad_key_trie_walk_next (KadKeyTrieWalk *walk)
{
  guint32 at;

  if (walk->n_waiting == 0)
    return KAD_SLAB_NONE;

  at = walk->waiting[--walk->n_waiting];
  while ((at & KAD_KEY_TRIE_LEAF) == 0)
    {
      const KadKeyTrieNode *node = &walk->nodes[at];
      guint near_side = kad_key_get_bit (&walk->target, node->bit);

      walk->waiting[walk->n_waiting++] = node->child[near_side ^ 1];
      at = node->child[near_side];
    }
  return at & ~KAD_KEY_TRIE_LEAF;
}

G_END_DECLS
