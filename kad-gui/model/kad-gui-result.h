/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-item.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_RESULT (kad_gui_result_get_type ())

KAD_GUI_DECLARE_ITEM (KadGuiResult, kad_gui_result, RESULT)

/* The fields, as setters name them. */
enum
{
  KAD_GUI_RESULT_FIELD_NUMBER = 1,
  KAD_GUI_RESULT_FIELD_KIND,
  KAD_GUI_RESULT_FIELD_PEER,
  KAD_GUI_RESULT_FIELD_ADDRESSES,
  KAD_GUI_RESULT_FIELD_KEY,
  KAD_GUI_RESULT_FIELD_VALUE,
  KAD_GUI_RESULT_FIELD_FROM,
  KAD_GUI_RESULT_FIELD_TEXT,
  KAD_GUI_RESULT_FIELD_JSON,
};

/**
 * KadGuiResult:
 *
 * Something that a query found.
 */
struct _KadGuiResult
{
  KadGuiItem parent_instance;

  guint number; /* from 0 */
  char *kind;   /* "peer", "record" or "other" */
  char *peer;
  char **addresses;
  char *key;
  char *value; /* as text, or base64 */
  char *from;
  char *text; /* on one line, whatever it is */
  char *json;
};

KadGuiResult *kad_gui_result_new (void);

G_END_DECLS
