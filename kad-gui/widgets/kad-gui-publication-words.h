/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-publication.h"

G_BEGIN_DECLS

/* How a publication is doing. */
typedef enum
{
  KAD_GUI_PUBLISHED, /* all who were wanted took it */
  KAD_GUI_PUBLISHED_PARTLY,
  KAD_GUI_PUBLISHING,      /* it is being announced */
  KAD_GUI_PUBLISH_WAITING, /* it was not announced yet */
  KAD_GUI_PUBLISH_FAILING,
} KadGuiPublishState;

KadGuiPublishState kad_gui_publication_get_state (KadGuiPublication *self);
const char *kad_gui_publication_get_icon (KadGuiPublication *self);
/* All (transfer full), translated, fit for a label. */
char *kad_gui_publication_dup_state (KadGuiPublication *self);
/* "14 of 20"; "–" before it was announced. */
char *kad_gui_publication_dup_holders (KadGuiPublication *self);
/* "session" and so on in words. */
char *kad_gui_publication_dup_lifetime (KadGuiPublication *self);
/* Whose it is. */
char *kad_gui_publication_dup_app (KadGuiPublication *self);
/* How it went and goes on, in sentences. */
char *kad_gui_publication_dup_story (KadGuiPublication *self, gint64 now_us);

G_END_DECLS
