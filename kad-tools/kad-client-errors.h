/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What went wrong with a call on D-Bus, as an error of KAD_ERROR in words for people. @error:
 * (transfer full) */
GError *kad_client_errors_convert (GError *error);
/* An error that came as a name ("NotFound", or with the prefix of D-Bus) and a message. */
GError *kad_client_errors_new (const char *name, const char *message);

G_END_DECLS
