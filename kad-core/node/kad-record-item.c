/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-record-item.h"

#include "kad-item-private.h"

/**
 * KadRecordItem:
 *
 * A record that was found: what `get-record` finds. Each is better than those before it.
 */
struct _KadRecordItem
{
  KadItem parent_instance;
};

G_DEFINE_FINAL_TYPE (KadRecordItem, kad_record_item, KAD_TYPE_ITEM)

enum
{
  PROP_0,
  PROP_KEY,
  PROP_VALUE,
  PROP_FROM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
kad_record_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadRecordItem *self = KAD_RECORD_ITEM (object);

  switch (id)
    {
    case PROP_KEY:
      g_value_take_boxed (value, kad_record_item_dup_key (self));
      break;
    case PROP_VALUE:
      g_value_take_boxed (value, kad_record_item_dup_value (self));
      break;
    case PROP_FROM:
      g_value_set_string (value, kad_record_item_get_from (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
kad_record_item_class_init (KadRecordItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kad_record_item_get_property;

  /**
   * KadRecordItem:key:
   *
   * The key, as on the wire.
   */
  properties[PROP_KEY] = g_param_spec_boxed ("key", NULL, NULL, G_TYPE_BYTES,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadRecordItem:value:
   *
   * The value.
   */
  properties[PROP_VALUE] = g_param_spec_boxed ("value", NULL, NULL, G_TYPE_BYTES,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadRecordItem:from:
   *
   * Who gave it, as base58btc.
   */
  properties[PROP_FROM]
      = g_param_spec_string ("from", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
kad_record_item_init (KadRecordItem *self)
{
}

/**
 * kad_record_item_dup_key:
 * @self: an item
 *
 * Returns: (transfer full): the key, as on the wire
 */
GBytes *
kad_record_item_dup_key (KadRecordItem *self)
{
  g_return_val_if_fail (KAD_IS_RECORD_ITEM (self), NULL);

  return kad_item_dup_bytes (KAD_ITEM (self), "key");
}

/**
 * kad_record_item_dup_value:
 * @self: an item
 *
 * Returns: (transfer full): the value
 */
GBytes *
kad_record_item_dup_value (KadRecordItem *self)
{
  g_return_val_if_fail (KAD_IS_RECORD_ITEM (self), NULL);

  return kad_item_dup_bytes (KAD_ITEM (self), "value");
}

/**
 * kad_record_item_get_from:
 * @self: an item
 *
 * Returns: (transfer none) (nullable): who gave it, as base58btc
 */
const char *
kad_record_item_get_from (KadRecordItem *self)
{
  g_return_val_if_fail (KAD_IS_RECORD_ITEM (self), NULL);

  return kad_item_get_text (KAD_ITEM (self), "from");
}
