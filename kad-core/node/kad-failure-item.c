/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-failure-item.h"

#include "kad-item-private.h"

/**
 * KadFailureItem:
 *
 * A peer that did not do what a write wanted: what [property@Operation:failures] holds.
 */
struct _KadFailureItem
{
  KadItem parent_instance;
};

G_DEFINE_FINAL_TYPE (KadFailureItem, kad_failure_item, KAD_TYPE_ITEM)

enum
{
  PROP_0,
  PROP_PEER,
  PROP_REASON,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
kad_failure_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadFailureItem *self = KAD_FAILURE_ITEM (object);

  switch (id)
    {
    case PROP_PEER:
      g_value_set_string (value, kad_failure_item_get_peer (self));
      break;
    case PROP_REASON:
      g_value_set_string (value, kad_failure_item_get_reason (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
kad_failure_item_class_init (KadFailureItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kad_failure_item_get_property;

  /**
   * KadFailureItem:peer:
   *
   * Who, as base58btc.
   */
  properties[PROP_PEER]
      = g_param_spec_string ("peer", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadFailureItem:reason:
   *
   * Why, escaped.
   */
  properties[PROP_REASON]
      = g_param_spec_string ("reason", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
kad_failure_item_init (KadFailureItem *self)
{
}

/**
 * kad_failure_item_get_peer:
 * @self: an item
 *
 * Returns: (transfer none): who, as base58btc
 */
const char *
kad_failure_item_get_peer (KadFailureItem *self)
{
  g_return_val_if_fail (KAD_IS_FAILURE_ITEM (self), NULL);

  return kad_item_get_text (KAD_ITEM (self), "peer");
}

/**
 * kad_failure_item_get_reason:
 * @self: an item
 *
 * Returns: (transfer none): why, escaped
 */
const char *
kad_failure_item_get_reason (KadFailureItem *self)
{
  g_return_val_if_fail (KAD_IS_FAILURE_ITEM (self), NULL);

  return kad_item_get_text (KAD_ITEM (self), "reason");
}
