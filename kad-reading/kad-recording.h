/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-stream-format.h"

G_BEGIN_DECLS

/* Reads what docs/events.md describes, a line at a time. */

/* What the first line says. */
typedef struct
{
  char *version;
  char *peer;
  gint64 started_us;
  char *topics;     /* with commas between them */
  GVariant *fields; /* all of the line */
} KadRecordingHeader;

/* Any other line. */
typedef struct
{
  gint64 wall_us;
  KadStreamTopics topics; /* the one that it belongs to; 0: to none that is known, or to all */
  const char *what;       /* "delivery", "lost", or the event's name; borrowed from `fields` */
  GVariant *fields;       /* all of the line */
} KadRecordingLine;

/* Corrupt if it is no header, NotSupported if a newer version wrote it. */
gboolean kad_recording_read_header (const char *line, gsize len, KadRecordingHeader *header,
                                    GError **error);
void kad_recording_header_clear (KadRecordingHeader *header);
/* Corrupt says what is wrong with it. */
gboolean kad_recording_read_line (const char *text, gsize len, KadRecordingLine *line,
                                  GError **error);
void kad_recording_line_clear (KadRecordingLine *line);
/* For people, on one line: nothing in it that a terminal acts on. */
char *kad_recording_line_to_text (const KadRecordingLine *line);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KadRecordingHeader, kad_recording_header_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KadRecordingLine, kad_recording_line_clear)

G_END_DECLS
