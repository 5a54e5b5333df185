/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-argument.h"

G_BEGIN_DECLS

/* How bytes are written in a field. */
typedef enum
{
  KAD_GUI_BYTES_TEXT,
  KAD_GUI_BYTES_HEX,
  KAD_GUI_BYTES_BASE64,
} KadGuiBytesForm;

/* Reads what a person wrote as the argument's type, within its range and form. Not "": whether that
 * may be is the caller's. (transfer full) */
GVariant *kad_gui_argument_parse (KadGuiArgument *argument, const char *text, KadGuiBytesForm form,
                                  GError **error);

/* Numbers, and only the whole ones if @whole. */
gboolean kad_gui_argument_is_number (KadGuiArgument *argument, gboolean *whole);
/* TRUE if there is one that a double has exactly. */
gboolean kad_gui_argument_get_range (KadGuiArgument *argument, double *minimum, double *maximum);

G_END_DECLS
