/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-source.h"

G_BEGIN_DECLS

/**
 * KadGuiState:
 *
 * What stands between a person and the node, in words, and what can be done about it. Strings in
 * const are static. An action is a detailed action name, as "win.start".
 */
typedef struct
{
  const char *id; /* "missing", "offline" ..; for tests and for who looks whether it changed */
  const char *icon;
  const char *title;
  char *description; /* plain text */
  const char *action;
  const char *action_label;
  const char *other_action; /* NULL: none */
  const char *other_label;
  gboolean busy;  /* it will pass by itself */
  gboolean total; /* there is nothing else to be seen, on no page */
} KadGuiState;

void kad_gui_state_clear (KadGuiState *self);

/* Of what @source and its status say now. FALSE: nothing is in the way, and @state is empty.
 * @source may be NULL: it is being prepared, or there is none because of @failure. */
gboolean kad_gui_state_of (KadGuiSource *source, const char *failure, KadGuiState *state);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KadGuiState, kad_gui_state_clear)

G_END_DECLS
