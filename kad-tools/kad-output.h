/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-arguments.h"

G_BEGIN_DECLS

/* Where results, errors and notes go: results to stdout, a line at a time and each written at
 * once, everything else to stderr. One thread. */
typedef struct _KadOutput KadOutput;

/* Reads --json, --verbose and --color of the command line. */
KadOutput *kad_output_new (const KadArguments *arguments, GError **error);
/* For errors ahead of the arguments. */
KadOutput *kad_output_new_plain (gboolean is_json);
void kad_output_free (KadOutput *self);

gboolean kad_output_is_json (const KadOutput *self);
gboolean kad_output_is_verbose (const KadOutput *self);
/* Whether somebody looks at stdout, who must not get control characters. */
gboolean kad_output_is_terminal (const KadOutput *self);
/* Whether stderr can show a live line. */
gboolean kad_output_can_show_progress (const KadOutput *self);
/* Nobody reads stdout any more. */
gboolean kad_output_is_closed (const KadOutput *self);

/* Bytes to stdout as they are. */
void kad_output_write (KadOutput *self, const char *data, gsize len);
/* A line to stdout. */
void kad_output_line (KadOutput *self, const char *line);
/* `a{sv}` (floating is taken) as a JSON line. @id: (nullable): JSON to begin with, {"id":@id,...}
 */
void kad_output_json (KadOutput *self, const char *id, GVariant *dict);
/* A JSON object, in the form that --json has. */
void kad_output_json_line (KadOutput *self, const char *json);
/* The last line of a list: {"done":true,"total":@n} */
void kad_output_json_total (KadOutput *self, guint n);
/* {"error":{..}} as a JSON line. @id: as kad_output_json() */
void kad_output_json_error (KadOutput *self, const char *id, const GError *error);
/* The same with --json; words to stderr without. */
void kad_output_error (KadOutput *self, const GError *error);
/* A line to stderr, always or with --verbose; not with --json. */
void kad_output_note (KadOutput *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void kad_output_detail (KadOutput *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* The live line on stderr; NULL removes it. */
void kad_output_set_progress (KadOutput *self, const char *text);
/* @text in bold where stdout has colour. (transfer full) */
char *kad_output_dup_bold (const KadOutput *self, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadOutput, kad_output_free)

G_END_DECLS
