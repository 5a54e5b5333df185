/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the property Reachability says, in the user's language: whether others reach the node, and
 * how that is known. What is not known here stands as it came: "state (why)". (transfer full) */
char *kad_reach_words_dup (const char *state, const char *why);

G_END_DECLS
