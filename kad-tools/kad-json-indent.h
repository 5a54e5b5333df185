/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Valid JSON without white space between its parts, over several lines and indented by two
 * columns. */
char *kad_json_dup_indented (const char *json);

G_END_DECLS
