/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-provide-many-command.h"

#include <glib/gi18n-lib.h>

#include "kad-error.h"
#include "kad-escape.h"
#include "kad-query-ends.h"
#include "kad-time.h"

/* Announcements under way: each asks several peers at once, too. */
#define MAX_RUNNING 8
#define MAX_SHOWN_KEY 64

/**
 * KadProvideManyCommand:
 *
 * Announces to the peers nearest to each of many keys that we provide it, eight keys at a time, and
 * keeps announcing them in time until stop-provide or the node's end, or once.
 *
 * `keys` are 1 to %KAD_MAX_KEY_LIST texts, all of which are read before anything is announced; what
 * stands there twice is announced once. There is a result for each key as its first announcement
 * ends: `key` as it was given, `stored`, `wanted`, and, if nobody took it, `error` (a name) and
 * `message`. The others go on after that. The last line has `keys`, `published` and `failed`; if
 * all have failed the run fails as the first of them did.
 *
 * A key has 90 seconds, less if the run's own `timeout-ms` ends before that.
 */
typedef struct
{
  char *text;
  GBytes *key;
} Item;

typedef struct
{
  KadQueryId query; /* 0: free */
  guint item;
} Slot;

struct _KadProvideManyCommand
{
  KadCommandHandler parent_instance;

  GStrv keys;
  gboolean once;
  gboolean is_raw;
  GArray *items; /* (element-type Item) (nullable) without doubles, once the keys were read */

  Slot slots[MAX_RUNNING];
  guint n_begun;
  guint n_published;
  guint n_failed;
  gint64 until_us;
  GError *error; /* (nullable) the first */
};

G_DEFINE_FINAL_TYPE (KadProvideManyCommand, kad_provide_many_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_KEYS = 1,
  PROP_ONCE,
  PROP_RAW_KEY,
};

/* ---- the keys ---- */

static void
item_clear (gpointer data)
{
  Item *item = data;

  g_free (item->text);
  g_bytes_unref (item->key);
}

/* FALSE with an error that says which. */
static gboolean
read_key (KadProvideManyCommand *self, GHashTable *seen, guint index, GError **error)
{
  const char *text = self->keys[index];
  GBytes *key = kad_key_text_parse (text, KAD_KEY_USE_PROVIDER, self->is_raw, error);
  g_autofree char *shown = NULL;
  Item item = { 0 };

  if (key == NULL)
    {
      shown = kad_escape_peer_text (text, -1, MAX_SHOWN_KEY);
      g_prefix_error (error, "Key %u, “%s”: ", index + 1, shown);
      return FALSE;
    }
  if (g_hash_table_contains (seen, key))
    {
      g_bytes_unref (key);
      return TRUE;
    }
  g_hash_table_add (seen, key);
  item.text = g_strdup (text);
  item.key = key;
  g_array_append_val (self->items, item);
  return TRUE;
}

static gboolean
validate (KadCommandHandler *handler, GError **error)
{
  KadProvideManyCommand *self = KAD_PROVIDE_MANY_COMMAND (handler);
  guint n = self->keys != NULL ? g_strv_length (self->keys) : 0;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_bytes_hash, g_bytes_equal);

  g_clear_pointer (&self->items, g_array_unref);
  if (n == 0 || n > KAD_MAX_KEY_LIST)
    {
      g_set_error (error, KAD_ERROR, n == 0 ? KAD_ERROR_INVALID_ARGUMENT : KAD_ERROR_LIMIT_REACHED,
                   "From 1 to %d keys can be provided at once, not %u", KAD_MAX_KEY_LIST, n);
      return FALSE;
    }
  self->items = g_array_new (FALSE, FALSE, sizeof (Item));
  g_array_set_clear_func (self->items, item_clear);
  for (guint i = 0; i < n; i++)
    if (!read_key (self, seen, i, error))
      return FALSE;
  return TRUE;
}

/* ---- the announcements ---- */

static void
begin (KadProvideManyCommand *self, Slot *slot)
{
  KadCommandHandler *handler = KAD_COMMAND_HANDLER (self);
  gint64 left_us = self->until_us - kad_command_handler_get_now_us (handler);
  KadQuerySpec spec = {
    .kind = KAD_QUERY_PROVIDE,
    .key = g_array_index (self->items, Item, self->n_begun).key,
    .once = self->once,
    .timeout_us = CLAMP (left_us, 1, KAD_COMMAND_LONG_TIMEOUT_MS * KAD_USEC_PER_MSEC),
  };

  slot->item = self->n_begun++;
  slot->query = kad_swarm_start_query (kad_command_handler_get_swarm (handler), &spec);
  kad_command_handler_own_query (handler, slot->query);
}

static void
begin_more (KadProvideManyCommand *self)
{
  for (guint i = 0; i < MAX_RUNNING && self->n_begun < self->items->len; i++)
    if (self->slots[i].query == 0)
      begin (self, &self->slots[i]);
}

static void
finish (KadProvideManyCommand *self)
{
  KadCommandHandler *handler = KAD_COMMAND_HANDLER (self);
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (self->n_published == 0)
    {
      kad_command_handler_fail (handler, g_steal_pointer (&self->error));
      return;
    }
  g_variant_builder_add (&builder, "{sv}", "keys", g_variant_new_uint32 (self->items->len));
  g_variant_builder_add (&builder, "{sv}", "published", g_variant_new_uint32 (self->n_published));
  g_variant_builder_add (&builder, "{sv}", "failed", g_variant_new_uint32 (self->n_failed));
  kad_command_handler_finish (handler, g_variant_builder_end (&builder));
}

static GVariant *
new_result (const Item *item, const KadEvent *event, const GError *error)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "key", g_variant_new_string (item->text));
  g_variant_builder_add (&builder, "{sv}", "stored", g_variant_new_uint32 (event->stored));
  g_variant_builder_add (&builder, "{sv}", "wanted", g_variant_new_uint32 (event->wanted));
  if (error != NULL)
    {
      g_variant_builder_add (&builder, "{sv}", "error",
                             g_variant_new_string (kad_error_get_name (error)));
      g_variant_builder_add (&builder, "{sv}", "message", g_variant_new_string (error->message));
    }
  return g_variant_builder_end (&builder);
}

static void
tell_progress (KadProvideManyCommand *self)
{
  kad_command_handler_set_progress (KAD_COMMAND_HANDLER (self), self->n_published + self->n_failed,
                                    self->items->len);
}

static void
end_key (KadProvideManyCommand *self, Slot *slot, KadEvent *event)
{
  KadCommandHandler *handler = KAD_COMMAND_HANDLER (self);
  const Item *item = &g_array_index (self->items, Item, slot->item);
  g_autoptr (GError) error = kad_query_ends_new_write_error (event, KAD_QUORUM_DEFAULT);

  slot->query = 0;
  self->n_failed += error != NULL;
  self->n_published += error == NULL;
  if (self->error == NULL && error != NULL)
    self->error = g_error_copy (error);
  kad_command_handler_merge_stats (handler, &event->stats);
  tell_progress (self);
  /* The caller may end the run right here. */
  kad_command_handler_report (handler, new_result (item, event, error));
  if (kad_command_handler_is_done (handler))
    return;
  if (self->n_published + self->n_failed < self->items->len)
    begin_more (self);
  else
    finish (self);
}

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadProvideManyCommand *self = KAD_PROVIDE_MANY_COMMAND (handler);
  GError *error = NULL;

  if (self->items == NULL && !validate (handler, &error))
    {
      kad_command_handler_fail (handler, error);
      return;
    }
  self->until_us
      = kad_command_handler_get_now_us (handler) + kad_command_handler_get_timeout_us (handler);
  tell_progress (self);
  begin_more (self);
}

static KadEventFate
on_event (KadCommandHandler *handler, KadEvent *event)
{
  KadProvideManyCommand *self = KAD_PROVIDE_MANY_COMMAND (handler);

  for (guint i = 0; i < MAX_RUNNING; i++)
    {
      Slot *slot = &self->slots[i];

      if (slot->query == 0 || !kad_event_is_query_progress (event, slot->query))
        continue;
      if (kad_event_is_last_step (event))
        end_key (self, slot, event);
      return KAD_EVENT_CONSUME;
    }
  return KAD_EVENT_PASS;
}

/* ---- the object ---- */

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadProvideManyCommand *self = KAD_PROVIDE_MANY_COMMAND (object);

  switch (id)
    {
    case PROP_KEYS:
      self->keys = g_value_dup_boxed (value);
      break;
    case PROP_ONCE:
      self->once = g_value_get_boolean (value);
      break;
    case PROP_RAW_KEY:
      self->is_raw = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
finalize (GObject *object)
{
  KadProvideManyCommand *self = KAD_PROVIDE_MANY_COMMAND (object);

  g_clear_pointer (&self->keys, g_strfreev);
  g_clear_pointer (&self->items, g_array_unref);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (kad_provide_many_command_parent_class)->finalize (object);
}

static void
kad_provide_many_command_class_init (KadProvideManyCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Announce that we provide many keys");
  command_class->key_use = KAD_KEY_USE_PROVIDER;
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->default_timeout_ms = KAD_MAX_COMMAND_TIMEOUT_MS;
  command_class->validate = validate;
  command_class->run = run;
  command_class->on_event = on_event;

  g_object_class_install_property (
      object_class, PROP_KEYS,
      g_param_spec_boxed ("keys", N_ ("Keys"), N_ ("What is provided, 1 to 4,096 keys"),
                          G_TYPE_STRV, KAD_PARAM_ARGUMENT | KAD_PARAM_KEY | KAD_PARAM_REQUIRED));
  g_object_class_install_property (object_class, PROP_ONCE,
                                   g_param_spec_boolean ("once", N_ ("Once"),
                                                         N_ ("Announce once and do not repeat it"),
                                                         FALSE, KAD_PARAM_ARGUMENT));
  g_object_class_install_property (
      object_class, PROP_RAW_KEY,
      g_param_spec_boolean (
          "raw-key", N_ ("Raw key"),
          N_ ("Take the bytes of a text: key as they are instead of hashing them"), FALSE,
          KAD_PARAM_ARGUMENT));
}

static void
kad_provide_many_command_init (KadProvideManyCommand *self)
{
}
