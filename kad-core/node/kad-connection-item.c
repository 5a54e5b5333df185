/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-connection-item.h"

#include "kad-item-private.h"

/**
 * KadConnectionItem:
 *
 * A connection: what `show-connections` shows, and what [property@Node:connections] holds.
 */
struct _KadConnectionItem
{
  KadItem parent_instance;
};

G_DEFINE_FINAL_TYPE (KadConnectionItem, kad_connection_item, KAD_TYPE_ITEM)

enum
{
  PROP_0,
  PROP_PEER,
  PROP_ADDRESS,
  PROP_DIRECTION,
  PROP_AGE_US,
  PROP_STREAMS,
  PROP_RTT_US,
  PROP_AGENT,
  PROP_SECURITY,
  PROP_MUXER,
  PROP_REASON,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
kad_connection_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadConnectionItem *self = KAD_CONNECTION_ITEM (object);

  switch (id)
    {
    case PROP_PEER:
      g_value_set_string (value, kad_connection_item_get_peer (self));
      break;
    case PROP_ADDRESS:
      g_value_set_string (value, kad_connection_item_get_address (self));
      break;
    case PROP_DIRECTION:
      g_value_set_string (value, kad_connection_item_get_direction (self));
      break;
    case PROP_AGE_US:
      g_value_set_int64 (value, kad_connection_item_get_age_us (self));
      break;
    case PROP_STREAMS:
      g_value_set_uint (value, kad_connection_item_get_streams (self));
      break;
    case PROP_RTT_US:
      g_value_set_int64 (value, kad_connection_item_get_rtt_us (self));
      break;
    case PROP_AGENT:
      g_value_set_string (value, kad_connection_item_get_agent (self));
      break;
    case PROP_SECURITY:
      g_value_set_string (value, kad_connection_item_get_security (self));
      break;
    case PROP_MUXER:
      g_value_set_string (value, kad_connection_item_get_muxer (self));
      break;
    case PROP_REASON:
      g_value_set_string (value, kad_connection_item_get_reason (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

/* What the connection is made of, and how it does. */
static void
describe_link (void)
{
  /**
   * KadConnectionItem:rtt-us:
   *
   * The round trip time in microseconds, -1 if it is not known.
   */
  properties[PROP_RTT_US] = g_param_spec_int64 ("rtt-us", NULL, NULL, -1, G_MAXINT64, -1,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadConnectionItem:agent:
   *
   * What the peer calls itself, escaped.
   */
  properties[PROP_AGENT]
      = g_param_spec_string ("agent", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadConnectionItem:security:
   *
   * How it is secured, like `noise`.
   */
  properties[PROP_SECURITY] = g_param_spec_string ("security", NULL, NULL, NULL,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadConnectionItem:muxer:
   *
   * How it is multiplexed, like `/yamux/1.0.0`.
   */
  properties[PROP_MUXER]
      = g_param_spec_string ("muxer", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadConnectionItem:reason:
   *
   * Why it was opened: `listener`, `query`, `dial` and so on.
   */
  properties[PROP_REASON]
      = g_param_spec_string ("reason", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
kad_connection_item_class_init (KadConnectionItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kad_connection_item_get_property;

  /**
   * KadConnectionItem:peer:
   *
   * With whom, as base58btc.
   */
  properties[PROP_PEER]
      = g_param_spec_string ("peer", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadConnectionItem:address:
   *
   * The remote's address, as a multiaddr.
   */
  properties[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadConnectionItem:direction:
   *
   * `inbound` or `outbound`.
   */
  properties[PROP_DIRECTION] = g_param_spec_string ("direction", NULL, NULL, NULL,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadConnectionItem:age-us:
   *
   * How old it was when this was made, in microseconds.
   */
  properties[PROP_AGE_US] = g_param_spec_int64 ("age-us", NULL, NULL, 0, G_MAXINT64, 0,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadConnectionItem:streams:
   *
   * How many streams were open.
   */
  properties[PROP_STREAMS] = g_param_spec_uint ("streams", NULL, NULL, 0, G_MAXUINT, 0,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  describe_link ();
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
kad_connection_item_init (KadConnectionItem *self)
{
}

/**
 * kad_connection_item_get_peer:
 * @self: an item
 *
 * Returns: (transfer none): with whom, as base58btc
 */
const char *
kad_connection_item_get_peer (KadConnectionItem *self)
{
  g_return_val_if_fail (KAD_IS_CONNECTION_ITEM (self), NULL);

  return kad_item_get_text (KAD_ITEM (self), "peer");
}

/**
 * kad_connection_item_get_address:
 * @self: an item
 *
 * Returns: (transfer none) (nullable): the remote's address, as a multiaddr
 */
const char *
kad_connection_item_get_address (KadConnectionItem *self)
{
  g_return_val_if_fail (KAD_IS_CONNECTION_ITEM (self), NULL);

  return kad_item_get_text (KAD_ITEM (self), "address");
}

/**
 * kad_connection_item_get_direction:
 * @self: an item
 *
 * Returns: (transfer none): `inbound` or `outbound`
 */
const char *
kad_connection_item_get_direction (KadConnectionItem *self)
{
  g_return_val_if_fail (KAD_IS_CONNECTION_ITEM (self), NULL);

  return kad_item_get_text (KAD_ITEM (self), "direction");
}

/**
 * kad_connection_item_get_age_us:
 * @self: an item
 *
 * Returns: how old it was when this was made, in microseconds
 */
gint64
kad_connection_item_get_age_us (KadConnectionItem *self)
{
  g_return_val_if_fail (KAD_IS_CONNECTION_ITEM (self), 0);

  return kad_item_get_time (KAD_ITEM (self), "age_us", 0);
}

/**
 * kad_connection_item_get_streams:
 * @self: an item
 *
 * Returns: how many streams were open
 */
guint
kad_connection_item_get_streams (KadConnectionItem *self)
{
  g_return_val_if_fail (KAD_IS_CONNECTION_ITEM (self), 0);

  return kad_item_get_number (KAD_ITEM (self), "streams");
}

/**
 * kad_connection_item_get_rtt_us:
 * @self: an item
 *
 * Returns: the round trip time in microseconds, -1 if it is not known
 */
gint64
kad_connection_item_get_rtt_us (KadConnectionItem *self)
{
  g_return_val_if_fail (KAD_IS_CONNECTION_ITEM (self), -1);

  return kad_item_get_time (KAD_ITEM (self), "rtt_us", -1);
}

/**
 * kad_connection_item_get_agent:
 * @self: an item
 *
 * Returns: (transfer none) (nullable): what the peer calls itself, escaped
 */
const char *
kad_connection_item_get_agent (KadConnectionItem *self)
{
  g_return_val_if_fail (KAD_IS_CONNECTION_ITEM (self), NULL);

  return kad_item_get_text (KAD_ITEM (self), "agent");
}

/**
 * kad_connection_item_get_security:
 * @self: an item
 *
 * Returns: (transfer none) (nullable): how it is secured, like `noise`
 */
const char *
kad_connection_item_get_security (KadConnectionItem *self)
{
  g_return_val_if_fail (KAD_IS_CONNECTION_ITEM (self), NULL);

  return kad_item_get_text (KAD_ITEM (self), "security");
}

/**
 * kad_connection_item_get_muxer:
 * @self: an item
 *
 * Returns: (transfer none) (nullable): how it is multiplexed, like `/yamux/1.0.0`
 */
const char *
kad_connection_item_get_muxer (KadConnectionItem *self)
{
  g_return_val_if_fail (KAD_IS_CONNECTION_ITEM (self), NULL);

  return kad_item_get_text (KAD_ITEM (self), "muxer");
}

/**
 * kad_connection_item_get_reason:
 * @self: an item
 *
 * Returns: (transfer none) (nullable): why it was opened: `listener`, `query`, `dial` and so on
 */
const char *
kad_connection_item_get_reason (KadConnectionItem *self)
{
  g_return_val_if_fail (KAD_IS_CONNECTION_ITEM (self), NULL);

  return kad_item_get_text (KAD_ITEM (self), "reason");
}
