/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-checklist.h"
#include "kad-gui-source.h"

G_BEGIN_DECLS

/* What somebody would do next. */
typedef enum
{
  KAD_GUI_NEXT_NOTHING,
  KAD_GUI_NEXT_OPEN,
  KAD_GUI_NEXT_START,
  KAD_GUI_NEXT_RESUME,
  KAD_GUI_NEXT_BOOTSTRAP,
  KAD_GUI_NEXT_CHECK,
} KadGuiNext;

/* How a node is, in words: what is so, why, and what to do. */
typedef struct
{
  KadGuiTick tick;
  const char *icon;
  char *title;
  char *text;
  char *advice; /* "": nothing is to be done */
  KadGuiNext next;
  const char *next_label; /* NULL with NEXT_NOTHING */
} KadGuiVerdict;

/* @source: (nullable) */
void kad_gui_verdict_init (KadGuiVerdict *self, KadGuiSource *source);
void kad_gui_verdict_clear (KadGuiVerdict *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KadGuiVerdict, kad_gui_verdict_clear)

/* Whether others reach it, step by step. */
void kad_gui_verdict_fill_reachability (KadGuiChecklist *list, KadGuiStatus *status);
/* The checks of the health, of KadGuiCheck in the store; or why there are none. */
void kad_gui_verdict_fill_health (KadGuiChecklist *list, KadGuiSource *source);

G_END_DECLS
