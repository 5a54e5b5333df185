/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-source.h"

G_BEGIN_DECLS

typedef enum
{
  KAD_GUI_TARGET_SESSION,   /* the service on the session bus */
  KAD_GUI_TARGET_SOCKET,    /* a service at an address of D-Bus */
  KAD_GUI_TARGET_RECORDING, /* a file */
  KAD_GUI_TARGET_DEMO,      /* a service of our own with a test network */
} KadGuiTargetKind;

#define KAD_GUI_TYPE_TARGET (kad_gui_target_get_type ())

/**
 * KadGuiTarget:
 *
 * What a window looks at, as a person chose it. The demonstration lives as long as its target.
 */
G_DECLARE_FINAL_TYPE (KadGuiTarget, kad_gui_target, KAD_GUI, TARGET, GObject)

KadGuiTarget *kad_gui_target_new_session (void);
KadGuiTarget *kad_gui_target_new_socket (const char *address);
KadGuiTarget *kad_gui_target_new_recording (GFile *file);
KadGuiTarget *kad_gui_target_new_demo (void);

KadGuiTargetKind kad_gui_target_get_kind (KadGuiTarget *self);
/* Under the title of a page: "This session", the socket, the name of the file, "Demonstration". */
const char *kad_gui_target_get_title (KadGuiTarget *self);
/* The process of the demonstration; 0: there is none. */
GPid kad_gui_target_get_pid (KadGuiTarget *self);

/* What shows it, not yet opened. A demonstration is started, again if it ended. */
void kad_gui_target_prepare_async (KadGuiTarget *self, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) */
KadGuiSource *kad_gui_target_prepare_finish (KadGuiTarget *self, GAsyncResult *result,
                                             GError **error);

G_END_DECLS
