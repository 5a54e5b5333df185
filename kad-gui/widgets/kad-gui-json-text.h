/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A line of JSON for people: a member a line, two blanks a level, short lists on one line. What
 * could mislead on a screen is escaped. What is no JSON comes out as it is, escaped. (transfer
 * full) */
char *kad_gui_json_text (const char *json);

G_END_DECLS
