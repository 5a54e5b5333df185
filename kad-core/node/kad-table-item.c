/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-table-item.h"

#include "kad-enum-types.h"
#include "kad-item-private.h"

/**
 * KadTableItem:
 *
 * A peer of the routing table: what `show-table` shows, and what [property@Node:table] holds.
 */
struct _KadTableItem
{
  KadItem parent_instance;
};

G_DEFINE_FINAL_TYPE (KadTableItem, kad_table_item, KAD_TYPE_ITEM)

enum
{
  PROP_0,
  PROP_PEER,
  PROP_BUCKET,
  PROP_ADDRESSES,
  PROP_AGENT,
  PROP_STATE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
kad_table_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadTableItem *self = KAD_TABLE_ITEM (object);

  switch (id)
    {
    case PROP_PEER:
      g_value_set_string (value, kad_table_item_get_peer (self));
      break;
    case PROP_BUCKET:
      g_value_set_uint (value, kad_table_item_get_bucket (self));
      break;
    case PROP_ADDRESSES:
      g_value_take_boxed (value, kad_table_item_dup_addresses (self));
      break;
    case PROP_AGENT:
      g_value_set_string (value, kad_table_item_get_agent (self));
      break;
    case PROP_STATE:
      g_value_set_enum (value, kad_table_item_get_state (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
kad_table_item_class_init (KadTableItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kad_table_item_get_property;

  /**
   * KadTableItem:peer:
   *
   * Who, as base58btc.
   */
  properties[PROP_PEER]
      = g_param_spec_string ("peer", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadTableItem:bucket:
   *
   * How many leading bits its key has in common with ours.
   */
  properties[PROP_BUCKET] = g_param_spec_uint ("bucket", NULL, NULL, 0, G_MAXUINT, 0,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadTableItem:addresses:
   *
   * Where, as multiaddrs.
   */
  properties[PROP_ADDRESSES] = g_param_spec_boxed ("addresses", NULL, NULL, G_TYPE_STRV,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadTableItem:agent:
   *
   * What it calls itself, escaped.
   */
  properties[PROP_AGENT]
      = g_param_spec_string ("agent", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadTableItem:state:
   *
   * What the table thinks of it.
   */
  properties[PROP_STATE]
      = g_param_spec_enum ("state", NULL, NULL, KAD_TYPE_PEER_STATE, KAD_PEER_STATE_LIVE,
                           G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
kad_table_item_init (KadTableItem *self)
{
}

/**
 * kad_table_item_get_peer:
 * @self: an item
 *
 * Returns: (transfer none): who, as base58btc
 */
const char *
kad_table_item_get_peer (KadTableItem *self)
{
  g_return_val_if_fail (KAD_IS_TABLE_ITEM (self), NULL);

  return kad_item_get_text (KAD_ITEM (self), "peer");
}

/**
 * kad_table_item_get_bucket:
 * @self: an item
 *
 * Returns: how many leading bits its key has in common with ours
 */
guint
kad_table_item_get_bucket (KadTableItem *self)
{
  g_return_val_if_fail (KAD_IS_TABLE_ITEM (self), 0);

  return kad_item_get_number (KAD_ITEM (self), "bucket");
}

/**
 * kad_table_item_dup_addresses:
 * @self: an item
 *
 * Returns: (transfer full) (array zero-terminated=1): where, as multiaddrs
 */
char **
kad_table_item_dup_addresses (KadTableItem *self)
{
  g_return_val_if_fail (KAD_IS_TABLE_ITEM (self), NULL);

  return kad_item_dup_texts (KAD_ITEM (self), "addresses");
}

/**
 * kad_table_item_get_agent:
 * @self: an item
 *
 * Returns: (transfer none) (nullable): what it calls itself, escaped
 */
const char *
kad_table_item_get_agent (KadTableItem *self)
{
  g_return_val_if_fail (KAD_IS_TABLE_ITEM (self), NULL);

  return kad_item_get_text (KAD_ITEM (self), "agent");
}

/**
 * kad_table_item_get_state:
 * @self: an item
 *
 * Returns: what the table thinks of it
 */
KadPeerState
kad_table_item_get_state (KadTableItem *self)
{
  const char *name;

  g_return_val_if_fail (KAD_IS_TABLE_ITEM (self), KAD_PEER_STATE_LIVE);

  name = kad_item_get_text (KAD_ITEM (self), "state");
  for (KadPeerState state = KAD_PEER_STATE_LIVE; state <= KAD_PEER_STATE_STALE; state++)
    if (g_strcmp0 (name, kad_peer_state_get_name (state)) == 0)
      return state;
  return KAD_PEER_STATE_LIVE;
}
