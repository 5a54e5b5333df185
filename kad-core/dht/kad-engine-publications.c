/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "kad-engine-private.h"

/* What may be asked of what is kept alive. */

/* ---- what is good ---- */

static gboolean
check_tag (const char *tag, GError **error)
{
  if (strlen (tag) <= KAD_MAX_PUBLICATION_TAG_BYTES && g_utf8_validate (tag, -1, NULL))
    return TRUE;
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
               "The tag of a publication is UTF-8 of at most %d bytes",
               KAD_MAX_PUBLICATION_TAG_BYTES);
  return FALSE;
}

static gboolean
check_key (KadPublicationKind kind, GBytes *key, GError **error)
{
  gsize len = key != NULL ? g_bytes_get_size (key) : 0;
  gsize max
      = kind == KAD_PUBLICATION_PROVIDER ? KAD_MAX_PROVIDER_KEY_BYTES : KAD_MAX_KEY_PREIMAGE_BYTES;

  if ((guint) kind > KAD_PUBLICATION_RECORD)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                           "There is no such kind of publication");
      return FALSE;
    }
  if (len > 0 && len <= max)
    return TRUE;
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
               "The key has %" G_GSIZE_FORMAT " bytes; 1 to %" G_GSIZE_FORMAT " are possible", len,
               max);
  return FALSE;
}

static const char *
get_tag (const KadPublicationSpec *spec)
{
  return spec->tag != NULL ? spec->tag : "";
}

static gboolean
check_spec (KadEngine *self, const KadPublicationSpec *spec, GError **error)
{
  if (!check_key (spec->kind, spec->key, error) || !check_tag (get_tag (spec), error))
    return FALSE;
  if (spec->kind == KAD_PUBLICATION_RECORD)
    return kad_engine_check_own_value (self, spec->key, spec->value, error);
  if (spec->value == NULL)
    return TRUE;
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                       "A key that is provided has no value");
  return FALSE;
}

static gboolean
fail_not_found (GError **error)
{
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_NOT_FOUND,
                       "This node does not publish the key, or not for the tag");
  return FALSE;
}

/* ---- publishing ---- */

static gboolean
has_value (const KadPublication *publication, GBytes *value)
{
  return value == NULL
         || (publication->record != NULL
             && g_bytes_equal (kad_record_get_value (publication->record), value));
}

static void
set_value (KadPublication *publication, GBytes *value)
{
  g_autofree char *time = kad_engine_dup_record_time (publication->engine);
  g_autoptr (KadRecord) record = kad_record_new (publication->key, value, time);

  kad_publications_set_record (publication, record);
}

static gboolean
publish (KadEngine *self, const KadPublicationSpec *spec, GError **error)
{
  KadPublication *publication;
  gboolean starts;

  if (!check_spec (self, spec, error))
    return FALSE;
  publication = kad_publications_find (self, spec->kind, spec->key);
  starts = publication == NULL || spec->refresh;
  if (publication == NULL)
    publication = kad_publications_add (self, spec->kind, spec->key, error);
  if (publication == NULL
      || !kad_publication_set_tag (publication, get_tag (spec), spec->persistent, self->now_us,
                                   error))
    return FALSE;

  if (!has_value (publication, spec->value))
    {
      set_value (publication, spec->value);
      starts = TRUE;
    }
  kad_publication_tell (publication, NULL, KAD_OUTCOME_RUNNING);
  if (starts)
    kad_publications_start (publication);
  return TRUE;
}

gboolean
kad_engine_publish (KadEngine *self, const KadPublicationSpec *spec, gint64 now_us, GError **error)
{
  gboolean published;

  kad_engine_enter (self, now_us);
  published = publish (self, spec, error);
  kad_engine_leave (self);
  return published;
}

static gboolean
unpublish (KadEngine *self, KadPublicationKind kind, GBytes *key, const char *tag)
{
  gboolean removed;

  kad_engine_enter (self, self->now_us);
  removed = kad_publications_remove (self, kind, key, tag);
  kad_engine_leave (self);
  return removed;
}

gboolean
kad_engine_unpublish (KadEngine *self, KadPublicationKind kind, GBytes *key, const char *tag,
                      gint64 now_us, GError **error)
{
  gboolean removed;

  if (!check_key (kind, key, error))
    return FALSE;
  kad_engine_enter (self, now_us);
  removed = unpublish (self, kind, key, tag);
  kad_engine_leave (self);
  return removed || fail_not_found (error);
}

gboolean
kad_engine_stop_provide (KadEngine *self, GBytes *key, GError **error)
{
  if (unpublish (self, KAD_PUBLICATION_PROVIDER, key, ""))
    return TRUE;
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_NOT_FOUND, "This node does not provide the key");
  return FALSE;
}

gboolean
kad_engine_remove_record (KadEngine *self, GBytes *key, GError **error)
{
  gboolean was_own = unpublish (self, KAD_PUBLICATION_RECORD, key, "");
  gboolean was_held = self->config.records->klass->remove (self->config.records, key);

  if (was_own || was_held)
    return TRUE;
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_NOT_FOUND,
                       "This node has put no record of the key, and holds none");
  return FALSE;
}

gboolean
kad_engine_refresh_publication (KadEngine *self, KadPublicationKind kind, GBytes *key,
                                gint64 now_us, GError **error)
{
  KadPublication *publication;

  if (!check_key (kind, key, error))
    return FALSE;
  publication = kad_publications_find (self, kind, key);
  if (publication == NULL)
    return fail_not_found (error);
  kad_engine_enter (self, now_us);
  kad_publications_start (publication);
  kad_engine_leave (self);
  return TRUE;
}

/* ---- from a database ---- */

/* By the monotonic clock. */
static gint64
read_time (KadEngine *self, gint64 unix_us)
{
  gint64 time_us;

  if (__builtin_sub_overflow (unix_us, self->wall_offset_us, &time_us))
    return unix_us < 0 ? G_MININT64 : KAD_TIME_NEVER;
  return time_us;
}

static gboolean
is_row_good (KadEngine *self, const KadPublicationRow *row)
{
  gboolean has_value = row->value != NULL;

  return check_key (row->kind, row->key, NULL) && check_tag (row->tag, NULL)
         && has_value == (row->kind == KAD_PUBLICATION_RECORD)
         && (!has_value || g_bytes_get_size (row->value) <= self->config.max_record_bytes);
}

static void
restore_state (KadPublication *publication, const KadPublicationRow *row)
{
  KadEngine *self = publication->engine;
  gint64 latest_us = kad_time_add (self->now_us, kad_publications_get_interval (self, row->kind));
  gint64 due_us = row->next_run_us > 0 ? read_time (self, row->next_run_us) : G_MININT64;

  publication->has_run = row->last_run_us > 0;
  publication->last_run_us = publication->has_run ? read_time (self, row->last_run_us) : 0;
  publication->stored = row->stored;
  publication->wanted = row->wanted;
  publication->n_failures = row->n_failures;
  publication->error = row->error != NULL ? g_error_copy (row->error) : NULL;
  if (row->value != NULL)
    set_value (publication, row->value);
  kad_publications_schedule_at (publication, MIN (due_us, latest_us));
}

gboolean
kad_engine_restore_publication (KadEngine *self, const KadPublicationRow *row, gint64 now_us)
{
  KadPublication *publication;
  gint64 created_us;
  gboolean is_new;
  gboolean restored;

  if (!is_row_good (self, row))
    return FALSE;
  kad_engine_enter (self, now_us);
  created_us = read_time (self, row->created_us);
  publication = kad_publications_find (self, row->kind, row->key);
  is_new = publication == NULL;
  if (is_new)
    publication = kad_publications_add (self, row->kind, row->key, NULL);
  restored
      = publication != NULL
        && (kad_publication_find_tag (publication, row->tag) != NULL
            || kad_publication_set_tag (publication, row->tag, row->persistent, created_us, NULL));
  if (restored && is_new)
    restore_state (publication, row);
  kad_engine_leave (self);
  return restored;
}

/* ---- looking at it ---- */

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const KadPublicationRow *left = *(const KadPublicationRow *const *) a;
  const KadPublicationRow *right = *(const KadPublicationRow *const *) b;
  int order;

  if (left->kind != right->kind)
    return left->kind < right->kind ? -1 : 1;
  order = g_bytes_compare (left->key, right->key);
  return order != 0 ? order : strcmp (left->tag, right->tag);
}

static void
add_rows (GPtrArray *rows, GHashTable *publications)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, publications);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      KadPublication *publication = value;

      for (guint i = 0; i < publication->tags->len; i++)
        g_ptr_array_add (
            rows, kad_publication_new_row (
                      publication, &g_array_index (publication->tags, KadPublicationTag, i)));
    }
}

GPtrArray *
kad_engine_dup_publications (KadEngine *self)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_publication_row_free);

  for (guint i = 0; i < G_N_ELEMENTS (self->publications.by_key); i++)
    add_rows (rows, self->publications.by_key[i]);
  g_ptr_array_sort (rows, compare_rows);
  return rows;
}

KadPublicationRow *
kad_engine_dup_publication (KadEngine *self, KadPublicationKind kind, GBytes *key, const char *tag)
{
  KadPublication *publication;
  const KadPublicationTag *found;

  if (!check_key (kind, key, NULL))
    return NULL;
  publication = kad_publications_find (self, kind, key);
  found = publication != NULL ? kad_publication_find_tag (publication, tag) : NULL;
  return found != NULL ? kad_publication_new_row (publication, found) : NULL;
}
