/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* Who a caller is: a program of the session (the host), or one in a sandbox, with its app id if
 * that is known for certain. Whatever cannot be found out makes it one in a sandbox without an app
 * id. Never changes; any thread. */
typedef struct _KadCallerIdentity KadCallerIdentity;

#define KAD_MAX_FLATPAK_INFO_BYTES (64 * 1024)
#define KAD_MAX_SANDBOX_APP_ID_BYTES 128

KadCallerIdentity *kad_caller_identity_new_host (void);
/* @app_id: "" if it is not known */
KadCallerIdentity *kad_caller_identity_new_sandboxed (const char *app_id);
/* Of a process that was @pid, of @uid, when somebody said so. @pidfd: -1, or one of that process
 * from when it was certain who it was. Opens files of the process: may take long if its root folder
 * is slow. Without @pidfd the caller makes sure that the process was there until now, as @pid may
 * be another meanwhile. Never NULL. */
KadCallerIdentity *kad_caller_identity_new_for_process (pid_t pid, uid_t uid, int pidfd);
/* Of who connected to a Unix socket of ours. Likewise. */
KadCallerIdentity *kad_caller_identity_new_for_socket (GSocket *socket);
/* By the file .flatpak-info in a root folder; NULL: there is none. */
KadCallerIdentity *kad_caller_identity_new_for_root (int root);
KadCallerIdentity *kad_caller_identity_ref (KadCallerIdentity *self);
void kad_caller_identity_unref (KadCallerIdentity *self);

gboolean kad_caller_identity_is_sandboxed (const KadCallerIdentity *self);
/* "" for the host, and if it is not known. */
const char *kad_caller_identity_get_app_id (const KadCallerIdentity *self);
/* It as an element of an object path, which no other has; "" if it is not known. */
const char *kad_caller_identity_get_app_token (const KadCallerIdentity *self);

/* The app id in the text of a .flatpak-info, which may be anything. */
char *kad_flatpak_info_dup_app_id (const char *data, gsize len, GError **error);
/* See kad_caller_identity_get_app_token(). */
char *kad_app_token_new (const char *app_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadCallerIdentity, kad_caller_identity_unref)

G_END_DECLS
