/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-demo-traffic.h"

#include "kad-demo-cast.h"
#include "kad-key-text.h"

#define MAX_UNDER_WAY 4
#define SOON_MS 60
#define EVERY_MS 6000

typedef enum
{
  PUT,
  PROVIDE,
  GET,
} Deed;

typedef struct
{
  Deed deed;
  guint which; /* record, or content */
} Act;

struct _KadDemoTraffic
{
  grefcount refs; /* one of who made it, and one for each that is under way */
  KadDemo *demo;  /* (nullable) NULL: it was stopped */
  GQueue planned; /* (element-type Act) owned */
  guint n_under_way;
  guint timer;
};

static void plan_next (KadDemoTraffic *self);

static void
traffic_unref (KadDemoTraffic *self)
{
  if (!g_ref_count_dec (&self->refs))
    return;
  g_queue_clear_full (&self->planned, g_free);
  g_free (self);
}

/* ---- one act ---- */

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KadDemoTraffic *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) summary = kad_node_run_finish (KAD_NODE (source), result, &error);

  if (summary == NULL)
    g_debug ("A node of the demonstration: %s", error->message);
  self->n_under_way--;
  traffic_unref (self);
}

static void
run (KadDemoTraffic *self, KadNode *node, const char *command, GVariant *options)
{
  g_ref_count_inc (&self->refs);
  self->n_under_way++;
  kad_node_run_async (node, command, options, NULL, NULL, NULL, NULL, on_done, self);
}

static void
put_record (KadDemoTraffic *self, KadNode *node, const KadDemoRecord *record)
{
  g_autoptr (GBytes) key = kad_key_text_parse (record->key, KAD_KEY_USE_RECORD, FALSE, NULL);
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert_value (&options, "key",
                               g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, key, TRUE));
  g_variant_dict_insert_value (
      &options, "value",
      g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, record->value, strlen (record->value), 1));
  run (self, node, "put-record", g_variant_dict_end (&options));
}

static void
run_with_key (KadDemoTraffic *self, KadNode *node, const char *command, GBytes *key, gboolean once)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert_value (&options, "key",
                               g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, key, TRUE));
  if (once)
    g_variant_dict_insert (&options, "once", "b", TRUE);
  run (self, node, command, g_variant_dict_end (&options));
}

static void
perform (KadDemoTraffic *self, KadNode *node, const Act *act)
{
  guint n_records;
  guint n_contents;
  const KadDemoRecord *record = &kad_demo_cast_get_records (&n_records)[act->which];
  const KadDemoContent *contents = kad_demo_cast_get_contents (&n_contents);
  g_autoptr (GBytes) key = NULL;

  switch (act->deed)
    {
    case PUT:
      put_record (self, node, record);
      break;
    case PROVIDE:
      key = kad_key_text_parse (contents[act->which].key, KAD_KEY_USE_PROVIDER, FALSE, NULL);
      run_with_key (self, node, "start-provide", key, TRUE);
      break;
    case GET:
    default:
      key = kad_key_text_parse (record->key, KAD_KEY_USE_RECORD, FALSE, NULL);
      run_with_key (self, node, "get-record", key, FALSE);
      break;
    }
}

/* ---- what is next ---- */

static Act *
act_new (Deed deed, guint which)
{
  Act *act = g_new0 (Act, 1);

  act->deed = deed;
  act->which = which;
  return act;
}

static void
plan_all (KadDemoTraffic *self)
{
  guint n_nodes = kad_demo_get_n_nodes (self->demo);
  guint n_records;
  guint n_contents;
  const KadDemoContent *contents = kad_demo_cast_get_contents (&n_contents);

  kad_demo_cast_get_records (&n_records);
  for (guint i = 0; i < n_records; i++)
    g_queue_push_tail (&self->planned, act_new (PUT, i));
  for (guint i = 0; i < n_contents; i++)
    for (guint k = 0; k < MAX (1, MIN (contents[i].percentage, 100) * MIN (n_nodes, 100) / 100);
         k++)
      g_queue_push_tail (&self->planned, act_new (PROVIDE, i));
}

static Act *
take_any (KadDemoTraffic *self)
{
  GRand *rand = kad_demo_get_rand (self->demo);
  gint32 drawn = g_rand_int_range (rand, 0, 10);
  guint n;

  if (drawn == 0)
    {
      kad_demo_cast_get_contents (&n);
      return act_new (PROVIDE, (guint) g_rand_int_range (rand, 0, (gint32) n));
    }
  kad_demo_cast_get_records (&n);
  return act_new (drawn < 3 ? PUT : GET, (guint) g_rand_int_range (rand, 0, (gint32) n));
}

static gboolean
on_next (gpointer user_data)
{
  KadDemoTraffic *self = user_data;
  KadNode *node;
  Act *act;

  self->timer = 0;
  node = self->n_under_way < MAX_UNDER_WAY ? kad_demo_pick_node (self->demo) : NULL;
  if (node != NULL)
    {
      act = g_queue_pop_head (&self->planned);
      if (act == NULL)
        act = take_any (self);
      perform (self, node, act);
      g_free (act);
    }
  plan_next (self);
  return G_SOURCE_REMOVE;
}

static void
plan_next (KadDemoTraffic *self)
{
  GRand *rand = kad_demo_get_rand (self->demo);
  gint32 wait_ms = SOON_MS;

  if (g_queue_is_empty (&self->planned))
    wait_ms = g_rand_int_range (rand, EVERY_MS / 2, EVERY_MS * 3 / 2);
  self->timer = g_timeout_add ((guint) wait_ms, on_next, self);
}

/* ---- life ---- */

KadDemoTraffic *
kad_demo_traffic_new (KadDemo *demo)
{
  KadDemoTraffic *self = g_new0 (KadDemoTraffic, 1);

  g_ref_count_init (&self->refs);
  self->demo = demo;
  g_queue_init (&self->planned);
  plan_all (self);
  plan_next (self);
  return self;
}

void
kad_demo_traffic_stop (KadDemoTraffic *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->demo = NULL;
  traffic_unref (self);
}
