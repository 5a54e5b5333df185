/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Like <glib/gi18n.h>, but our words are looked up in our own catalogue also where the program is
 * another's. */
#include <glib/gi18n-lib.h>

#undef ngettext
#define ngettext(one, many, n) g_dngettext (GETTEXT_PACKAGE, one, many, n)
