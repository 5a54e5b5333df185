/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The longest texts that are taken of a line; what is longer is as if it were not there. */
#define KAD_GUI_MAX_LINE_NAME 64
#define KAD_GUI_MAX_LINE_ID 128
#define KAD_GUI_MAX_LINE_TEXT 4096
#define KAD_GUI_MAX_LINE_KEY 16384
#define KAD_GUI_MAX_LINE_ADDRESSES 64
/* What is kept of a reason. */
#define KAD_GUI_MAX_REASON 512

/* What of a line of docs/events.md is known here, each field once and of the right type: texts are
 * never NULL, numbers never negative. All borrowed from the line. */
typedef struct
{
  gint64 t;
  gint64 lost;
  const char *event;
  const char *kind;
  const char *peer;
  const char *from;
  const char *address;
  const char *reason;
  const char *agent;
  const char *step;
  const char *outcome;
  const char *mode;
  const char *module;
  const char *request;
  const char *command;
  const char *key; /* base64 */
  gint64 query;
  gint64 run;
  gint64 duration_us;
  gint64 rtt_us;
  gint64 results;
  gint64 heard;
  gint64 waiting;
  gint64 queried;
  gint64 unreachable;
  gint64 requests;
  gint64 successes;
  gint64 failures;
  gint64 distance_bits;
  gint64 bucket;
  gint64 table;
  gint64 done; /* steps */
  gint64 total;
  gboolean last;
  gboolean has_run;
  const char *error_code;
  const char *error_message;
  /* Of the header. */
  gint64 format;
  const char *version;
  gint64 started_us;
  /* Owned, NULL if absent. */
  GVariant *publication; /* a{sv} */
  GVariant *delivery;    /* a{sv} */
  GVariant *addresses;   /* av */
} KadGuiLine;

/* @fields: a{sv}; stays until it is cleared. */
void kad_gui_line_init (KadGuiLine *self, GVariant *fields);
void kad_gui_line_clear (KadGuiLine *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KadGuiLine, kad_gui_line_clear)

/* The row of queries that it is about, 0: none. */
gint64 kad_gui_line_get_row (const KadGuiLine *self);
/* What base64 says; NULL if it is none, or empty. */
GBytes *kad_gui_line_dup_key (const char *base64);
/* A key as somebody may write it. */
char *kad_gui_line_dup_key_text (GBytes *key, const char *kind);
/* Of a{sv}: texts ("" if absent), whole numbers that are not negative (0), words. */
const char *kad_gui_line_get_text (GVariant *fields, const char *name, gsize max);
gint64 kad_gui_line_get_number (GVariant *fields, const char *name);
gboolean kad_gui_line_get_boolean (GVariant *fields, const char *name);
/* Of av: at most @max of those that are text and no longer than @max_bytes. (nullable) @list */
char **kad_gui_line_dup_words (GVariant *list, guint max, gsize max_bytes);
/* The first @max bytes or a little less, whole characters. */
char *kad_gui_line_cut (const char *text, gsize max);
guint kad_gui_line_to_count (gint64 number);

G_END_DECLS
