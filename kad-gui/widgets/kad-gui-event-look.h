/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-event.h"

G_BEGIN_DECLS

/* How an event looks, by its type (docs/events.md). Types that are not known have their own name
 * and a plain icon. */
typedef struct
{
  const char *type;
  const char *icon_name; /* symbolic */
  const char *word;      /* N_() */
} KadGuiEventLook;

/* All types that are known, "lost" at the end; ends with a type of NULL. */
const KadGuiEventLook *kad_gui_event_looks (void);
const char *kad_gui_event_look_icon (const char *type);
/* (transfer full) Translated, fit for a label. */
char *kad_gui_event_look_word (const char *type);
/* (transfer full) What happened, on one line, fit for a label; of a loss how much is missing. */
char *kad_gui_event_dup_text (KadGuiEvent *event);
/* (transfer full) Who consumed it in words, as far as that is known: a command, "passed on", "–".
 */
char *kad_gui_event_dup_consumer (KadGuiEvent *event);

G_END_DECLS
