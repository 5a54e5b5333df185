/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Only one node may use a folder at once, in this process or another: FOLDER/kad.lock is locked
 * with flock() and names the process. Makes the folder (0700) if there is none. Gives a descriptor
 * whose end is the lock's, or -1 and an error; *@is_taken: somebody else has it. */
int kad_database_lock (const char *folder, gboolean *is_taken, GError **error);

G_END_DECLS
