/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-key-trie.h"

/*
 * A binary trie of keys in which only the places where two keys part have a
 * node. All keys below a node agree up to its bit; those whose bit is the target's are nearer to
 * it, by the XOR metric, than all those on the other side, whatever the target's
 * bits above. So a walk that takes the side of the target first meets the items
 * nearest first, without comparing distances and without sorting: k items cost
 * O(k + depth). The farthest from a key are the nearest to its complement.
 *
 * Bits grow on the way down, so that no path is longer than 256: that is the
 * bound of a walk's stack too, whatever ids a peer picks.
 */

#define IS_LEAF(link) (((link) &KAD_KEY_TRIE_LEAF) != 0)
#define ITEM(link) ((link) & ~KAD_KEY_TRIE_LEAF)

/**
 * kad_key_trie_init: (skip)
 * @self: where to begin
 * @key_of: how to ask for the key of an item
 * @owner: passed to it
 */
void
kad_key_trie_init (KadKeyTrie *self, KadKeyTrieKeyFunc key_of, gpointer owner)
{
  kad_slab_init (&self->nodes, sizeof (KadKeyTrieNode));
  self->root = KAD_SLAB_NONE;
  self->key_of = key_of;
  self->owner = owner;
}

/**
 * kad_key_trie_clear: (skip)
 * @self: a trie
 */
void
kad_key_trie_clear (KadKeyTrie *self)
{
  kad_slab_clear (&self->nodes);
  self->root = KAD_SLAB_NONE;
}

static inline KadKeyTrieNode *
get_node (const KadKeyTrie *self, guint32 link)
{
  return kad_slab_get (&self->nodes, link);
}

/* The item where the bits of a key lead. */
static guint32
descend (const KadKeyTrie *self, const KadKey *key)
{
  guint32 at = self->root;

  while (!IS_LEAF (at))
    {
      const KadKeyTrieNode *node = get_node (self, at);
      at = node->child[kad_key_get_bit (key, node->bit)];
    }
  return ITEM (at);
}

/**
 * kad_key_trie_insert: (skip)
 * @self: a trie
 * @key: the key of @item
 * @item: a number of the owner
 *
 * Returns: %FALSE, and nothing is changed, when an item has this key already
 */
gboolean
kad_key_trie_insert (KadKeyTrie *self, const KadKey *key, guint32 item)
{
  KadKeyTrieNode *node;
  KadKey other;
  guint32 *link, made;
  guint parting, side;

  g_return_val_if_fail (item < KAD_KEY_TRIE_MAX_ITEMS, FALSE);

  if (self->root == KAD_SLAB_NONE)
    {
      self->root = item | KAD_KEY_TRIE_LEAF;
      return TRUE;
    }

  self->key_of (self->owner, descend (self, key), &other);
  parting = kad_key_common_prefix (key, &other);
  if (parting == KAD_KEY_BITS)
    return FALSE;

  made = kad_slab_alloc (&self->nodes);
  link = &self->root;
  while (!IS_LEAF (*link) && get_node (self, *link)->bit < parting)
    {
      node = get_node (self, *link);
      link = &node->child[kad_key_get_bit (key, node->bit)];
    }

  node = get_node (self, made);
  side = kad_key_get_bit (key, parting);
  node->bit = (guint16) parting;
  node->child[side] = item | KAD_KEY_TRIE_LEAF;
  node->child[side ^ 1] = *link;
  *link = made;
  return TRUE;
}

/**
 * kad_key_trie_remove: (skip)
 * @self: a trie
 * @key: a key
 *
 * Returns: whether there was an item with this key
 */
gboolean
kad_key_trie_remove (KadKeyTrie *self, const KadKey *key)
{
  guint32 *link = &self->root, *above = NULL;
  guint32 gone;
  guint side = 0;

  if (kad_key_trie_find (self, key) == KAD_SLAB_NONE)
    return FALSE;

  while (!IS_LEAF (*link))
    {
      KadKeyTrieNode *node = get_node (self, *link);

      side = kad_key_get_bit (key, node->bit);
      above = link;
      link = &node->child[side];
    }

  if (above == NULL)
    {
      self->root = KAD_SLAB_NONE;
      return TRUE;
    }

  gone = *above;
  *above = get_node (self, gone)->child[side ^ 1];
  kad_slab_release (&self->nodes, gone);
  return TRUE;
}

/**
 * kad_key_trie_find: (skip)
 * @self: a trie
 * @key: a key
 *
 * Returns: the item with exactly this key, or %KAD_SLAB_NONE
 */
guint32
kad_key_trie_find (const KadKeyTrie *self, const KadKey *key)
{
  KadKey other;
  guint32 item;

  if (self->root == KAD_SLAB_NONE)
    return KAD_SLAB_NONE;

  item = descend (self, key);
  self->key_of (self->owner, item, &other);
  return kad_key_equal (key, &other) ? item : KAD_SLAB_NONE;
}

/**
 * kad_key_trie_find_nearest: (skip)
 * @self: a trie
 * @target: any point
 *
 * Returns: the item nearest to it, or %KAD_SLAB_NONE when there is none
 */
guint32
kad_key_trie_find_nearest (const KadKeyTrie *self, const KadKey *target)
{
  return self->root != KAD_SLAB_NONE ? descend (self, target) : KAD_SLAB_NONE;
}

/**
 * kad_key_opposite: (skip)
 * @key: a point
 * @opposite: (out): the point farthest from it: what is nearest to one is
 *   farthest from the other
 */
void
kad_key_opposite (const KadKey *key, KadKey *opposite)
{
  for (guint i = 0; i < KAD_KEY_BYTES; i++)
    opposite->bytes[i] = (guint8) ~key->bytes[i];
}
