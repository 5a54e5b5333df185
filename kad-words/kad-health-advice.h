/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What to do, in the user's language, by the `advice` of a result of `check-health`. NULL: nothing
 * is to be done, or the word is not known here. */
const char *kad_health_advice_get (const char *advice);

G_END_DECLS
