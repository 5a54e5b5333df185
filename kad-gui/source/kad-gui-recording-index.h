/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-recording.h"

G_BEGIN_DECLS

#define KAD_GUI_MAX_RECORDING_BYTES (512 * 1024 * 1024)
#define KAD_GUI_MAX_RECORDING_LINES (4 * 1000 * 1000)

typedef enum
{
  KAD_GUI_LINE_EVENT, /* any other event */
  KAD_GUI_LINE_PLAIN, /* an event that changes nothing */
  KAD_GUI_LINE_LOST,
  KAD_GUI_LINE_DELIVERY, /* of the line before */
  KAD_GUI_LINE_STEP,
  KAD_GUI_LINE_CONTACT, /* a step: the query had to do with the peer */
  KAD_GUI_LINE_REPLY,   /* and so it answered */
  KAD_GUI_LINE_STARTED,
  KAD_GUI_LINE_BOOTSTRAP, /* that began */
  KAD_GUI_LINE_PROGRESS,
  KAD_GUI_LINE_OPERATION, /* that ended */
  KAD_GUI_LINE_FINISHED,
  KAD_GUI_LINE_CONNECTED,
  KAD_GUI_LINE_DISCONNECTED,
  KAD_GUI_LINE_ADDED,
  KAD_GUI_LINE_REMOVED,
  KAD_GUI_LINE_IDENTIFIED,
} KadGuiLineKind;

typedef struct
{
  gint64 t_us;    /* never earlier than that of the line before */
  guint32 offset; /* of the text */
  guint32 len : 24;
  guint32 kind : 8;
  guint32 part; /* of lines about queries, + 1; 0: none */
  guint32 peer; /* of steps, and lines about peers, + 1; 0: none */
} KadGuiIndexLine;

/* A query of the engine. */
typedef struct
{
  gint64 query;
  gint64 run;
  guint32 row; /* of lists of queries, from 0 */
} KadGuiIndexPart;

/* A recording in memory, and where each line is in it. Never changes. */
typedef struct
{
  char *text;
  gsize size;
  KadRecordingHeader header;
  gsize header_len;
  gint64 begin_us;
  gint64 end_us;
  GArray *lines; /* of KadGuiIndexLine, without the header */
  GArray *parts; /* of KadGuiIndexPart */
  guint n_rows;
  guint n_peers;
} KadGuiRecordingIndex;

/* Blocks, for a thread of its own. NotFound, NotAuthorized, Corrupt (damaged, and in which line),
 * NotSupported (of a newer version, or larger than the bounds above). A last line that is not whole
 * is left out: whoever wrote it may be at it. */
KadGuiRecordingIndex *kad_gui_recording_index_load (GFile *file, GCancellable *cancellable,
                                                    GError **error);
void kad_gui_recording_index_free (KadGuiRecordingIndex *self);
/* How many lines are not later than @position_us. */
guint kad_gui_recording_index_find (const KadGuiRecordingIndex *self, gint64 position_us);

static inline const KadGuiIndexLine *
kad_gui_recording_index_get (const KadGuiRecordingIndex *self, guint number)
{
  return &g_array_index (self->lines, KadGuiIndexLine, number);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadGuiRecordingIndex, kad_gui_recording_index_free)

G_END_DECLS
