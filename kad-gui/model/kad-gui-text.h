/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Words for people, in their language. All give new strings. */

/* What a peer said, fit for a label. */
char *kad_gui_text (const char *text);
/* A peer id or another long word: its beginning and its end, at most 13 characters. */
char *kad_gui_text_short (const char *id);
/* "4.1 s", "12 ms", "850 µs"; "–" if it is negative. */
char *kad_gui_text_duration (gint64 duration_us);
/* "just now", "12 s ago", "3 min ago", "2 h ago", "5 days ago"; "never" for 0. */
char *kad_gui_text_ago (gint64 at_us, gint64 now_us);
/* "in 3 h"; "now" if it is past. */
char *kad_gui_text_in (gint64 at_us, gint64 now_us);
/* "14:03:22.123", local time. */
char *kad_gui_text_time (gint64 at_us);
/* "1.2 kB" */
char *kad_gui_text_bytes (guint64 bytes);
/* "50 ± 4" */
char *kad_gui_text_network_size (gint64 size, double error);

G_END_DECLS
