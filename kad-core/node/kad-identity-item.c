/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-identity-item.h"

#include "kad-item-private.h"

/**
 * KadIdentityItem:
 *
 * What a peer says of itself by identify: what `show-identity` shows.
 */
struct _KadIdentityItem
{
  KadItem parent_instance;
};

G_DEFINE_FINAL_TYPE (KadIdentityItem, kad_identity_item, KAD_TYPE_ITEM)

enum
{
  PROP_0,
  PROP_PEER,
  PROP_AGENT,
  PROP_PROTOCOL_VERSION,
  PROP_PROTOCOLS,
  PROP_ADDRESSES,
  PROP_OBSERVED_ADDRESS,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
kad_identity_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadIdentityItem *self = KAD_IDENTITY_ITEM (object);

  switch (id)
    {
    case PROP_PEER:
      g_value_set_string (value, kad_identity_item_get_peer (self));
      break;
    case PROP_AGENT:
      g_value_set_string (value, kad_identity_item_get_agent (self));
      break;
    case PROP_PROTOCOL_VERSION:
      g_value_set_string (value, kad_identity_item_get_protocol_version (self));
      break;
    case PROP_PROTOCOLS:
      g_value_take_boxed (value, kad_identity_item_dup_protocols (self));
      break;
    case PROP_ADDRESSES:
      g_value_take_boxed (value, kad_identity_item_dup_addresses (self));
      break;
    case PROP_OBSERVED_ADDRESS:
      g_value_set_string (value, kad_identity_item_get_observed_address (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
kad_identity_item_class_init (KadIdentityItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kad_identity_item_get_property;

  /**
   * KadIdentityItem:peer:
   *
   * Who, as base58btc.
   */
  properties[PROP_PEER]
      = g_param_spec_string ("peer", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadIdentityItem:agent:
   *
   * What it calls itself, escaped.
   */
  properties[PROP_AGENT]
      = g_param_spec_string ("agent", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadIdentityItem:protocol-version:
   *
   * As it says, like `ipfs/0.1.0`, escaped.
   */
  properties[PROP_PROTOCOL_VERSION] = g_param_spec_string (
      "protocol-version", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadIdentityItem:protocols:
   *
   * The protocols that it speaks, escaped.
   */
  properties[PROP_PROTOCOLS] = g_param_spec_boxed ("protocols", NULL, NULL, G_TYPE_STRV,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadIdentityItem:addresses:
   *
   * Where it says it listens, as multiaddrs.
   */
  properties[PROP_ADDRESSES] = g_param_spec_boxed ("addresses", NULL, NULL, G_TYPE_STRV,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadIdentityItem:observed-address:
   *
   * Where it sees us, as a multiaddr.
   */
  properties[PROP_OBSERVED_ADDRESS] = g_param_spec_string (
      "observed-address", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
kad_identity_item_init (KadIdentityItem *self)
{
}

/**
 * kad_identity_item_get_peer:
 * @self: an item
 *
 * Returns: (transfer none): who, as base58btc
 */
const char *
kad_identity_item_get_peer (KadIdentityItem *self)
{
  g_return_val_if_fail (KAD_IS_IDENTITY_ITEM (self), NULL);

  return kad_item_get_text (KAD_ITEM (self), "peer");
}

/**
 * kad_identity_item_get_agent:
 * @self: an item
 *
 * Returns: (transfer none) (nullable): what it calls itself, escaped
 */
const char *
kad_identity_item_get_agent (KadIdentityItem *self)
{
  g_return_val_if_fail (KAD_IS_IDENTITY_ITEM (self), NULL);

  return kad_item_get_text (KAD_ITEM (self), "agent");
}

/**
 * kad_identity_item_get_protocol_version:
 * @self: an item
 *
 * Returns: (transfer none) (nullable): as it says, like `ipfs/0.1.0`, escaped
 */
const char *
kad_identity_item_get_protocol_version (KadIdentityItem *self)
{
  g_return_val_if_fail (KAD_IS_IDENTITY_ITEM (self), NULL);

  return kad_item_get_text (KAD_ITEM (self), "protocol_version");
}

/**
 * kad_identity_item_dup_protocols:
 * @self: an item
 *
 * Returns: (transfer full) (array zero-terminated=1): the protocols that it speaks, escaped
 */
char **
kad_identity_item_dup_protocols (KadIdentityItem *self)
{
  g_return_val_if_fail (KAD_IS_IDENTITY_ITEM (self), NULL);

  return kad_item_dup_texts (KAD_ITEM (self), "protocols");
}

/**
 * kad_identity_item_dup_addresses:
 * @self: an item
 *
 * Returns: (transfer full) (array zero-terminated=1): where it says it listens, as multiaddrs
 */
char **
kad_identity_item_dup_addresses (KadIdentityItem *self)
{
  g_return_val_if_fail (KAD_IS_IDENTITY_ITEM (self), NULL);

  return kad_item_dup_texts (KAD_ITEM (self), "addresses");
}

/**
 * kad_identity_item_get_observed_address:
 * @self: an item
 *
 * Returns: (transfer none) (nullable): where it sees us, as a multiaddr
 */
const char *
kad_identity_item_get_observed_address (KadIdentityItem *self)
{
  g_return_val_if_fail (KAD_IS_IDENTITY_ITEM (self), NULL);

  return kad_item_get_text (KAD_ITEM (self), "observed_address");
}
