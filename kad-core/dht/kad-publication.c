/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-publication.h"

#include <string.h>

#include "kad-engine-private.h"
#include "kad-query-write.h"

/* One publication: what it is, for whom, how it went. When it runs is kad-publications.c. */

static void
tag_clear (gpointer data)
{
  KadPublicationTag *self = data;

  g_free (self->name);
}

KadPublication *
kad_publication_new (KadEngine *engine, KadPublicationKind kind, GBytes *key)
{
  KadPublication *self = g_new0 (KadPublication, 1);

  self->engine = engine;
  self->kind = kind;
  self->key = g_bytes_ref (key);
  self->turn_link.data = self;
  self->impatient_link.data = self;
  self->tags = g_array_new (FALSE, FALSE, sizeof (KadPublicationTag));
  g_array_set_clear_func (self->tags, tag_clear);
  return self;
}

void
kad_publication_free (KadPublication *self)
{
  g_bytes_unref (self->key);
  g_clear_pointer (&self->record, kad_record_unref);
  g_array_unref (self->tags);
  g_clear_error (&self->error);
  g_free (self);
}

/* ---- for whom ---- */

/* Where @name is, or where it would be. */
static guint
find_position (const KadPublication *self, const char *name, gboolean *found)
{
  guint i = 0;
  int order = 1;

  for (; i < self->tags->len; i++)
    {
      order = strcmp (g_array_index (self->tags, KadPublicationTag, i).name, name);
      if (order >= 0)
        break;
    }
  *found = order == 0;
  return i;
}

KadPublicationTag *
kad_publication_find_tag (KadPublication *self, const char *name)
{
  gboolean found;
  guint position = find_position (self, name, &found);

  return found ? &g_array_index (self->tags, KadPublicationTag, position) : NULL;
}

gboolean
kad_publication_set_tag (KadPublication *self, const char *name, gboolean persistent,
                         gint64 created_us, GError **error)
{
  gboolean found;
  guint position = find_position (self, name, &found);
  KadPublicationTag tag = { .persistent = persistent, .created_us = created_us };

  if (found)
    {
      g_array_index (self->tags, KadPublicationTag, position).persistent = persistent;
      return TRUE;
    }
  if (self->tags->len >= KAD_MAX_PUBLICATION_TAGS)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "The key is published for %d tags already, which is the limit",
                   KAD_MAX_PUBLICATION_TAGS);
      return FALSE;
    }
  tag.name = g_strdup (name);
  g_array_insert_val (self->tags, position, tag);
  return TRUE;
}

gboolean
kad_publication_remove_tag (KadPublication *self, const char *name)
{
  gboolean found;
  guint position = find_position (self, name, &found);

  if (found)
    g_array_remove_index (self->tags, position);
  return found;
}

/* ---- how it went ---- */

void
kad_publication_note_run (KadPublication *self, guint stored, guint wanted, const GError *error)
{
  self->has_run = TRUE;
  self->last_run_us = self->engine->now_us;
  self->stored = stored;
  self->wanted = wanted;
  if (stored > 0)
    self->n_failures = 0;
  else if (self->n_failures < G_MAXUINT)
    self->n_failures++;
  g_clear_error (&self->error);
  if (error != NULL)
    self->error = g_error_copy (error);
}

/* By the calendar; 0 is for never. */
static gint64
tell_time (const KadPublication *self, gint64 time_us)
{
  gint64 unix_us = kad_time_add (time_us, self->engine->wall_offset_us);

  return unix_us > 0 ? unix_us : 1;
}

KadPublicationRow *
kad_publication_new_row (KadPublication *self, const KadPublicationTag *tag)
{
  GBytes *value = self->record != NULL ? kad_record_get_value (self->record) : NULL;
  KadPublicationRow *row = kad_publication_row_new (self->kind, self->key, value, tag->name);

  row->persistent = tag->persistent;
  row->created_us = tell_time (self, tag->created_us);
  if (self->has_run)
    row->last_run_us = tell_time (self, self->last_run_us);
  if (self->state == KAD_PUBLICATION_STATE_SCHEDULED)
    row->next_run_us = tell_time (self, self->alarm.due_us);
  else if (self->state == KAD_PUBLICATION_STATE_QUEUED)
    row->next_run_us = tell_time (self, self->due_us);
  row->stored = self->stored;
  row->wanted = self->wanted;
  row->n_failures = self->n_failures;
  row->is_running = self->state == KAD_PUBLICATION_STATE_RUNNING
                    || self->state == KAD_PUBLICATION_STATE_ATTENDED;
  row->is_waiting = self->state == KAD_PUBLICATION_STATE_QUEUED;
  row->error = self->error != NULL ? g_error_copy (self->error) : NULL;
  return row;
}

void
kad_publication_tell (KadPublication *self, const KadQuery *query, KadOutcome outcome)
{
  for (guint i = 0; i < self->tags->len; i++)
    {
      KadEvent *event = kad_event_new (KAD_EVENT_PUBLICATION_CHANGED);

      event->publication
          = kad_publication_new_row (self, &g_array_index (self->tags, KadPublicationTag, i));
      event->outcome = outcome;
      if (query != NULL)
        {
          event->query = query->id;
          event->kind = query->kind;
          event->stored = query->stored;
          event->wanted = query->wanted;
          event->failures = kad_write_query_ref_failures (query);
        }
      kad_engine_emit (self->engine, event);
    }
}

void
kad_publication_tell_removed (KadPublication *self, const KadPublicationTag *tag)
{
  KadEvent *event = kad_event_new (KAD_EVENT_PUBLICATION_REMOVED);

  event->publication = kad_publication_new_row (self, tag);
  kad_engine_emit (self->engine, event);
}
