/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-item.h"

#include "kad-item-private.h"

typedef struct
{
  GVariant *details;
} KadItemPrivate;

/**
 * KadItem:
 *
 * One result of a command. Each command that is built in has a subclass with typed properties; the
 * results of `ask` and of commands from modules are plain items, of which [property@Item:details]
 * tells everything. Immutable; any thread.
 */
G_DEFINE_TYPE_WITH_PRIVATE (KadItem, kad_item, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_DETAILS,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
kad_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_DETAILS:
      g_value_set_variant (value, kad_item_get_details (KAD_ITEM (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
kad_item_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadItemPrivate *priv = kad_item_get_instance_private (KAD_ITEM (object));

  switch (id)
    {
    case PROP_DETAILS:
      priv->details = g_value_dup_variant (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
kad_item_finalize (GObject *object)
{
  KadItemPrivate *priv = kad_item_get_instance_private (KAD_ITEM (object));

  g_clear_pointer (&priv->details, g_variant_unref);
  G_OBJECT_CLASS (kad_item_parent_class)->finalize (object);
}

static void
kad_item_class_init (KadItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kad_item_get_property;
  object_class->set_property = kad_item_set_property;
  object_class->finalize = kad_item_finalize;

  /**
   * KadItem:details:
   *
   * The whole result, `a{sv}`, with the names that it has in JSON and on D-Bus.
   */
  properties[PROP_DETAILS]
      = g_param_spec_variant ("details", NULL, NULL, G_VARIANT_TYPE_VARDICT, NULL,
                              G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
kad_item_init (KadItem *self)
{
}

/**
 * kad_item_get_details:
 * @self: an item
 *
 * Returns: (transfer none): the whole result, `a{sv}`, with the names that it has in JSON and on
 *   D-Bus
 */
GVariant *
kad_item_get_details (KadItem *self)
{
  KadItemPrivate *priv = kad_item_get_instance_private (self);

  g_return_val_if_fail (KAD_IS_ITEM (self), NULL);

  return priv->details;
}

/* ---- for subclasses ---- */

const char *
kad_item_get_text (KadItem *self, const char *name)
{
  KadItemPrivate *priv = kad_item_get_instance_private (self);
  const char *text = NULL;

  if (priv->details != NULL && !g_variant_lookup (priv->details, name, "&s", &text))
    g_variant_lookup (priv->details, name, "m&s", &text);
  return text;
}

char **
kad_item_dup_texts (KadItem *self, const char *name)
{
  KadItemPrivate *priv = kad_item_get_instance_private (self);
  char **texts = NULL;

  if (priv->details != NULL)
    g_variant_lookup (priv->details, name, "^as", &texts);
  return texts != NULL ? texts : g_new0 (char *, 1);
}

GBytes *
kad_item_dup_bytes (KadItem *self, const char *name)
{
  KadItemPrivate *priv = kad_item_get_instance_private (self);
  g_autoptr (GVariant) bytes = NULL;

  if (priv->details != NULL)
    bytes = g_variant_lookup_value (priv->details, name, G_VARIANT_TYPE_BYTESTRING);
  return bytes != NULL ? g_variant_get_data_as_bytes (bytes) : g_bytes_new (NULL, 0);
}

gboolean
kad_item_get_flag (KadItem *self, const char *name)
{
  KadItemPrivate *priv = kad_item_get_instance_private (self);
  gboolean flag = FALSE;

  if (priv->details != NULL)
    g_variant_lookup (priv->details, name, "b", &flag);
  return flag;
}

const char *
kad_item_get_problem (KadItem *self, const char *name)
{
  KadItemPrivate *priv = kad_item_get_instance_private (self);
  g_autoptr (GVariant) error = NULL;
  const char *message = NULL;

  if (priv->details != NULL)
    error = g_variant_lookup_value (priv->details, name, G_VARIANT_TYPE_VARDICT);
  /* It points into the details, which outlive this. */
  if (error != NULL)
    g_variant_lookup (error, "message", "&s", &message);
  return message;
}

guint
kad_item_get_number (KadItem *self, const char *name)
{
  KadItemPrivate *priv = kad_item_get_instance_private (self);
  guint number = 0;

  if (priv->details != NULL)
    g_variant_lookup (priv->details, name, "u", &number);
  return number;
}

gint64
kad_item_get_time (KadItem *self, const char *name, gint64 fallback)
{
  KadItemPrivate *priv = kad_item_get_instance_private (self);
  gboolean is_there = FALSE;
  gint64 time = fallback;

  if (priv->details == NULL || g_variant_lookup (priv->details, name, "x", &time))
    return time;
  if (!g_variant_lookup (priv->details, name, "mx", &is_there, &time) || !is_there)
    return fallback;
  return time;
}
