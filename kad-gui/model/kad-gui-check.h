/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-item.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_CHECK (kad_gui_check_get_type ())

KAD_GUI_DECLARE_ITEM (KadGuiCheck, kad_gui_check, CHECK)

/* The fields, as setters name them. */
enum
{
  KAD_GUI_CHECK_FIELD_CHECK = 1,
  KAD_GUI_CHECK_FIELD_STATE,
  KAD_GUI_CHECK_FIELD_SAW,
  KAD_GUI_CHECK_FIELD_ADVICE,
};

/**
 * KadGuiCheck:
 *
 * A check of the health.
 */
struct _KadGuiCheck
{
  KadGuiItem parent_instance;

  char *check;  /* its name */
  char *state;  /* "ok", "warn", "fail", "skipped" */
  char *saw;    /* what was seen, in English */
  char *advice; /* a code of what to do; empty: nothing */
};

KadGuiCheck *kad_gui_check_new (void);

G_END_DECLS
