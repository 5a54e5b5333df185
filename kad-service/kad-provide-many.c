/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-provide-many.h"

#include <string.h>

#include "kad-error.h"
#include "kad-escape.h"
#include "kad-key-text.h"
#include "kad-query-request.h"

/*
 * Each key has two steps: it becomes a claim, from when on it is published and has a path, and it
 * is announced. Who cancels does not wait for announcements; what is a claim stays one, and its
 * row says so.
 */

#define MAX_SHOWN_KEY 64

typedef struct _ProvideMany ProvideMany;

typedef struct
{
  char *text;
  GBytes *key;
} Item;

/* A key that is under way. */
typedef struct
{
  ProvideMany *many;
  const Item *item;          /* (nullable): none is */
  char *path;                /* (nullable): of the claim */
  GCancellable *cancellable; /* (nullable) of the waiting */
} Slot;

struct _ProvideMany
{
  KadClaims *claims;  /* not owned: nothing is begun after the node has been stopped */
  KadCaller *caller;  /* (owned) */
  KadClaimSpec spec;  /* without key; its app_id is owned */
  GArray *items;      /* (element-type Item) without doubles */
  KadCommandRun *run; /* (nullable) not owned: while it is under way */
  Slot slots[KAD_PROVIDE_MANY_AT_ONCE];
  guint n_begun;
  guint n_published;
  guint n_failed;
  guint n_stored; /* in all */
  guint n_wanted; /* likewise */
  gint64 started_us;
  gboolean is_cancelled;
  GError *first; /* (nullable): of the first key that failed */
  GError *fatal; /* (nullable): no other key would get any farther */
};

/* ---- the keys ---- */

static void
item_clear (gpointer data)
{
  Item *item = data;

  g_free (item->text);
  g_bytes_unref (item->key);
}

static gboolean
read_key (ProvideMany *self, GHashTable *seen, const char *text, guint number, gboolean is_raw,
          GError **error)
{
  GBytes *key = kad_key_text_parse (text, KAD_KEY_USE_PROVIDER, is_raw, error);
  g_autofree char *shown = NULL;
  Item item = { 0 };

  if (key == NULL)
    {
      shown = kad_escape_peer_text (text, -1, MAX_SHOWN_KEY);
      g_prefix_error (error, "Key %u, “%s”: ", number, shown);
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
read_keys (ProvideMany *self, const char *const *keys, gboolean is_raw, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_bytes_hash, g_bytes_equal);
  guint n = g_strv_length ((GStrv) keys);
  gsize n_bytes = 0;

  if (n == 0 || n > KAD_MAX_KEY_LIST)
    {
      g_set_error (error, KAD_ERROR, n == 0 ? KAD_ERROR_INVALID_ARGUMENT : KAD_ERROR_LIMIT_REACHED,
                   "From 1 to %d keys can be provided at once, not %u", KAD_MAX_KEY_LIST, n);
      return FALSE;
    }
  for (guint i = 0; i < n; i++)
    n_bytes += strlen (keys[i]);
  if (n_bytes > KAD_MAX_CALL_OPTIONS_BYTES)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "The keys of one call have at most %d bytes together, not %" G_GSIZE_FORMAT,
                   KAD_MAX_CALL_OPTIONS_BYTES, n_bytes);
      return FALSE;
    }
  for (guint i = 0; i < n; i++)
    if (!read_key (self, seen, keys[i], i + 1, is_raw, error))
      return FALSE;
  return TRUE;
}

gpointer
kad_provide_many_new (KadClaims *claims, KadCaller *caller, const KadClaimSpec *spec,
                      const char *const *keys, gboolean is_raw, GError **error)
{
  ProvideMany *self = g_new0 (ProvideMany, 1);

  self->claims = claims;
  self->caller = kad_caller_ref (caller);
  self->spec = *spec;
  self->spec.app_id = g_strdup (spec->app_id);
  self->items = g_array_new (FALSE, FALSE, sizeof (Item));
  g_array_set_clear_func (self->items, item_clear);
  for (guint i = 0; i < G_N_ELEMENTS (self->slots); i++)
    self->slots[i].many = self;
  if (read_keys (self, keys, is_raw, error))
    return self;
  kad_provide_many_free (self);
  return NULL;
}

void
kad_provide_many_free (gpointer data)
{
  ProvideMany *self = data;

  kad_caller_unref (self->caller);
  g_free ((char *) self->spec.app_id);
  g_array_unref (self->items);
  g_clear_error (&self->first);
  g_clear_error (&self->fatal);
  g_free (self);
}

/* ---- the end ---- */

static void
add (GVariantBuilder *builder, const char *name, GVariant *value)
{
  g_variant_builder_add (builder, "{sv}", name, value);
}

static GVariant *
new_summary (ProvideMany *self)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  guint n_stored = MIN (self->n_stored, self->n_wanted);

  add (&builder, "outcome", g_variant_new_string ("completed"));
  add (&builder, "requests", g_variant_new_uint32 (self->n_wanted));
  add (&builder, "successes", g_variant_new_uint32 (n_stored));
  add (&builder, "failures", g_variant_new_uint32 (self->n_wanted - n_stored));
  add (&builder, "duration_us", g_variant_new_int64 (g_get_monotonic_time () - self->started_us));
  add (&builder, "keys", g_variant_new_uint32 (self->items->len));
  add (&builder, "published", g_variant_new_uint32 (self->n_published));
  add (&builder, "failed", g_variant_new_uint32 (self->n_failed));
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/* It may free us. */
static void
finish (ProvideMany *self)
{
  KadCommandRun *run = g_steal_pointer (&self->run);
  g_autoptr (GVariant) summary = NULL;
  GError *error = NULL;

  if (self->is_cancelled)
    error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled");
  else if (self->fatal != NULL)
    error = g_error_copy (self->fatal);
  else if (self->n_published == 0)
    error = g_error_copy (self->first);
  else
    summary = new_summary (self);
  /* The query may stay for a while; nobody asks for the keys any more. */
  g_array_set_size (self->items, 0);
  kad_command_run_end (run, summary, error);
}

static void begin_more (ProvideMany *self);

/* ---- a key ---- */

static void
note_failure (ProvideMany *self, GVariantBuilder *row, const GError *error)
{
  add (row, "error", g_variant_new_string (kad_error_get_name (error)));
  add (row, "message", g_variant_new_string (error->message));
  self->n_failed++;
  if (self->first == NULL)
    self->first = g_error_copy (error);
  if (self->fatal == NULL
      && (g_error_matches (error, KAD_ERROR, KAD_ERROR_NOT_RUNNING)
          || g_error_matches (error, KAD_ERROR, KAD_ERROR_PAUSED)))
    self->fatal = g_error_copy (error);
}

/* What became of the announcement. (nullable) (transfer full): why nobody took it */
static GError *
read_announcement (GVariant *details, guint *holders, guint *wanted)
{
  g_autoptr (GVariant) error = NULL;
  const char *message = "there was nobody to ask";
  const char *name = "";
  KadError code = KAD_ERROR_QUORUM_FAILED;

  g_variant_lookup (details, "stored", "u", holders);
  g_variant_lookup (details, "wanted", "u", wanted);
  if (*holders > 0)
    return NULL;
  error = g_variant_lookup_value (details, "error", G_VARIANT_TYPE_VARDICT);
  if (error != NULL)
    {
      g_variant_lookup (error, "message", "&s", &message);
      g_variant_lookup (error, "code", "&s", &name);
    }
  for (int i = KAD_ERROR_FAILED; i <= KAD_ERROR_QUORUM_FAILED; i++)
    if (g_str_equal (name, kad_error_code_get_name ((KadError) i)))
      code = (KadError) i;
  return g_error_new (KAD_ERROR, code,
                      "It is published, but nobody took it yet; it will be tried again: %s",
                      message);
}

/* @claim: (nullable), or @error, which is taken, says why it was not announced. */
static void
end_key (Slot *slot, KadClaim *claim, GError *error)
{
  ProvideMany *self = slot->many;
  g_auto (GVariantBuilder) row = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) details = NULL;
  g_autoptr (GError) reason = error;
  guint holders = 0;
  guint wanted = 0;

  add (&row, "key", g_variant_new_string (slot->item->text));
  if (slot->path != NULL)
    add (&row, "publication", g_variant_new_object_path (slot->path));
  if (claim != NULL)
    {
      details = g_variant_ref_sink (kad_claim_describe (claim));
      reason = read_announcement (details, &holders, &wanted);
      add (&row, "holders", g_variant_new_uint32 (holders));
      add (&row, "wanted", g_variant_new_uint32 (wanted));
    }
  if (reason != NULL)
    note_failure (self, &row, reason);
  else
    self->n_published++;
  self->n_stored += holders;
  self->n_wanted += wanted;
  slot->item = NULL;
  g_clear_pointer (&slot->path, g_free);
  g_clear_object (&slot->cancellable);
  kad_command_run_set_progress (self->run, self->n_published + self->n_failed, self->items->len);
  kad_command_run_take_result (self->run, g_variant_builder_end (&row));
  begin_more (self);
}

static GError *
new_not_waited (void)
{
  return g_error_new_literal (KAD_ERROR, KAD_ERROR_CANCELLED,
                              "It is published, and its announcement was not waited for");
}

static void
on_announced (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Slot *slot = user_data;
  GError *error = NULL;
  KadClaim *claim = kad_claims_wait_finish (slot->many->claims, result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_clear_error (&error);
      error = new_not_waited ();
    }
  end_key (slot, claim, error);
}

static void
on_added (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Slot *slot = user_data;
  ProvideMany *self = slot->many;
  GError *error = NULL;
  KadClaim *claim = kad_claims_add_finish (self->claims, result, &error);

  if (claim == NULL)
    {
      end_key (slot, NULL, error);
      return;
    }
  slot->path = g_strdup (kad_claim_get_path (claim));
  if (self->is_cancelled)
    {
      end_key (slot, NULL, new_not_waited ());
      return;
    }
  slot->cancellable = g_cancellable_new ();
  kad_claims_wait_async (self->claims, claim, slot->cancellable, on_announced, slot);
}

static void
begin_key (ProvideMany *self, Slot *slot)
{
  KadClaimSpec spec = self->spec;

  slot->item = &g_array_index (self->items, Item, self->n_begun++);
  spec.kind = KAD_PUBLICATION_PROVIDER;
  spec.key = slot->item->key;
  spec.value = NULL;
  spec.wait = FALSE;
  kad_claims_add_async (self->claims, self->caller, &spec, NULL, on_added, slot);
}

/* It may free us. */
static void
begin_more (ProvideMany *self)
{
  guint n_running = 0;

  for (guint i = 0; i < G_N_ELEMENTS (self->slots); i++)
    {
      Slot *slot = &self->slots[i];

      if (slot->item == NULL && !self->is_cancelled && self->fatal == NULL
          && self->n_begun < self->items->len)
        begin_key (self, slot);
      n_running += slot->item != NULL;
    }
  if (n_running == 0 && self->run != NULL)
    finish (self);
}

/* ---- what the run calls ---- */

static void
begin (KadCommandRun *run, KadNode *node, gpointer user_data)
{
  ProvideMany *self = user_data;

  self->run = run;
  self->started_us = g_get_monotonic_time ();
  kad_command_run_set_progress (run, 0, self->items->len);
  begin_more (self);
}

static void
cancel (KadCommandRun *run, gpointer user_data)
{
  ProvideMany *self = user_data;
  g_autoptr (GPtrArray) cancellables = g_ptr_array_new_with_free_func (g_object_unref);

  self->is_cancelled = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (self->slots); i++)
    if (self->slots[i].cancellable != NULL)
      g_ptr_array_add (cancellables, g_object_ref (self->slots[i].cancellable));
  /* With the last one we may end. */
  for (guint i = 0; i < cancellables->len; i++)
    g_cancellable_cancel (cancellables->pdata[i]);
}

const KadCommandRunSource kad_provide_many_source = { begin, cancel, kad_provide_many_free };
