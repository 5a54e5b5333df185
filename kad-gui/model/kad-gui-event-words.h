/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-line.h"

G_BEGIN_DECLS

/* What happened, on one line for people, in their language; fit for a label. */
char *kad_gui_event_words (const KadGuiLine *line);

G_END_DECLS
