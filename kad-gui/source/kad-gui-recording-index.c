/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-recording-index.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kad-error.h"
#include "kad-gui-line-scan.h"
#include "kad-peer-id.h"

#define CHUNK_BYTES (1024 * 1024)
/* How often it is seen whether somebody still waits. */
#define LINES_A_LOOK 4096

/* What is needed only while it is made. */
typedef struct
{
  KadGuiRecordingIndex *index;
  GHashTable *peers; /* text -> number + 1; 0: it is no peer */
  GHashTable *rows;  /* gint64 * -> number + 1 */
  GHashTable *parts; /* KadGuiIndexPart * -> number + 1 */
} Builder;

void
kad_gui_recording_index_free (KadGuiRecordingIndex *self)
{
  g_free (self->text);
  kad_recording_header_clear (&self->header);
  g_array_unref (self->lines);
  g_array_unref (self->parts);
  g_free (self);
}

/* ---- the file ---- */

static void
set_io_error (GError **error, const GError *reason)
{
  KadError code = KAD_ERROR_FAILED;

  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    code = KAD_ERROR_NOT_FOUND;
  else if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    code = KAD_ERROR_NOT_AUTHORIZED;
  else if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY))
    code = KAD_ERROR_NOT_SUPPORTED;
  else if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    code = KAD_ERROR_CANCELLED;
  g_set_error_literal (error, KAD_ERROR, code, reason->message);
}

static GByteArray *
read_all (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  gssize n;

  do
    {
      guint had = all->len;

      g_byte_array_set_size (all, had + CHUNK_BYTES);
      n = g_input_stream_read (stream, all->data + had, CHUNK_BYTES, cancellable, error);
      if (n < 0)
        return NULL;
      g_byte_array_set_size (all, had + (guint) n);
      if (all->len > KAD_GUI_MAX_RECORDING_BYTES)
        {
          g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED,
                       _ ("It is larger than %d MiB: record fewer topics, or for a shorter time"),
                       KAD_GUI_MAX_RECORDING_BYTES / 1024 / 1024);
          return NULL;
        }
    }
  while (n > 0);
  g_byte_array_append (all, (const guint8 *) "", 1);
  return g_steal_pointer (&all);
}

static gboolean
read_file (KadGuiRecordingIndex *self, GFile *file, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, &reason);
  g_autoptr (GByteArray) all
      = stream != NULL ? read_all (G_INPUT_STREAM (stream), cancellable, &reason) : NULL;

  if (all == NULL)
    {
      if (reason->domain == KAD_ERROR)
        g_propagate_error (error, g_steal_pointer (&reason));
      else
        set_io_error (error, reason);
      return FALSE;
    }
  self->size = all->len - 1;
  self->text = (char *) g_byte_array_free (g_steal_pointer (&all), FALSE);
  return TRUE;
}

/* ---- who and which ---- */

static guint32
intern_peer (Builder *builder, const char *peer, gsize len)
{
  g_autofree char *text = g_strndup (peer, len);
  gpointer number = NULL;
  KadPeerId id;

  if (g_hash_table_lookup_extended (builder->peers, text, NULL, &number))
    return GPOINTER_TO_UINT (number);
  if (kad_peer_id_parse (&id, text, NULL))
    number = GUINT_TO_POINTER (++builder->index->n_peers);
  g_hash_table_insert (builder->peers, g_steal_pointer (&text), number);
  return GPOINTER_TO_UINT (number);
}

static guint
part_hash (gconstpointer part)
{
  const KadGuiIndexPart *self = part;

  return g_int64_hash (&self->query) ^ (g_int64_hash (&self->run) * 31);
}

static gboolean
part_equal (gconstpointer a, gconstpointer b)
{
  const KadGuiIndexPart *one = a;
  const KadGuiIndexPart *other = b;

  return one->query == other->query && one->run == other->run;
}

static guint32
intern_row (Builder *builder, gint64 id)
{
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (builder->rows, &id));

  if (number != 0)
    return number - 1;
  g_hash_table_insert (builder->rows, g_memdup2 (&id, sizeof id),
                       GUINT_TO_POINTER (++builder->index->n_rows));
  return builder->index->n_rows - 1;
}

static guint32
intern_part (Builder *builder, gint64 query, gint64 run)
{
  KadGuiIndexPart part = { .query = query, .run = run };
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (builder->parts, &part));

  if (number != 0)
    return number;
  part.row = intern_row (builder, run > 0 ? run : -query);
  g_array_append_val (builder->index->parts, part);
  number = builder->index->parts->len;
  g_hash_table_insert (builder->parts, g_memdup2 (&part, sizeof part), GUINT_TO_POINTER (number));
  return number;
}

/* ---- lines ---- */

static const struct
{
  const char *event;
  KadGuiLineKind kind;
} kinds[] = {
  { "query-step", KAD_GUI_LINE_STEP },
  { "query-started", KAD_GUI_LINE_STARTED },
  { "query-progress", KAD_GUI_LINE_PROGRESS },
  { "query-finished", KAD_GUI_LINE_FINISHED },
  { "peer-connected", KAD_GUI_LINE_CONNECTED },
  { "peer-disconnected", KAD_GUI_LINE_DISCONNECTED },
  { "peer-identified", KAD_GUI_LINE_IDENTIFIED },
  { "table-added", KAD_GUI_LINE_ADDED },
  { "table-removed", KAD_GUI_LINE_REMOVED },
  { "request-served", KAD_GUI_LINE_PLAIN },
  { "module-failed", KAD_GUI_LINE_PLAIN },
};

static KadGuiLineKind
find_step (const KadGuiLineScan *scan)
{
  static const char *const contacts[] = { "dial", "send", "fail", "value" };

  if (kad_gui_line_scan_is (scan->step, scan->step_len, "reply"))
    return KAD_GUI_LINE_REPLY;
  for (guint i = 0; i < G_N_ELEMENTS (contacts); i++)
    if (kad_gui_line_scan_is (scan->step, scan->step_len, contacts[i]))
      return KAD_GUI_LINE_CONTACT;
  return KAD_GUI_LINE_STEP;
}

/* What is the same word in several lines that differ. */
static KadGuiLineKind
refine (const KadGuiLineScan *scan, KadGuiLineKind kind)
{
  if (kind == KAD_GUI_LINE_STEP)
    return find_step (scan);
  if (kind == KAD_GUI_LINE_PROGRESS && scan->last
      && kad_gui_line_scan_is (scan->kind, scan->kind_len, "operation"))
    return KAD_GUI_LINE_OPERATION;
  if (kind == KAD_GUI_LINE_STARTED
      && kad_gui_line_scan_is (scan->kind, scan->kind_len, "bootstrap"))
    return KAD_GUI_LINE_BOOTSTRAP;
  return kind;
}

static KadGuiLineKind
find_kind (const KadGuiLineScan *scan)
{
  if (scan->event == NULL)
    return scan->has_delivery ? KAD_GUI_LINE_DELIVERY : KAD_GUI_LINE_LOST;
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kad_gui_line_scan_is (scan->event, scan->event_len, kinds[i].event))
      return refine (scan, kinds[i].kind);
  return KAD_GUI_LINE_EVENT;
}

/* What the quick look cannot judge is read whole. */
static gboolean
scan_closely (const char *text, gsize len, KadRecordingLine *line, KadGuiLineScan *scan,
              GError **error)
{
  if (!kad_recording_read_line (text, len, line, error))
    return FALSE;
  g_variant_get_data (line->fields);
  *scan = (KadGuiLineScan){ .t = MAX (line->wall_us, 0), .has_t = TRUE };
  scan->has_delivery = g_str_equal (line->what, "delivery");
  scan->has_lost = g_str_equal (line->what, "lost");
  if (g_variant_lookup (line->fields, "event", "&s", &scan->event))
    scan->event_len = strlen (scan->event);
  if (g_variant_lookup (line->fields, "kind", "&s", &scan->kind))
    scan->kind_len = strlen (scan->kind);
  if (g_variant_lookup (line->fields, "step", "&s", &scan->step))
    scan->step_len = strlen (scan->step);
  if (g_variant_lookup (line->fields, "peer", "&s", &scan->peer))
    scan->peer_len = strlen (scan->peer);
  g_variant_lookup (line->fields, "query", "x", &scan->query);
  g_variant_lookup (line->fields, "run", "x", &scan->run);
  g_variant_lookup (line->fields, "last", "b", &scan->last);
  scan->query = MAX (scan->query, 0);
  scan->run = MAX (scan->run, 0);
  return TRUE;
}

static void
add_line (Builder *builder, const char *text, gsize len, const KadGuiLineScan *scan)
{
  KadGuiRecordingIndex *index = builder->index;
  KadGuiIndexLine line = { .t_us = MAX (scan->t, index->end_us),
                           .offset = (guint32) (text - index->text),
                           .len = (guint32) len,
                           .kind = find_kind (scan) };

  if (line.kind >= KAD_GUI_LINE_STEP && line.kind <= KAD_GUI_LINE_FINISHED && scan->query > 0)
    line.part = intern_part (builder, scan->query, scan->run);
  if ((line.kind >= KAD_GUI_LINE_CONNECTED || line.kind == KAD_GUI_LINE_CONTACT
       || line.kind == KAD_GUI_LINE_REPLY)
      && scan->peer != NULL)
    line.peer = intern_peer (builder, scan->peer, scan->peer_len);
  index->end_us = line.t_us;
  g_array_append_val (index->lines, line);
}

static gboolean
take_line (Builder *builder, const char *text, gsize len, GError **error)
{
  g_auto (KadRecordingLine) line = { 0 };
  KadGuiLineScan scan;

  /* Its end counts, too. */
  if (len + 1 >= KAD_MAX_STREAM_LINE_BYTES || !kad_gui_line_scan (text, len, &scan)
      || !g_utf8_validate (text, (gssize) len, NULL))
    if (!scan_closely (text, len, &line, &scan, error))
      return FALSE;
  add_line (builder, text, len, &scan);
  return TRUE;
}

static gboolean
take_header (KadGuiRecordingIndex *self, GError **error)
{
  const char *end = memchr (self->text, '\n', self->size);
  g_autoptr (GError) reason = NULL;

  self->header_len = end != NULL ? (gsize) (end - self->text) : self->size;
  if (kad_recording_read_header (self->text, self->header_len, &self->header, &reason))
    return TRUE;
  if (self->size == 0)
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_CORRUPT,
                         _ ("It is empty: a recording has a first line that says whose it is"));
  else if (g_error_matches (reason, KAD_ERROR, KAD_ERROR_CORRUPT))
    g_set_error (error, KAD_ERROR, KAD_ERROR_CORRUPT, _ ("It is no recording of a node: %s"),
                 reason->message);
  else
    g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

static gboolean
is_enough (Builder *builder, guint number, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) reason = NULL;

  if (number >= KAD_GUI_MAX_RECORDING_LINES)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED,
                   _ ("It has more than %d lines: record fewer topics, or for a shorter time"),
                   KAD_GUI_MAX_RECORDING_LINES);
      return TRUE;
    }
  if (number % LINES_A_LOOK != 0 || !g_cancellable_set_error_if_cancelled (cancellable, &reason))
    return FALSE;
  set_io_error (error, reason);
  return TRUE;
}

static gboolean
take_lines (Builder *builder, GCancellable *cancellable, GError **error)
{
  KadGuiRecordingIndex *self = builder->index;
  const char *end = self->text + self->size;
  const char *at = self->text + MIN (self->header_len + 1, self->size);

  for (guint number = 0; at < end; number++)
    {
      const char *stop = memchr (at, '\n', (gsize) (end - at));
      gsize len = (gsize) ((stop != NULL ? stop : end) - at);
      g_autoptr (GError) reason = NULL;

      if (is_enough (builder, number, cancellable, error))
        return FALSE;
      if (!take_line (builder, at, len, &reason))
        {
          if (stop == NULL)
            return TRUE;
          g_set_error (error, KAD_ERROR, KAD_ERROR_CORRUPT, _ ("Line %u of it is damaged: %s"),
                       number + 2, reason->message);
          return FALSE;
        }
      at += len + 1;
    }
  return TRUE;
}

static gboolean
build (KadGuiRecordingIndex *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) peers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) rows = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GHashTable) parts = g_hash_table_new_full (part_hash, part_equal, g_free, NULL);
  Builder builder = { self, peers, rows, parts };

  if (!take_header (self, error) || !take_lines (&builder, cancellable, error))
    return FALSE;
  self->begin_us = MAX (self->header.started_us, 0);
  if (self->lines->len > 0)
    self->begin_us = MIN (self->begin_us, kad_gui_recording_index_get (self, 0)->t_us);
  self->end_us = MAX (self->end_us, self->begin_us);
  return TRUE;
}

KadGuiRecordingIndex *
kad_gui_recording_index_load (GFile *file, GCancellable *cancellable, GError **error)
{
  g_autoptr (KadGuiRecordingIndex) self = g_new0 (KadGuiRecordingIndex, 1);

  self->lines = g_array_new (FALSE, FALSE, sizeof (KadGuiIndexLine));
  self->parts = g_array_new (FALSE, FALSE, sizeof (KadGuiIndexPart));
  if (!read_file (self, file, cancellable, error) || !build (self, cancellable, error))
    return NULL;
  return g_steal_pointer (&self);
}

guint
kad_gui_recording_index_find (const KadGuiRecordingIndex *self, gint64 position_us)
{
  guint low = 0;
  guint high = self->lines->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (kad_gui_recording_index_get (self, middle)->t_us <= position_us)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}
