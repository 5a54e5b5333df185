/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Finds a name in a table whose index is an enumeration's value. Private to base. */
gboolean kad_names_parse (const char *const *names, guint n_names, const char *what,
                          const char *name, guint *index, GError **error);

G_END_DECLS
