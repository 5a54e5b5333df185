/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-publication-item.h"

#include "kad-enum-types.h"
#include "kad-item-private.h"

/**
 * KadPublicationItem:
 *
 * Something that a node announces, for one tag: what `publish` and `show-publications` give.
 */
struct _KadPublicationItem
{
  KadItem parent_instance;
};

G_DEFINE_FINAL_TYPE (KadPublicationItem, kad_publication_item, KAD_TYPE_ITEM)

enum
{
  PROP_0,
  PROP_KIND,
  PROP_KEY,
  PROP_TAG,
  PROP_IS_PERSISTENT,
  PROP_IS_RUNNING,
  PROP_CREATED_US,
  PROP_LAST_RUN_US,
  PROP_NEXT_RUN_US,
  PROP_STORED,
  PROP_WANTED,
  PROP_N_FAILURES,
  PROP_PROBLEM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

/* What is so, or is a number. */
static gboolean
get_plain_property (KadPublicationItem *self, guint id, GValue *value)
{
  switch (id)
    {
    case PROP_IS_PERSISTENT:
      g_value_set_boolean (value, kad_publication_item_is_persistent (self));
      return TRUE;
    case PROP_IS_RUNNING:
      g_value_set_boolean (value, kad_publication_item_is_running (self));
      return TRUE;
    case PROP_CREATED_US:
      g_value_set_int64 (value, kad_publication_item_get_created_us (self));
      return TRUE;
    case PROP_LAST_RUN_US:
      g_value_set_int64 (value, kad_publication_item_get_last_run_us (self));
      return TRUE;
    case PROP_NEXT_RUN_US:
      g_value_set_int64 (value, kad_publication_item_get_next_run_us (self));
      return TRUE;
    case PROP_STORED:
      g_value_set_uint (value, kad_publication_item_get_stored (self));
      return TRUE;
    case PROP_WANTED:
      g_value_set_uint (value, kad_publication_item_get_wanted (self));
      return TRUE;
    case PROP_N_FAILURES:
      g_value_set_uint (value, kad_publication_item_get_n_failures (self));
      return TRUE;
    default:
      return FALSE;
    }
}

static void
kad_publication_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadPublicationItem *self = KAD_PUBLICATION_ITEM (object);

  switch (id)
    {
    case PROP_KIND:
      g_value_set_enum (value, kad_publication_item_get_kind (self));
      break;
    case PROP_KEY:
      g_value_take_boxed (value, kad_publication_item_dup_key (self));
      break;
    case PROP_TAG:
      g_value_set_string (value, kad_publication_item_get_tag (self));
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, kad_publication_item_get_problem (self));
      break;
    default:
      if (!get_plain_property (self, id, value))
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
install_plain_properties (void)
{
  /**
   * KadPublicationItem:is-persistent:
   *
   * Whether it survives the end of the node.
   */
  properties[PROP_IS_PERSISTENT] = g_param_spec_boolean ("is-persistent", NULL, NULL, FALSE,
                                                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadPublicationItem:is-running:
   *
   * Whether it is being announced.
   */
  properties[PROP_IS_RUNNING] = g_param_spec_boolean ("is-running", NULL, NULL, FALSE,
                                                      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadPublicationItem:created-us:
   *
   * When it was asked for, in microseconds since 1970 (UTC).
   */
  properties[PROP_CREATED_US] = g_param_spec_int64 ("created-us", NULL, NULL, 0, G_MAXINT64, 0,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadPublicationItem:last-run-us:
   *
   * When it was last announced, whatever came of it, in microseconds since 1970 (UTC); 0: never.
   */
  properties[PROP_LAST_RUN_US] = g_param_spec_int64 ("last-run-us", NULL, NULL, 0, G_MAXINT64, 0,
                                                     G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadPublicationItem:next-run-us:
   *
   * When it will be announced again, in microseconds since 1970 (UTC); 0: it is being announced,
   * or as soon as there is somebody to ask.
   */
  properties[PROP_NEXT_RUN_US] = g_param_spec_int64 ("next-run-us", NULL, NULL, 0, G_MAXINT64, 0,
                                                     G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadPublicationItem:stored:
   *
   * How many peers took it at the last run.
   */
  properties[PROP_STORED] = g_param_spec_uint ("stored", NULL, NULL, 0, G_MAXUINT, 0,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadPublicationItem:wanted:
   *
   * How many should have.
   */
  properties[PROP_WANTED] = g_param_spec_uint ("wanted", NULL, NULL, 0, G_MAXUINT, 0,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadPublicationItem:n-failures:
   *
   * How many runs failed, one after the other, up to now.
   */
  properties[PROP_N_FAILURES] = g_param_spec_uint ("n-failures", NULL, NULL, 0, G_MAXUINT, 0,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
kad_publication_item_class_init (KadPublicationItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kad_publication_item_get_property;

  /**
   * KadPublicationItem:kind:
   *
   * What is published.
   */
  properties[PROP_KIND]
      = g_param_spec_enum ("kind", NULL, NULL, KAD_TYPE_PUBLICATION_KIND, KAD_PUBLICATION_PROVIDER,
                           G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadPublicationItem:key:
   *
   * Its key, as on the wire.
   */
  properties[PROP_KEY] = g_param_spec_boxed ("key", NULL, NULL, G_TYPE_BYTES,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadPublicationItem:tag:
   *
   * Who wants it published; empty for who runs the node.
   */
  properties[PROP_TAG]
      = g_param_spec_string ("tag", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * KadPublicationItem:problem:
   *
   * Why the last run failed, or was not whole; NULL: it did well.
   */
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  install_plain_properties ();
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
kad_publication_item_init (KadPublicationItem *self)
{
}

/**
 * kad_publication_item_get_kind:
 * @self: an item
 *
 * Returns: what is published
 */
KadPublicationKind
kad_publication_item_get_kind (KadPublicationItem *self)
{
  g_return_val_if_fail (KAD_IS_PUBLICATION_ITEM (self), KAD_PUBLICATION_PROVIDER);

  return g_strcmp0 (kad_item_get_text (KAD_ITEM (self), "kind"), "record") == 0
             ? KAD_PUBLICATION_RECORD
             : KAD_PUBLICATION_PROVIDER;
}

/**
 * kad_publication_item_dup_key:
 * @self: an item
 *
 * Returns: (transfer full): its key, as on the wire
 */
GBytes *
kad_publication_item_dup_key (KadPublicationItem *self)
{
  g_return_val_if_fail (KAD_IS_PUBLICATION_ITEM (self), NULL);

  return kad_item_dup_bytes (KAD_ITEM (self), "key");
}

/**
 * kad_publication_item_get_tag:
 * @self: an item
 *
 * Returns: (transfer none): who wants it published; empty for who runs the node
 */
const char *
kad_publication_item_get_tag (KadPublicationItem *self)
{
  g_return_val_if_fail (KAD_IS_PUBLICATION_ITEM (self), NULL);

  return kad_item_get_text (KAD_ITEM (self), "tag");
}

/**
 * kad_publication_item_is_persistent:
 * @self: an item
 *
 * Returns: whether it survives the end of the node
 */
gboolean
kad_publication_item_is_persistent (KadPublicationItem *self)
{
  g_return_val_if_fail (KAD_IS_PUBLICATION_ITEM (self), FALSE);

  return kad_item_get_flag (KAD_ITEM (self), "persistent");
}

/**
 * kad_publication_item_is_running:
 * @self: an item
 *
 * Returns: whether it is being announced
 */
gboolean
kad_publication_item_is_running (KadPublicationItem *self)
{
  g_return_val_if_fail (KAD_IS_PUBLICATION_ITEM (self), FALSE);

  return kad_item_get_flag (KAD_ITEM (self), "running");
}

/**
 * kad_publication_item_get_created_us:
 * @self: an item
 *
 * Returns: when it was asked for, in microseconds since 1970 (UTC)
 */
gint64
kad_publication_item_get_created_us (KadPublicationItem *self)
{
  g_return_val_if_fail (KAD_IS_PUBLICATION_ITEM (self), 0);

  return kad_item_get_time (KAD_ITEM (self), "created_us", 0);
}

/**
 * kad_publication_item_get_last_run_us:
 * @self: an item
 *
 * Returns: when it was last announced, whatever came of it, in microseconds since 1970 (UTC); 0:
 *   never
 */
gint64
kad_publication_item_get_last_run_us (KadPublicationItem *self)
{
  g_return_val_if_fail (KAD_IS_PUBLICATION_ITEM (self), 0);

  return kad_item_get_time (KAD_ITEM (self), "last_run_us", 0);
}

/**
 * kad_publication_item_get_next_run_us:
 * @self: an item
 *
 * Returns: when it will be announced again, in microseconds since 1970 (UTC); 0: it is being
 *   announced, or as soon as there is somebody to ask
 */
gint64
kad_publication_item_get_next_run_us (KadPublicationItem *self)
{
  g_return_val_if_fail (KAD_IS_PUBLICATION_ITEM (self), 0);

  return kad_item_get_time (KAD_ITEM (self), "next_run_us", 0);
}

/**
 * kad_publication_item_get_stored:
 * @self: an item
 *
 * Returns: how many peers took it at the last run
 */
guint
kad_publication_item_get_stored (KadPublicationItem *self)
{
  g_return_val_if_fail (KAD_IS_PUBLICATION_ITEM (self), 0);

  return kad_item_get_number (KAD_ITEM (self), "stored");
}

/**
 * kad_publication_item_get_wanted:
 * @self: an item
 *
 * Returns: how many should have
 */
guint
kad_publication_item_get_wanted (KadPublicationItem *self)
{
  g_return_val_if_fail (KAD_IS_PUBLICATION_ITEM (self), 0);

  return kad_item_get_number (KAD_ITEM (self), "wanted");
}

/**
 * kad_publication_item_get_n_failures:
 * @self: an item
 *
 * Returns: how many runs failed, one after the other, up to now
 */
guint
kad_publication_item_get_n_failures (KadPublicationItem *self)
{
  g_return_val_if_fail (KAD_IS_PUBLICATION_ITEM (self), 0);

  return kad_item_get_number (KAD_ITEM (self), "failures");
}

/**
 * kad_publication_item_get_problem:
 * @self: an item
 *
 * Returns: (transfer none) (nullable): why the last run failed, or was not whole; %NULL: it did
 *   well
 */
const char *
kad_publication_item_get_problem (KadPublicationItem *self)
{
  g_return_val_if_fail (KAD_IS_PUBLICATION_ITEM (self), NULL);

  return kad_item_get_problem (KAD_ITEM (self), "error");
}
