/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define KAD_GUI_TYPE_DEMO (kad_gui_demo_get_type ())

G_DECLARE_FINAL_TYPE (KadGuiDemo, kad_gui_demo, KAD_GUI, DEMO, GObject)

/* What is not started yet. */
KadGuiDemo *kad_gui_demo_new (void);

/* Once for each object. Cancelling ends the service. */
void kad_gui_demo_start_async (KadGuiDemo *self, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
/* Where the service is: an address of D-Bus. (transfer full) */
char *kad_gui_demo_start_finish (KadGuiDemo *self, GAsyncResult *result, GError **error);

/* 0: it is not running. */
GPid kad_gui_demo_get_pid (KadGuiDemo *self);

/* Ends the service and removes its folder. Also done by the last unref. */
void kad_gui_demo_stop (KadGuiDemo *self);

G_END_DECLS
