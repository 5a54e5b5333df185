/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-ping-item.h"

#include "kad-item-private.h"

/**
 * KadPingItem:
 *
 * The answer to a ping: what `ping-peer` gives.
 */
struct _KadPingItem
{
  KadItem parent_instance;
};

G_DEFINE_FINAL_TYPE (KadPingItem, kad_ping_item, KAD_TYPE_ITEM)

enum
{
  PROP_0,
  PROP_PEER,
  PROP_RTT_US,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
kad_ping_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadPingItem *self = KAD_PING_ITEM (object);

  switch (id)
    {
    case PROP_PEER:
      g_value_set_string (value, kad_ping_item_get_peer (self));
      break;
    case PROP_RTT_US:
      g_value_set_int64 (value, kad_ping_item_get_rtt_us (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
kad_ping_item_class_init (KadPingItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kad_ping_item_get_property;

  /**
   * KadPingItem:peer:
   *
   * Who answered, as base58btc.
   */
  properties[PROP_PEER]
      = g_param_spec_string ("peer", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadPingItem:rtt-us:
   *
   * After how many microseconds.
   */
  properties[PROP_RTT_US] = g_param_spec_int64 ("rtt-us", NULL, NULL, 0, G_MAXINT64, 0,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
kad_ping_item_init (KadPingItem *self)
{
}

/**
 * kad_ping_item_get_peer:
 * @self: an item
 *
 * Returns: (transfer none): who answered, as base58btc
 */
const char *
kad_ping_item_get_peer (KadPingItem *self)
{
  g_return_val_if_fail (KAD_IS_PING_ITEM (self), NULL);

  return kad_item_get_text (KAD_ITEM (self), "peer");
}

/**
 * kad_ping_item_get_rtt_us:
 * @self: an item
 *
 * Returns: after how many microseconds
 */
gint64
kad_ping_item_get_rtt_us (KadPingItem *self)
{
  g_return_val_if_fail (KAD_IS_PING_ITEM (self), 0);

  return kad_item_get_time (KAD_ITEM (self), "rtt_us", 0);
}
