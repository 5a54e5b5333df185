/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-dual-merge.h"

#include <string.h>

#include "kad-call-options.h"
#include "kad-dual-keys.h"
#include "kad-key-text.h"
#include "kad-key.h"
#include "kad-peer-id.h"

typedef enum
{
  MEANS_ROWS,    /* told as they come */
  MEANS_PEERS,   /* each peer once */
  MEANS_PEER,    /* one peer, and that is all */
  MEANS_NEAREST, /* in order, at the end */
  MEANS_RECORD,  /* each better than the one before */
  MEANS_WRITE,   /* no results */
  MEANS_KEYS,    /* each key once */
} Meaning;

static const struct
{
  const char *command;
  Meaning meaning;
} meanings[] = {
  { "get-providers", MEANS_PEERS },   { "find-peer", MEANS_PEER },
  { "closest-peers", MEANS_NEAREST }, { "get-record", MEANS_RECORD },
  { "start-provide", MEANS_WRITE },   { "put-record", MEANS_WRITE },
  { "provide-many", MEANS_KEYS },
};

struct _KadDualMerge
{
  Meaning meaning;
  guint limit; /* 0: none */
  guint n_told;
  KadDualMergeFunc func;
  gpointer user_data;
  GHashTable *peers; /* peer -> row as it was told last (owned) */
  GVariant *best;    /* (nullable): the record that was told last */
  gboolean is_best_lan;
  KadKey target;
  gboolean has_target;
  guint n_of_one[2]; /* the nearest that each network gave */
  KadDualKeys *keys; /* (nullable) */
};

/* ---- rows ---- */

static GVariant *
dup_with (GVariant *row, const char *name, GVariant *value)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (row);

  g_variant_dict_insert_value (&dict, name, value);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static const char *
get_peer (GVariant *row)
{
  const char *peer = "";

  g_variant_lookup (row, "peer", "&s", &peer);
  return peer;
}

/* @row with all addresses of both; NULL if it has none that @known lacks. */
static GVariant *
merge_addresses (GVariant *known, GVariant *row)
{
  g_autofree const char **old = NULL;
  g_autofree const char **more = NULL;
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  gboolean has_more = FALSE;

  if (!g_variant_lookup (row, "addresses", "^a&s", &more))
    return NULL;
  if (!g_variant_lookup (known, "addresses", "^a&s", &old))
    return g_variant_ref (row);
  for (guint i = 0; old[i] != NULL; i++)
    g_ptr_array_add (all, (gpointer) old[i]);
  for (guint i = 0; more[i] != NULL; i++)
    if (!g_strv_contains (old, more[i]))
      {
        g_ptr_array_add (all, (gpointer) more[i]);
        has_more = TRUE;
      }
  if (!has_more)
    return NULL;
  return dup_with (row, "addresses",
                   g_variant_new_strv ((const char *const *) all->pdata, (gssize) all->len));
}

/* ---- what is new ---- */

static void
tell (KadDualMerge *self, GVariant *row)
{
  self->n_told++;
  self->func (row, self->user_data);
}

/* Keeps the row, and gives what there is to be told of it. */
static GVariant *
note_peer (KadDualMerge *self, GVariant *row)
{
  GVariant *known = g_hash_table_lookup (self->peers, get_peer (row));
  g_autoptr (GVariant) news = known != NULL ? merge_addresses (known, row) : g_variant_ref (row);

  if (news == NULL)
    return NULL;
  g_hash_table_replace (self->peers, g_strdup (get_peer (news)), g_variant_ref (news));
  return g_steal_pointer (&news);
}

static void
add_peer (KadDualMerge *self, GVariant *row)
{
  g_autoptr (GVariant) news = note_peer (self, row);

  if (news != NULL)
    tell (self, news);
}

/* Whether two rows are the same record. */
static gboolean
is_same_record (GVariant *a, GVariant *b)
{
  g_autoptr (GVariant) value_a = g_variant_lookup_value (a, "value", NULL);
  g_autoptr (GVariant) value_b = g_variant_lookup_value (b, "value", NULL);

  return value_a != NULL && value_b != NULL && g_variant_equal (value_a, value_b);
}

/* Each node has judged what it gives: it is valid, and better than what it gave before. Between two
 * networks nobody can say which of two valid ones is newer, so that of the service's own counts. */
static void
add_record (KadDualMerge *self, gboolean is_lan, GVariant *row)
{
  if (self->best != NULL && (is_same_record (self->best, row) || (is_lan && !self->is_best_lan)))
    return;
  g_clear_pointer (&self->best, g_variant_unref);
  self->best = g_variant_ref (row);
  self->is_best_lan = is_lan;
  tell (self, row);
}

void
kad_dual_merge_add (KadDualMerge *self, gboolean is_lan, GVariant *result)
{
  g_autoptr (GVariant) plain = kad_call_result (result);
  g_autoptr (GVariant) row
      = dup_with (plain, "network", g_variant_new_string (is_lan ? "lan" : "wan"));
  g_autoptr (GVariant) news = NULL;

  switch (self->meaning)
    {
    case MEANS_PEERS:
    case MEANS_PEER:
      add_peer (self, row);
      break;
    case MEANS_NEAREST:
      self->n_of_one[is_lan]++;
      news = note_peer (self, row);
      break;
    case MEANS_RECORD:
      add_record (self, is_lan, row);
      break;
    case MEANS_KEYS:
      kad_dual_keys_add (self->keys, is_lan, row);
      break;
    case MEANS_ROWS:
    case MEANS_WRITE:
    default:
      tell (self, row);
    }
}

gboolean
kad_dual_merge_has_enough (KadDualMerge *self)
{
  if (self->limit == 0)
    return FALSE;
  if (self->meaning == MEANS_PEERS)
    return g_hash_table_size (self->peers) >= self->limit;
  return self->meaning == MEANS_RECORD && self->n_told >= self->limit;
}

gboolean
kad_dual_merge_is_found (KadDualMerge *self)
{
  return self->meaning == MEANS_PEER && self->n_told > 0;
}

gboolean
kad_dual_merge_has_some (KadDualMerge *self)
{
  switch (self->meaning)
    {
    case MEANS_PEERS:
    case MEANS_PEER:
    case MEANS_RECORD:
      return self->n_told > 0;
    case MEANS_ROWS:
    case MEANS_NEAREST:
    case MEANS_WRITE:
    case MEANS_KEYS:
    default:
      return FALSE;
    }
}

/* ---- the nearest ---- */

typedef struct
{
  KadKey key;
  GVariant *row; /* not owned */
} Near;

static int
compare_near (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Near *near_a = a;
  const Near *near_b = b;

  return kad_key_compare_distance (user_data, &near_a->key, &near_b->key);
}

/* Without a target that can be read there is no order; the command would have refused it. */
void
kad_dual_merge_flush (KadDualMerge *self)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (Near));
  guint max = MAX (self->n_of_one[0], self->n_of_one[1]);
  GHashTableIter iter;
  gpointer row;

  if (self->meaning != MEANS_NEAREST || !self->has_target)
    return;
  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    {
      Near near = { .row = row };
      KadPeerId peer;

      if (!kad_peer_id_parse (&peer, get_peer (row), NULL))
        continue;
      kad_key_init_from_peer (&near.key, &peer);
      g_array_append_val (all, near);
    }
  g_array_sort_with_data (all, compare_near, &self->target);
  for (guint i = 0; i < MIN (all->len, max); i++)
    tell (self, g_array_index (all, Near, i).row);
}

/* ---- the last line ---- */

static void
add_numbers (GVariantDict *sum, GVariant *summary)
{
  static const char *const names[]
      = { "requests", "successes", "failures", "stored", "wanted", NULL };

  for (guint i = 0; names[i] != NULL; i++)
    {
      guint32 number = 0, before = 0;

      if (!g_variant_lookup (summary, names[i], "u", &number))
        continue;
      g_variant_dict_lookup (sum, names[i], "u", &before);
      g_variant_dict_insert (sum, names[i], "u", before + MIN (number, G_MAXUINT32 - before));
    }
}

/* Lists, like those who did not store, are of both. */
static void
add_list (GVariantDict *sum, const char *name, GVariant *list)
{
  g_autoptr (GVariant) before = g_variant_dict_lookup_value (sum, name, NULL);
  GVariantBuilder both;

  if (before == NULL
      || !g_variant_type_equal (g_variant_get_type (before), g_variant_get_type (list)))
    {
      if (before == NULL)
        g_variant_dict_insert_value (sum, name, list);
      return;
    }
  g_variant_builder_init (&both, g_variant_get_type (list));
  for (guint i = 0; i < 2; i++)
    {
      GVariant *one = i == 0 ? before : list;

      for (gsize j = 0; j < g_variant_n_children (one); j++)
        {
          g_autoptr (GVariant) child = g_variant_get_child_value (one, j);

          g_variant_builder_add_value (&both, child);
        }
    }
  g_variant_dict_insert_value (sum, name, g_variant_builder_end (&both));
}

/* Sums are of both; of what is no number and no list, the first says what it is. */
void
kad_dual_merge_add_summary (GVariantDict *sum, GVariant *summary)
{
  g_autoptr (GVariant) plain = kad_call_result (summary);
  GVariantIter iter;
  const char *name;
  GVariant *boxed;

  add_numbers (sum, plain);
  g_variant_iter_init (&iter, plain);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &boxed))
    {
      g_autoptr (GVariant) value = boxed;

      if (g_variant_is_of_type (value, G_VARIANT_TYPE_ARRAY)
          && !g_variant_is_of_type (value, G_VARIANT_TYPE_BYTESTRING)
          && !g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
        add_list (sum, name, value);
      else if (!g_variant_dict_contains (sum, name))
        g_variant_dict_insert_value (sum, name, value);
    }
}

void
kad_dual_merge_end_network (KadDualMerge *self, gboolean is_lan)
{
  if (self->keys != NULL)
    kad_dual_keys_end_network (self->keys, is_lan);
}

void
kad_dual_merge_end_summary (KadDualMerge *self, GVariantDict *sum)
{
  if (self->keys != NULL)
    kad_dual_keys_add_summary (self->keys, sum);
}

/* ---- life ---- */

gboolean
kad_dual_merge_knows (const char *command)
{
  for (guint i = 0; i < G_N_ELEMENTS (meanings); i++)
    if (g_str_equal (meanings[i].command, command))
      return TRUE;
  return FALSE;
}

/* An option may be of its type, or text. */
static guint
read_limit (GVariant *options)
{
  guint32 number = 0;
  guint64 parsed = 0;
  const char *text;

  if (!g_variant_lookup (options, "limit", "u", &number)
      && g_variant_lookup (options, "limit", "&s", &text)
      && g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &parsed, NULL))
    number = (guint32) parsed;
  return number;
}

static void
read_target (KadDualMerge *self, GVariant *options)
{
  g_autoptr (GVariant) given = g_variant_lookup_value (options, "key", NULL);
  g_autoptr (GBytes) key = NULL;
  gconstpointer data;
  gsize len;

  if (given != NULL && g_variant_is_of_type (given, G_VARIANT_TYPE_BYTESTRING))
    key = g_variant_get_data_as_bytes (given);
  else if (given != NULL && g_variant_is_of_type (given, G_VARIANT_TYPE_STRING))
    key = kad_key_text_parse (g_variant_get_string (given, NULL), KAD_KEY_USE_TARGET, FALSE, NULL);
  if (key == NULL)
    return;
  data = g_bytes_get_data (key, &len);
  kad_key_init (&self->target, data, len);
  self->has_target = TRUE;
}

KadDualMerge *
kad_dual_merge_new (const char *command, GVariant *options, KadDualMergeFunc func,
                    gpointer user_data)
{
  KadDualMerge *self = g_new0 (KadDualMerge, 1);

  for (guint i = 0; i < G_N_ELEMENTS (meanings); i++)
    if (g_str_equal (meanings[i].command, command))
      self->meaning = meanings[i].meaning;
  self->limit = read_limit (options);
  self->func = func;
  self->user_data = user_data;
  self->peers
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_variant_unref);
  if (self->meaning == MEANS_KEYS)
    self->keys = kad_dual_keys_new (func, user_data);
  if (self->meaning == MEANS_NEAREST)
    read_target (self, options);
  if (self->meaning == MEANS_NEAREST && !self->has_target)
    self->meaning = MEANS_PEERS;
  return self;
}

void
kad_dual_merge_free (KadDualMerge *self)
{
  g_hash_table_unref (self->peers);
  g_clear_pointer (&self->best, g_variant_unref);
  g_clear_pointer (&self->keys, kad_dual_keys_free);
  g_free (self);
}
