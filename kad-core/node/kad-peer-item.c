/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-peer-item.h"

#include "kad-item-private.h"

/**
 * KadPeerItem:
 *
 * A peer that was found, and where it is said to be: what `get-providers`, `closest-peers`,
 * `find-peer` and `dial` find.
 */
struct _KadPeerItem
{
  KadItem parent_instance;
};

G_DEFINE_FINAL_TYPE (KadPeerItem, kad_peer_item, KAD_TYPE_ITEM)

enum
{
  PROP_0,
  PROP_PEER,
  PROP_ADDRESSES,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
kad_peer_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadPeerItem *self = KAD_PEER_ITEM (object);

  switch (id)
    {
    case PROP_PEER:
      g_value_set_string (value, kad_peer_item_get_peer (self));
      break;
    case PROP_ADDRESSES:
      g_value_take_boxed (value, kad_peer_item_dup_addresses (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
kad_peer_item_class_init (KadPeerItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kad_peer_item_get_property;

  /**
   * KadPeerItem:peer:
   *
   * Who, as base58btc.
   */
  properties[PROP_PEER]
      = g_param_spec_string ("peer", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadPeerItem:addresses:
   *
   * Where, as multiaddrs.
   */
  properties[PROP_ADDRESSES] = g_param_spec_boxed ("addresses", NULL, NULL, G_TYPE_STRV,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
kad_peer_item_init (KadPeerItem *self)
{
}

/**
 * kad_peer_item_get_peer:
 * @self: an item
 *
 * Returns: (transfer none): who, as base58btc
 */
const char *
kad_peer_item_get_peer (KadPeerItem *self)
{
  g_return_val_if_fail (KAD_IS_PEER_ITEM (self), NULL);

  return kad_item_get_text (KAD_ITEM (self), "peer");
}

/**
 * kad_peer_item_dup_addresses:
 * @self: an item
 *
 * Returns: (transfer full) (array zero-terminated=1): where, as multiaddrs
 */
char **
kad_peer_item_dup_addresses (KadPeerItem *self)
{
  g_return_val_if_fail (KAD_IS_PEER_ITEM (self), NULL);

  return kad_item_dup_texts (KAD_ITEM (self), "addresses");
}
