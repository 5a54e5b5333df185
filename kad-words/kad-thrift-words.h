/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A word of the property QuietReasons, or of a pause that the service made itself, in the user's
 * language: "metered connection". NULL: it is none that is known here. */
const char *kad_thrift_word_get (const char *reason);
/* All of them, with commas; unknown ones as they are. Empty if there is none. (transfer full) */
char *kad_thrift_words_dup (const char *const *reasons);

G_END_DECLS
