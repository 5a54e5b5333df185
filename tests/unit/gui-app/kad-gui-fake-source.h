/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-source.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_FAKE_SOURCE (kad_gui_fake_source_get_type ())

/* A source that writes down what it is told, and is what a test says. */
G_DECLARE_DERIVABLE_TYPE (KadGuiFakeSource, kad_gui_fake_source, KAD_GUI, FAKE_SOURCE, KadGuiSource)

struct _KadGuiFakeSourceClass
{
  KadGuiSourceClass parent_class;
};

KadGuiSource *kad_gui_fake_source_new (void);
/* "open ", "close ", "follow:N ", "refresh ", "run:NAME ", "control:N ", "check ": since the last
 * call. (transfer full) */
char *kad_gui_fake_source_take_log (KadGuiSource *source);
/* What the status says, with its notification. */
void kad_gui_fake_source_set_status (KadGuiSource *source, const char *state, guint table_size);

G_END_DECLS
